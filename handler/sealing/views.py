"""The pages of sealing in a case: the form that says what will happen, what was sealed, and what is to be done then."""

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from handler.cases.opened import desk, opened
from handler.cases.records import CaseBox
from handler.cases.replies import Care, send_message
from handler.cases.tables import Case, CaseRecord
from handler.errors import NotAllowed, Refused
from handler.identity.access import allow
from handler.identity.roles import CASE_ROLES, HANDLER, SUPERVISOR
from handler.identity.users import people
from handler.intake import linking
from handler.intake.linking import Pointer
from handler.keys.keyring import case_purpose
from handler.pickup.cycle import piece_store
from handler.preview.viewings import viewings
from handler.sealing import ending, notes
from handler.sealing.acts import Part, seal
from handler.sealing.elsewhere import Copy, copies
from handler.sealing.grounds import GROUNDS, SPILLAGE, STATES
from handler.sealing.tables import SealedObject
from handler.sealing.texts import TOO_SENSITIVE
from handler.services import services
from handler.web.addresses import identity

blueprint = Blueprint("sealing", __name__)

FORMER = "A former user"
DONE = {
    "moved": "Recorded. You can destroy it now.",
    "destroy": "Destroyed: its key is gone. See to the copies elsewhere.",
    "hand-over": "The hand-over is recorded.",
    "back": "It is back in its place.",
}


@dataclass(frozen=True)
class Shown:
    """One sealed thing of a case with what was said of it. `viewed`: who had looked at it, a line each."""

    row: SealedObject
    who: str
    notes: list[tuple[notes.SealNote, str]]
    viewed: list[str]
    copies: list[Copy]


@blueprint.get("/cases/<case_id>/seal/<record_id>")
@allow(*CASE_ROLES)
def form(case_id: str, record_id: str) -> str:
    """What it is, and what will happen then."""
    return _form(opened(case_id), record_id)


@blueprint.post("/cases/<case_id>/seal/<record_id>")
@allow(*CASE_ROLES)
def seal_it(case_id: str, record_id: str) -> tuple[str, int] | AnyResponse:
    row = opened(case_id)
    part = Part(identity(record_id, 16), request.args.get("place", None, type=int))
    said = {notes.INCIDENT: request.form.get("incident", "").strip()[:200]}
    if request.form.get("legal") == "yes":
        said[notes.LEGAL] = "Yes, or perhaps: disclosing it may be an offence"
        said["consulted"] = "Yes" if request.form.get("consulted") == "yes" else "Not yet"
    try:
        seal(desk(), row.id, part, request.form.get("ground", ""), said)
    except NotAllowed:
        abort(404)
    except Refused as refusal:
        return _form(row, record_id, str(refusal)), 400
    flash("It is sealed. This page says what is to be done now.", "success")
    return redirect(url_for("sealing.of_case", case_id=case_id), 303)


@blueprint.get("/cases/<case_id>/sealed")
@allow(*CASE_ROLES)
def of_case(case_id: str) -> str:
    """What was sealed in this case, what was said of it, and what is to be done next."""
    return _of_case(opened(case_id))


@blueprint.post("/cases/<case_id>/sealed/<object_id>/<act>")
@allow(*CASE_ROLES)
def do(case_id: str, object_id: str, act: str) -> tuple[str, int] | AnyResponse:
    row, thing = opened(case_id), identity(object_id, 16)
    with services().databases.console.read() as console:
        sealed = console.get(SealedObject, thing)
    if sealed is None or sealed.case_id != row.id:
        abort(404)
    said = {name: request.form.get(name, "").strip()[:2000] for name in notes.LABELS if name in request.form}
    try:
        if act == "moved":
            ending.moved(desk(), thing, said)
        elif act == "destroy":
            ending.destroy(desk(), piece_store(services().settings), thing)
        elif act == "hand-over":
            ending.hand_over(desk(), thing, said)
        elif act == "back":
            ending.put_back(desk(), thing)
        else:
            abort(404)
    except NotAllowed:
        abort(404)
    except Refused as refusal:
        return _of_case(row, {"text": str(refusal), "field": f"act-{object_id}"}), 400
    flash(DONE[act], "success")
    if act in ("destroy", "back") and desk().unlocked.user_id not in _holders(row.id):
        return redirect(url_for("sealed.listing"), 303)
    return redirect(url_for("sealing.of_case", case_id=case_id), 303)


@blueprint.post("/cases/<case_id>/sealed/tell")
@allow(HANDLER, SUPERVISOR)
def tell(case_id: str) -> tuple[str, int] | AnyResponse:
    """Queues the ready message to the reporter, which asks for nothing."""
    row = opened(case_id)
    try:
        send_message(desk(), row.id, TOO_SENSITIVE, care=Care(asks=False))
    except NotAllowed:
        abort(404)
    except Refused as refusal:
        return _of_case(row, {"text": str(refusal), "field": "tell"}), 400
    flash("The message is in the queue for the board.", "success")
    return redirect(url_for("sealing.of_case", case_id=case_id), 303)


def _twins(console: Session, case_id: bytes) -> list[Pointer]:
    """The other cases in which messages of this one stand as well, since they were merged."""
    return [pointer for pointer in linking.pointers(console, case_id) if pointer.merged]


def _form(row: Case, record_id: str, problem: str = "") -> str:
    place = request.args.get("place", None, type=int)
    with services().databases.console.read() as console:
        message = console.get(CaseRecord, identity(record_id, 16))
        twins = _twins(console, row.id)
    if message is None or message.case_id != row.id:
        abort(404)
    errors = [{"text": problem, "field": "ground-0"}] if problem else []
    return render_template(
        "sealing/form.html", case=row, record_id=record_id, place=place, grounds=GROUNDS.values(), errors=errors,
        given=request.form, twins=twins,
    )  # fmt: skip


def _of_case(row: Case, problem: dict[str, str] | None = None) -> str:
    try:
        box = CaseBox(row.id, desk().case_key(row.id))
    except NotAllowed:
        abort(404)
    with services().databases.console.read() as console:
        case, twins = console.get_one(Case, row.id), _twins(console, row.id)
        names = {person.id: person.name for person in people(console)}
        said = [(note, names.get(note.by, FORMER)) for note in notes.notes_of(console, box)]
        chosen = select(SealedObject).where(SealedObject.case_id == row.id).order_by(SealedObject.at.desc())
        found = []
        for one in console.scalars(chosen):
            looked = viewings(console, one.record_id, one.place)
            viewed = sorted({names.get(view.user_id, FORMER) for view in looked})
            arrived = console.get_one(CaseRecord, one.record_id).day
            mine = [(note, who) for note, who in said if note.object_id == one.id]
            where = copies(one.at, arrived, viewed) if one.ground == SPILLAGE else []
            found.append(Shown(one, names.get(one.by, FORMER), mine, viewed, where))
    return render_template(
        "sealing/case.html", case=case, found=found, grounds=GROUNDS, states=STATES, text=TOO_SENSITIVE,
        errors=[problem] if problem else [], given=request.form, twins=twins,
    )  # fmt: skip


def _holders(case_id: bytes) -> set[bytes]:
    with desk().keyring() as keyring:
        return keyring.holders(case_purpose(case_id))
