"""Asking for an act of two people, approving it, refusing it, taking it back. Nobody approves what they asked for."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from handler.approvals.tables import Approval
from handler.audit.log import record
from handler.cases.desk import Desk
from handler.errors import Refused
from handler.lifecycle.tables import KEPT_OUT, CaseConflict

LASTS = 7 * 86_400  # seconds
WAITING, APPROVED, REFUSED, WITHDRAWN = "waiting", "approved", "refused", "withdrawn"


class SamePerson(Refused):
    """This needs a second person: whoever asked for it cannot approve it."""


class NotYours(Refused):
    """Your role does not approve this. Ask someone whose role does."""


class NoLonger(Refused):
    """This does not wait any more: it was answered, taken back, or asked for too long ago. Ask again."""


class AlreadyAsked(Refused):
    """This waits for a second person already. Take that back first, or ask someone to answer it."""


def ask(
    console: Session,
    desk: Desk,
    act: str,
    *,
    case_id: bytes | None,
    roles: Collection[str],
    record_id: bytes | None = None,
) -> bytes:
    """Begins an act that waits for somebody else with one of the roles; its id. Raises AlreadyAsked."""
    now = desk.now()
    same = select(Approval.id).where(
        Approval.act == act, Approval.case_id == case_id, Approval.state == WAITING, Approval.until > now
    )
    if case_id is not None and console.scalars(same).first() is not None:
        raise AlreadyAsked
    approval_id = desk.random(16)
    console.add(
        Approval(
            id=approval_id, act=act, case_id=case_id, roles=" ".join(sorted(roles)), asked_by=desk.unlocked.user_id,
            asked_at=now, until=now + LASTS, state=WAITING, record_id=record_id,
        )
    )  # fmt: skip
    record(console, desk.unlocked, "approval asked", case_id, clock=desk.clock, what=act)
    return approval_id


def waiting(console: Session, approval_id: bytes, now: int) -> Approval:
    """Raises NoLonger."""
    found = console.get(Approval, approval_id, with_for_update=True)
    if found is None or found.state != WAITING or found.until <= now:
        raise NoLonger
    return found


def approve(console: Session, desk: Desk, approval_id: bytes) -> Approval:
    """The act may now be carried out, by the caller, in this transaction. Raises SamePerson, NotYours, NoLonger."""
    return _answer(console, desk, approval_id, APPROVED)


def refuse(console: Session, desk: Desk, approval_id: bytes) -> Approval:
    """Raises SamePerson, NotYours, NoLonger."""
    return _answer(console, desk, approval_id, REFUSED)


def withdraw(console: Session, desk: Desk, approval_id: bytes) -> Approval:
    """By whoever asked. Raises NotYours, NoLonger."""
    found = waiting(console, approval_id, desk.now())
    if found.asked_by != desk.unlocked.user_id:
        raise NotYours
    return _close(console, desk, found, WITHDRAWN)


def for_person(console: Session, desk: Desk) -> Sequence[Approval]:
    """What waits for this person's answer, the oldest first."""
    chosen = (
        select(Approval)
        .where(Approval.state == WAITING, Approval.until > desk.now(), Approval.asked_by != desk.unlocked.user_id)
        .where(_not_kept_out(desk))
        .order_by(Approval.asked_at)
    )
    return [found for found in console.scalars(chosen) if desk.unlocked.may(*found.roles.split())]


def count_for_person(console: Session, desk: Desk) -> int:
    """How many those are: asked on every page."""
    chosen = (
        select(Approval.roles, func.count())
        .where(Approval.state == WAITING, Approval.until > desk.now(), Approval.asked_by != desk.unlocked.user_id)
        .where(_not_kept_out(desk))
        .group_by(Approval.roles)
    )
    return sum(number for roles, number in console.execute(chosen) if desk.unlocked.may(*roles.split()))


def of_case(console: Session, case_id: bytes, now: int) -> Sequence[Approval]:
    """What waits on a case, whoever asked."""
    chosen = select(Approval).where(Approval.case_id == case_id, Approval.state == WAITING, Approval.until > now)
    return console.scalars(chosen.order_by(Approval.asked_at)).all()


def _answer(console: Session, desk: Desk, approval_id: bytes, state: str) -> Approval:
    found = waiting(console, approval_id, desk.now())
    if found.asked_by == desk.unlocked.user_id:
        raise SamePerson
    if not desk.unlocked.may(*found.roles.split()):
        raise NotYours
    if console.scalars(select(Approval.id).where(Approval.id == approval_id, _not_kept_out(desk))).first() is None:
        raise NotYours
    return _close(console, desk, found, state)


def _not_kept_out(desk: Desk) -> ColumnElement[bool]:
    """Who stepped out of a case, or is named in it, learns nothing of what is asked for there, and answers nothing."""
    kept_out = select(CaseConflict.case_id).where(
        CaseConflict.user_id == desk.unlocked.user_id, CaseConflict.outcome.in_(KEPT_OUT)
    )
    return Approval.case_id.is_(None) | Approval.case_id.not_in(kept_out)


def _close(console: Session, desk: Desk, found: Approval, state: str) -> Approval:
    found.state, found.answered_by, found.answered_at = state, desk.unlocked.user_id, desk.now()
    record(console, desk.unlocked, f"approval {state}", found.case_id, clock=desk.clock, what=found.act)
    return found
