"""The pages of cases: the list, one case, its files, replies."""

from collections.abc import Sequence

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from crypto.board import MAX_TEXT, STATUSES
from crypto.errors import ProtocolError
from handler.approvals.carrying import act_text
from handler.cases import listing as lists
from handler.cases.files import download
from handler.cases.identifying import pieces
from handler.cases.opened import desk, known, opened
from handler.cases.questionnaires import in_words
from handler.cases.reading import read_case
from handler.cases.records import CaseBox
from handler.cases.replies import send_status
from handler.cases.tables import Case
from handler.conversation import takingback
from handler.conversation.questions import groups, words
from handler.conversation.sending import Reply, WarningsNotRead, contact, send
from handler.conversation.warnings import Passage
from handler.drafts import store as drafts
from handler.errors import NotAllowed, Refused
from handler.identity.access import allow
from handler.identity.roles import CASE_ROLES, HANDLER, SUPERVISOR
from handler.identity.users import people
from handler.intake import routing
from handler.intake.linkviews import ties
from handler.lifecycle import conflict
from handler.lifecycle.conflictviews import ask as ask_conflict
from handler.lifecycle.outcomes import LABELS, worded
from handler.lifecycle.standing import standing
from handler.pickup.cycle import piece_store
from handler.publication.queue import next_appearance
from handler.publication.tables import Message
from handler.services import services
from handler.vocabulary.load import vocabulary
from handler.web.addresses import identity
from handler.worklist.addresses import Place
from handler.worklist.listpage import list_page

blueprint = Blueprint("cases", __name__)
blueprint.add_app_template_filter(pieces, "identifying")

STATUS_TEXTS = {
    "received": "Received",
    "assessing": "Being assessed",
    "question": "We have a question",
    "looking": "Being looked into",
    "finished": "Finished",
}


@blueprint.get("/cases")
@allow(*CASE_ROLES)
def listing() -> str:
    """The one ranked list."""
    batch = request.args.get("batch", "")
    return list_page(Place.of(list(request.args.items(multi=True))), batch=identity(batch, 16) if batch else b"")


@blueprint.get("/cases/<case_id>")
@allow(*CASE_ROLES)
def case(case_id: str) -> str | tuple[str, int]:
    """The case, once it was said why it is opened."""
    return _show(known(case_id))


@blueprint.post("/cases/<case_id>/open")
@allow(*CASE_ROLES)
def open_case(case_id: str) -> tuple[str, int] | AnyResponse:
    row = known(case_id)
    try:
        lists.open_case(desk(), row.id, request.form.get("reason", ""), request.form.get("words", "")[:2000])
    except NotAllowed:
        abort(404)
    except Refused as refusal:
        return _ask_reason(row, str(refusal)), 400
    return redirect(url_for("cases.case", case_id=case_id), 303)


@blueprint.post("/cases/<case_id>/reply")
@allow(HANDLER, SUPERVISOR)
def reply(case_id: str) -> str | tuple[str, int] | AnyResponse:
    row = opened(case_id)
    text = request.form.get("text", "")
    if "insert" in request.form:
        return _show(
            row, text="\n\n".join(part for part in (text.strip(), words(request.form.get("ready", ""))) if part)
        )
    ticked = {name for name in ("urgent", "read", "asks-nothing") if request.form.get(name) == "yes"}
    try:
        message_id = send(
            desk(), row.id, Reply(text, "urgent" in ticked, "read" in ticked, "asks-nothing" not in ticked)
        )
    except NotAllowed:
        abort(404)
    except WarningsNotRead as refusal:
        problem = {"text": str(refusal), "field": "read"}
        return _show(row, problem, text, refusal.passages)
    except Refused as refusal:
        return _show(row, {"text": str(refusal), "field": "reply-text"}, text)
    flash("Your reply is in the queue for the board.", undoable(row.id, message_id))
    return redirect(url_for("cases.case", case_id=case_id, _anchor="conversation"), 303)


