"""What waits for a second person: mine to answer, what I asked for, and who stepped out of a case."""

from dataclasses import dataclass

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from handler.approvals import acts
from handler.approvals.carrying import UNREAD, act_text, carry
from handler.approvals.tables import Approval
from handler.cases import listing as cases
from handler.cases.opened import desk, opened
from handler.cases.tables import Case
from handler.errors import NotAllowed, Refused
from handler.identity.access import allow
from handler.identity.roles import AUDITOR, CASE_ROLES, SUPERVISOR
from handler.identity.users import people
from handler.lifecycle import conflict, namedviews
from handler.lifecycle import named as by_reporters
from handler.oversight.destruction import half_destroyed
from handler.services import services
from handler.web.addresses import identity

blueprint = Blueprint("approvals", __name__)


@dataclass(frozen=True)
class Row:
    """One act as the page lists it. `open_to_me`: whether this person holds the case's key."""

    id: str
    act: str
    case: Case | None
    who: str
    asked_at: int
    until: int
    open_to_me: bool
    unread: bool  # answered here, without opening the case


@dataclass(frozen=True)
class SteppedOut:
    """One recusal that no supervisor has taken note of."""

    case: Case
    user_id: str
    who: str
    at: int
    open_to_me: bool  # else the page does not say which case it is


@blueprint.get("/approvals")
@allow(*CASE_ROLES, AUDITOR)
def listing() -> str:
    return _page()


@blueprint.post("/approvals/<approval_id>/approve")
@allow(*CASE_ROLES, AUDITOR)
def approve(approval_id: str) -> tuple[str, int] | AnyResponse:
    """Only by someone who has opened the case: what is approved must have been read, but for UNREAD."""
    waiting = _waiting(approval_id)
    if waiting.case_id is not None and not _unread(waiting):
        opened(waiting.case_id.hex())
    try:
        carry(desk(), waiting)
    except NotAllowed:
        abort(404)
    except Refused as refusal:
        return _page(str(refusal)), 400
    flash(f"Approved and done: {act_text(waiting.act)}.", "success")
    return _back(waiting)


@blueprint.post("/approvals/<approval_id>/refuse")
@allow(*CASE_ROLES, AUDITOR)
def refuse(approval_id: str) -> tuple[str, int] | AnyResponse:
    """By who holds the case too, but for UNREAD."""
    waiting = _waiting(approval_id)
    held = waiting.case_id is None or waiting.case_id in cases.may_open(desk(), [waiting.case_id])
    if not held and not (_unread(waiting) and desk().unlocked.may(AUDITOR)) and not _finishes(waiting):
        abort(404)
    return _close(approval_id, withdrawn=False)


@blueprint.post("/approvals/<approval_id>/take-back")
@allow(*CASE_ROLES, AUDITOR)
def take_back(approval_id: str) -> tuple[str, int] | AnyResponse:
    return _close(approval_id, withdrawn=True)


def count() -> int:
    """How many acts wait for the signed-in person's answer, and recusals for their note."""
    with services().databases.console.read() as console:
        waiting = acts.count_for_person(console, desk())
        if desk().unlocked.may(SUPERVISOR):
            waiting += conflict.count_untold(console) + len(by_reporters.undecided(console, desk().unlocked.user_id))
        return waiting


def _close(approval_id: str, *, withdrawn: bool) -> tuple[str, int] | AnyResponse:
    waiting = _waiting(approval_id)
    try:
        with services().databases.console.write() as console:
            (acts.withdraw if withdrawn else acts.refuse)(console, desk(), waiting.id)
    except Refused as refusal:
        return _page(str(refusal)), 400
    flash("Taken back." if withdrawn else "Refused. Nothing was done.", "success")
    return _back(waiting)


def _waiting(approval_id: str) -> Approval:
    with services().databases.console.read() as console:
        found = console.get(Approval, identity(approval_id, 16))
    if found is None:
        abort(404)
    return found


def _back(waiting: Approval) -> Response | AnyResponse:
    case_id = waiting.case_id if desk().unlocked.may(*CASE_ROLES) else None
    if case_id is not None and case_id in cases.may_open(desk(), [case_id]):
        return redirect(url_for("cases.case", case_id=case_id.hex()), 303)
    return redirect(url_for("approvals.listing"), 303)


def _page(problem: str = "") -> str:
    me = g.unlocked.user_id
    with services().databases.console.read() as console:
        mine = acts.for_person(console, desk())
        chosen = select(Approval).where(Approval.asked_by == me).order_by(Approval.asked_at.desc()).limit(50)
        asked = console.scalars(chosen).all()
        out = conflict.untold(console) if desk().unlocked.may(SUPERVISOR) else []
        ids = {one.case_id for one in (*mine, *asked) if one.case_id is not None} | {one.case_id for one in out}
        rows = {case.id: case for case in console.scalars(select(Case).where(Case.id.in_(ids)))}
        names = {person.id: person.name for person in people(console)}
    held = cases.may_open(desk(), list(rows)) if desk().unlocked.may(*CASE_ROLES) else set()
    gone = {one.case_id for one in mine if _finishes(one)}

    def row(one: Approval) -> Row:
        case = rows.get(one.case_id) if one.case_id is not None else None
        return Row(
            one.id.hex(), act_text(one.act), case, names.get(one.asked_by, "A former user"), one.asked_at, one.until,
            case is None or case.id in held,
            _unread(one) and (one.case_id in held | gone or desk().unlocked.may(AUDITOR)),
        )  # fmt: skip

    now = services().now()
    return render_template(
        "approvals/listing.html",
        mine=[row(one) for one in mine],
        asked=[(row(one), _outcome(one, now)) for one in asked],
        out=[SteppedOut(rows[one.case_id], one.user_id.hex(), names.get(one.user_id, "A former user"), one.at,
                        one.case_id in held) for one in out],
        named=namedviews.rows(), errors=[{"text": problem, "field": None}] if problem else [],
    )  # fmt: skip


def _unread(one: Approval) -> bool:
    return one.act.split()[0] in UNREAD


def _finishes(one: Approval) -> bool:
    """Whether the case's destruction stopped half way, so that nobody holds it any more."""
    with desk().keyring() as keyring:
        return _unread(one) and half_destroyed(keyring, one.of_case)


def _outcome(one: Approval, now: int) -> str:
    return "lapsed" if one.state == acts.WAITING and one.until <= now else one.state
