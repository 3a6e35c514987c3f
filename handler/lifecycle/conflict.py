"""Each person's own check before they read a case: do they know anyone whom it may be about? And stepping out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from crypto.post import Answer, decode_post
from handler.audit.log import record
from handler.cases import readers, records
from handler.cases.desk import Desk
from handler.cases.records import CaseBox
from handler.cases.tables import Case, CaseRecord
from handler.errors import Refused
from handler.identity.roles import HANDLER, SUPERVISOR
from handler.identity.tables import User, UserRole
from handler.keys.keyring import Keyring, case_purpose
from handler.keys.unlocked import RECOVERY_ID
from handler.lifecycle.facts import note
from handler.lifecycle.tables import CaseConflict
from handler.safeguarding import packkeys

FIRST = ("involves", "keep-from")
"""Questions of the form that say who must not read it. Their answers are shown before any other word."""
CLEAR, RECUSED = "none", "recused"


class NotConfirmed(Refused):
    """Tick that you know nobody this may be about. If you do, or if you are not sure, recuse yourself."""


class LastHolder(Refused):
    """Nobody else can open this case and hand it on. Share it with a handler or a supervisor first."""


@dataclass(frozen=True)
class Named:
    """What the reporter said of who must not see it. `written` in their own words."""

    choices: tuple[str, ...]
    written: tuple[str, ...]
    questionnaire: str
    answers: Mapping[str, Answer]


def checked(desk: Desk, case_id: bytes) -> bool:
    """Whether this person has said that they have no conflict."""
    with desk.databases.console.read() as console:
        row = console.get(CaseConflict, (case_id, desk.unlocked.user_id))
        return row is not None and row.outcome == CLEAR


def named(desk: Desk, case_id: bytes) -> Named:
    """The answers that are shown first, and nothing else of the report; in the audit. Raises NotAllowed."""
    box = CaseBox(case_id, desk.case_key(case_id))
    with desk.databases.console.write() as console:
        chosen = select(CaseRecord).where(CaseRecord.case_id == case_id, CaseRecord.kind == records.REPORT)
        row = console.scalars(chosen.order_by(CaseRecord.position)).first()
        record(console, desk.unlocked, "names read", case_id, clock=desk.clock)
    report = decode_post(box.open(row)).report if row is not None else None
    if report is None:
        return Named((), (), "", {})
    given = {**report.answers, **report.routing}
    kept = {name: answer for name, answer in given.items() if name.removeprefix("notice-") in FIRST}
    choices = tuple(choice for answer in kept.values() for choice in answer.choices)
    return Named(choices, tuple(a.text for a in kept.values() if a.text), report.questionnaire, kept)


def confirm(desk: Desk, case_id: bytes, ticked: bool) -> None:
    """Keeps that this person has no conflict. Raises NotConfirmed, NotAllowed."""
    desk.case_key(case_id)
    if not ticked:
        raise NotConfirmed
    by, now = desk.unlocked.user_id, desk.now()
    with desk.databases.console.write() as console:
        console.merge(CaseConflict(case_id=case_id, user_id=by, outcome=CLEAR, at=now, seen=True))
        note(console, case_id, ["conflict-check"], by=by, now=now)
        record(console, desk.unlocked, "no conflict", case_id, clock=desk.clock)


def recuse(desk: Desk, case_id: bytes) -> None:
    """Takes this person's key of the case away, for good, and tells the supervisors. Raises LastHolder, NotAllowed."""
    desk.case_key(case_id)
    me, purpose = desk.unlocked.user_id, case_purpose(case_id)
    with desk.databases.write_both() as (console, wraps):
        keyring = Keyring(wraps, desk.site, desk.settings.console.recovery_key)
        if not can_hand_on(console, keyring.holders(purpose) - {me, RECOVERY_ID}):
            raise LastHolder
        keyring.revoke(purpose, me)
        readers.remove(console, case_id, [me])
        packkeys.stepped_out(console, keyring, case_id, me)
        case = console.get_one(Case, case_id, with_for_update=True)
        if case.assigned == me:
            case.assigned = None
        console.merge(CaseConflict(case_id=case_id, user_id=me, outcome=RECUSED, at=desk.now(), seen=False))
        record(console, desk.unlocked, "recused", case_id, clock=desk.clock)
    desk.databases.keyring.scrub()


def recused(console: Session, case_id: bytes) -> set[bytes]:
    """Who stepped out of a case: its key is never wrapped to them again."""
    chosen = select(CaseConflict.user_id).where(CaseConflict.case_id == case_id, CaseConflict.outcome == RECUSED)
    return set(console.scalars(chosen))


def untold(console: Session) -> Sequence[CaseConflict]:
    """Recusals that no supervisor has taken note of, the oldest first."""
    chosen = select(CaseConflict).where(CaseConflict.outcome == RECUSED, CaseConflict.seen.is_(False))
    return console.scalars(chosen.order_by(CaseConflict.at)).all()


def take_note(desk: Desk, case_id: bytes, user_id: bytes) -> None:
    """By a supervisor who has read that somebody stepped out. Nothing happens where that is settled."""
    with desk.databases.console.write() as console:
        console.execute(
            update(CaseConflict)
            .where(CaseConflict.case_id == case_id, CaseConflict.user_id == user_id)
            .values(seen=True)
        )
        record(console, desk.unlocked, "recusal noted", case_id, clock=desk.clock)


def can_hand_on(console: Session, holders: set[bytes]) -> set[bytes]:
    """Those of the holders whose account is open and who may share a case: somebody must be left who can."""
    chosen = (
        select(User.id)
        .join(UserRole, UserRole.user_id == User.id)
        .where(User.id.in_(holders), User.disabled.is_(None), UserRole.role.in_((HANDLER, SUPERVISOR)))
    )
    return set(console.scalars(chosen))