@blueprint.post("/cases/<case_id>/status")
@allow(HANDLER, SUPERVISOR)
def status(case_id: str) -> str | tuple[str, int] | AnyResponse:
    row = opened(case_id)
    try:
        message_id = send_status(desk(), row.id, request.form.get("status", ""))
    except NotAllowed:
        abort(404)
    except Refused as refusal:
        return _show(row, problem={"text": str(refusal), "field": "status-received"})
    flash("The reporter will be told the new status.", undoable(row.id, message_id))
    return redirect(url_for("cases.case", case_id=case_id, _anchor="conversation"), 303)


def undoable(case_id: bytes, message_id: bytes) -> str:
    """The category of a message that says what was queued: success, and where it is taken back."""
    with services().databases.console.read() as console:
        record_id = console.get_one(Message, message_id).record_id
    return f"success {url_for('cases.take_back', case_id=case_id.hex(), record_id=record_id.hex())}"


@blueprint.post("/cases/<case_id>/replies/<record_id>/take-back")
@allow(HANDLER, SUPERVISOR)
def take_back(case_id: str, record_id: str) -> str | tuple[str, int] | AnyResponse:
    """A reply's words stay at hand as a draft, to be mended, where no newer one is there."""
    row = opened(case_id)
    try:
        words = takingback.take_back(desk(), row.id, identity(record_id, 16))
        if words and drafts.find(desk(), row.id, "reply") is None:
            drafts.keep(desk(), row.id, "reply", {"text": [words]})
    except NotAllowed:
        abort(404)
    except Refused as refusal:
        return _show(row, {"text": str(refusal), "field": "conversation"})
    flash("Taken back: the reporter is not told this.", "success")
    return redirect(url_for("cases.case", case_id=case_id, _anchor="conversation"), 303)


@blueprint.post("/cases/<case_id>/files/<record_id>/<int:place>")
@allow(*CASE_ROLES)
def file(case_id: str, record_id: str, place: int) -> str | tuple[str, int] | AnyResponse:
    """Only ever saved, never shown: a browser is not to look into what strangers send."""
    row = opened(case_id)
    try:
        found = download(desk(), piece_store(services().settings), row.id, identity(record_id, 16), place)
    except NotAllowed:
        abort(404)
    except (Refused, ProtocolError) as problem:
        return _show(row, problem={"text": str(problem), "field": "files"})
    answer = Response(found.content, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _show(
    row: Case, problem: dict[str, str] | None = None, text: str = "", passages: Sequence[Passage] = ()
) -> str | tuple[str, int]:
    if not lists.has_reason(desk(), row.id):
        return _ask_reason(row)
    if not conflict.checked(desk(), row.id):
        return ask_conflict(row)
    try:
        view = read_case(desk(), row.id)
        box = CaseBox(row.id, desk().case_key(row.id))
    except NotAllowed:
        abort(404)
    answers = in_words(services().settings, view.report.answers) if view.report.answers else []
    with services().databases.console.read() as console:
        appears = next_appearance(console, services().console.policy, services().now())
        stands = standing(console, desk(), box)
        state = contact(console, box)
        names = {person.id: person.name for person in people(console)}
    page = render_template(
        "cases/case.html", view=view, case=view.case, answers=answers, flag_texts=routing.flag_texts,
        in_words=lambda report: in_words(services().settings, report), statuses=STATUS_TEXTS, status_words=STATUSES,
        most=MAX_TEXT, appears=appears, errors=[problem] if problem else [], text=text, passages=passages,
        standing=stands, contact=state, names=names, ready=groups(view.case.category), act_text=act_text,
        urgent=request.form.get("urgent") == "yes", said_labels=LABELS, worded=worded, headings=vocabulary("ndm"),
        ties=ties(row, view),
    )  # fmt: skip
    return (page, 400) if problem else page


def _ask_reason(row: Case, problem: str = "") -> str:
    if row.id not in lists.may_open(desk(), [row.id]):
        abort(404)
    errors = [{"text": problem, "field": "reason-assigned"}] if problem else []
    return render_template("cases/reason.html", case=row, reasons=lists.REASONS, errors=errors, labels=routing.LABELS)
