"""What is sealed for a person: the list, what counsel reads and answers, copies for the approved route."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from crypto.errors import ProtocolError
from handler.cases.opened import desk
from handler.cases.questionnaires import in_words
from handler.errors import NotAllowed, Refused
from handler.identity.access import allow
from handler.identity.roles import LEGAL_APPROVER, SECURITY_OFFICER, SUPERVISOR
from handler.pickup.cycle import piece_store
from handler.sealing import ending, reading
from handler.sealing.grounds import GROUNDS, STATES
from handler.services import services
from handler.web.addresses import identity

blueprint = Blueprint("sealed", __name__)


@blueprint.get("/sealed")
@allow(LEGAL_APPROVER, SECURITY_OFFICER, SUPERVISOR)
def listing() -> str:
    """What is sealed for the signed-in person, by wrapped keys."""
    return render_template(
        "sealing/listing.html", found=reading.held_by(desk()), grounds=GROUNDS, states=STATES, readers=reading.READERS
    )


@blueprint.get("/sealed/<object_id>")
@allow(LEGAL_APPROVER)
def thing(object_id: str) -> str:
    """What counsel reads."""
    return _thing(object_id)


@blueprint.post("/sealed/<object_id>/answer")
@allow(LEGAL_APPROVER)
def answer(object_id: str) -> tuple[str, int] | AnyResponse:
    chosen = request.form.get("answer", "")
    try:
        if chosen not in ("keep", "return"):
            raise ending.SayAll
        words = request.form.get("words", "")[:20_000]
        ending.answer(desk(), identity(object_id, 16), returns=chosen == "return", words=words)
    except NotAllowed:
        abort(404)
    except Refused as refusal:
        return _thing(object_id, str(refusal)), 400
    flash("Your answer is recorded.", "success")
    return redirect(url_for("sealed.listing"), 303)


@blueprint.post("/sealed/<object_id>/save")
@allow(LEGAL_APPROVER, SECURITY_OFFICER)
def save_words(object_id: str) -> Response:
    return _save(object_id, None)


@blueprint.post("/sealed/<object_id>/save/<int:place>")
@allow(LEGAL_APPROVER, SECURITY_OFFICER)
def save_file(object_id: str, place: int) -> Response:
    return _save(object_id, place)


def _save(object_id: str, place: int | None) -> Response:
    try:
        found = reading.save(desk(), piece_store(services().settings), identity(object_id, 16), place)
    except (Refused, ProtocolError):
        abort(404)
    made = Response(found.content, content_type="application/octet-stream")
    made.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    made.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return made


def _thing(object_id: str, problem: str = "") -> str:
    try:
        found, held, wrote = reading.read(desk(), identity(object_id, 16))
    except NotAllowed:
        abort(404)
    report = held.post.report
    return render_template(
        "sealing/thing.html", found=found, post=held.post, wrote=wrote, grounds=GROUNDS, states=STATES,
        answers=in_words(services().settings, report) if report is not None else [],
        errors=[{"text": problem, "field": "answer-0"}] if problem else [], given=request.form, day=held.day,
    )  # fmt: skip
