"""Looking into a file: a page that warns, one press, then the picture or the text that the console made of it."""

from flask import Blueprint, Response, abort, current_app, g, render_template, request

from crypto.errors import ProtocolError
from crypto.post import FileRef
from handler.cases.files import find, put_together
from handler.cases.opened import desk, opened
from handler.cases.tables import Case
from handler.errors import NotAllowed, Refused
from handler.identity.access import allow
from handler.identity.roles import CASE_ROLES
from handler.pickup.cycle import piece_store
from handler.preview import tickets
from handler.preview.show import Shown, show
from handler.preview.tickets import LASTS, Ticket
from handler.preview.viewings import SHOWN, note
from handler.sandbox.run import walled
from handler.services import services
from handler.web.addresses import identity

blueprint = Blueprint("preview", __name__)


@blueprint.get("/cases/<case_id>/preview/<record_id>/<int:place>")
@allow(*CASE_ROLES)
def warn(case_id: str, record_id: str, place: int) -> str:
    """Nothing of the file is opened here."""
    row = opened(case_id)
    return _page(row, identity(record_id, 16), place, _ref(row, record_id, place))


@blueprint.post("/cases/<case_id>/preview/<record_id>/<int:place>")
@allow(*CASE_ROLES)
def look(case_id: str, record_id: str, place: int) -> str | tuple[str, int]:
    """What the console made of the file; or in plain words why it cannot be shown."""
    row, record = opened(case_id), identity(record_id, 16)
    ref = _ref(row, record_id, place)
    page = request.form.get("page", 1, type=int)
    _note(row, record, place)
    try:
        shown = _shown(ref, page)
    except (Refused, ProtocolError) as problem:
        return _page(row, record, place, ref, problem=str(problem)), 400
    until = services().now() + LASTS
    ticket = Ticket(row.id, record, place, shown.page, g.session_id, until).written(_key())
    return _page(row, record, place, ref, shown=shown, ticket=ticket)


@blueprint.get("/preview/<ticket>")
@allow(*CASE_ROLES)
def picture(ticket: str) -> Response:
    """The picture of a page that was asked for in the last minute; decoded again, for it is kept nowhere."""
    try:
        found = tickets.read(ticket, _key(), g.session_id, services().now())
        row = opened(found.case_id.hex())
        ref = find(desk(), row.id, found.record_id, found.place)
        shown = _shown(ref, found.page)
    except (Refused, ProtocolError):
        abort(404)
    answer = Response(shown.picture, content_type="image/png")
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def _shown(ref: FileRef, page: int) -> Shown:
    return show(ref.name, put_together(piece_store(services().settings), ref), page)


def _note(row: Case, record_id: bytes, place: int) -> None:
    with services().databases.console.write() as console:
        note(console, desk(), row.id, record_id, place, how=SHOWN)


def _ref(row: Case, record_id: str, place: int) -> FileRef:
    try:
        return find(desk(), row.id, identity(record_id, 16), place)
    except (NotAllowed, Refused):
        abort(404)


def _key() -> bytes:
    key = current_app.secret_key
    return key if isinstance(key, bytes) else str(key).encode()


def _page(
    row: Case, record_id: bytes, place: int, ref: FileRef, *, shown: Shown | None = None, ticket: str = "",
    problem: str = "",
) -> str:  # fmt: skip
    errors = [{"text": problem, "field": None}] if problem else []
    return render_template(
        "preview/file.html", case=row, record_id=record_id.hex(), place=place, ref=ref, shown=shown, ticket=ticket,
        errors=errors, walled=walled(),
    )  # fmt: skip
