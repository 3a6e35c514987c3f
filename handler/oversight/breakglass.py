"""An auditor reads one case: they ask and say why, a supervisor who holds the case approves, and after a day it ends.

While it lasts the case says so to all who work on it. Afterwards the wrap goes at once, the key with the next reader.
"""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from handler.approvals import acts as approvals
from handler.audit.log import SYSTEM, record
from handler.cases import giving, readers
from handler.cases.desk import Desk
from handler.cases.restricting import LockedNow
from handler.cases.tables import Case, CaseReader
from handler.database import Databases
from handler.errors import NotAllowed, Refused
from handler.identity.roles import AUDITOR, CASE_ROLES, SUPERVISOR
from handler.identity.tables import User
from handler.identity.users import roles_of
from handler.intake import latecomers
from handler.keys.keyring import Keyring, case_purpose
from handler.lifecycle import conflict
from handler.oversight.tables import CaseVisit

BREAK_GLASS = "break-glass"
LASTS = 86_400  # seconds
REASONS: Mapping[str, str] = {
    "sample": "Sample check of how cases are worked on",
    "complaint": "A complaint about how this case was handled",
    "conflict": "A conflict may not have been declared",
    "order": "An inspectorate, a court or a tribunal asked for it",
}


class NoVisitReason(Refused):
    """Choose why you must read this case."""


class NoSuchCase(Refused):
    """There is no case of that number. Type it as the audit shows it, such as PSU-2026-0001."""


class NotForCaseRoles(Refused):
    """You have a role that works on cases. Have the case shared with you instead."""


class SteppedOut(Refused):
    """This person stepped out of the case or is named in it, and gets no key to it."""


class NoAuditor(Refused):
    """Whoever asked is no auditor any more, and gets no key to the case."""


def ask(desk: Desk, number: str, reason: str) -> None:
    """Raises NoSuchCase, NoVisitReason, NotForCaseRoles, AlreadyAsked."""
    if not desk.unlocked.may(AUDITOR):
        raise NotAllowed
    if desk.unlocked.may(*CASE_ROLES):
        raise NotForCaseRoles
    with desk.databases.console.write() as console:
        case = console.scalars(select(Case).where(Case.number == number.strip().upper())).one_or_none()
        if case is None:
            raise NoSuchCase
        if reason not in REASONS:
            raise NoVisitReason
        approvals.ask(console, desk, f"{BREAK_GLASS} {reason}", case_id=case.id, roles=[SUPERVISOR])


def approve(desk: Desk, approval_id: bytes) -> None:
    """Wraps the case's key to the auditor for a day. Raises SamePerson, NotYours, NoLonger, NoAuditor, SteppedOut,
    LockedNow, NotAllowed."""
    with desk.databases.console.read() as console:
        waiting = approvals.waiting(console, approval_id, desk.now())
    latecomers.meet(desk, waiting.of_case, [waiting.asked_by])
    with desk.databases.write_both() as (console, wraps):
        asked = approvals.approve(console, desk, approval_id)
        auditor = console.get_one(User, asked.asked_by)
        if AUDITOR not in roles_of(console, auditor.id):
            raise NoAuditor
        if auditor.disabled is not None or auditor.id in conflict.recused(console, asked.of_case):
            raise SteppedOut
        if "spillage" in console.get_one(Case, asked.of_case, with_for_update=True).sides.split():
            raise LockedNow
        until = desk.now() + LASTS
        giving.give(console, wraps, desk, asked.of_case, [auditor.id])
        console.merge(CaseVisit(case_id=asked.of_case, user_id=auditor.id, until=until))
        record(
            console, desk.unlocked, "case opened to an auditor", asked.of_case, clock=desk.clock,
            person=auditor.id.hex(), until=until, reason=asked.act.split()[1],
        )  # fmt: skip


def visits(console: Session, case_id: bytes, now: int) -> Sequence[CaseVisit]:
    """Who reads a case in this way at the moment; not those whose key was taken away before their time."""
    holds = (CaseReader.case_id == CaseVisit.case_id) & (CaseReader.user_id == CaseVisit.user_id)
    chosen = select(CaseVisit).join(CaseReader, holds).where(CaseVisit.case_id == case_id, CaseVisit.until > now)
    return console.scalars(chosen.order_by(CaseVisit.until)).all()


def of_person(console: Session, user_id: bytes, now: int) -> Sequence[tuple[Case, int]]:
    """The cases that an auditor may read now, and until when."""
    chosen = select(Case, CaseVisit.until).join(CaseVisit, CaseVisit.case_id == Case.id)
    mine = chosen.where(CaseVisit.user_id == user_id, CaseVisit.until > now).order_by(Case.sequence)
    return [(row.Case, row.until) for row in console.execute(mine)]


def end_visits(databases: Databases, keyring_in: Callable[[Session], Keyring], clock: Callable[[], float]) -> int:
    """Takes away what is over and marks each case, so that its next reader renews the key; how many visits ended."""
    now = int(clock())
    with databases.console.read() as console:
        if console.scalars(select(CaseVisit.case_id).where(CaseVisit.until <= now).limit(1)).first() is None:
            return 0
    with databases.write_both() as (console, wraps):
        over = console.scalars(select(CaseVisit).where(CaseVisit.until <= now)).all()
        for visit in over:
            keyring_in(wraps).revoke(case_purpose(visit.case_id), visit.user_id)
            readers.remove(console, visit.case_id, [visit.user_id])
            marked = update(Case).where(Case.id == visit.case_id).values(renew_key=True)
            console.execute(marked, execution_options={"synchronize_session": False})
            record(console, SYSTEM, "auditor’s reading ended", visit.case_id, clock=clock, person=visit.user_id.hex())
            console.delete(visit)
    databases.keyring.scrub()
    return len(over)
