"""Destruction at the end of a retention review: asked by an auditor or a supervisor, approved by one of the other kind.

The keys of the case, of its referrals and of its sealed parts go with all their wraps, then the records and what the
search index has of them; what stays is that there was a case, and who decided. It is complete
when the last backup of the keyring that still has the key has expired.
"""

from collections.abc import Mapping

from sqlalchemy import delete, select

from handler.approvals import acts as approvals
from handler.audit.log import record
from handler.cases.desk import Desk
from handler.cases.tables import Case, Thread
from handler.errors import NotAllowed, Refused
from handler.identity.roles import AUDITOR, SUPERVISOR
from handler.keys.keyring import Keyring, case_purpose
from handler.lifecycle import conflict
from handler.lifecycle.states import RETENTION
from handler.oversight.hold import UnderHold, held
from handler.oversight.tables import DestroyedCase
from handler.publication.queue import LIVE, QUEUED
from handler.publication.tables import Slot
from handler.safeguarding import packkeys
from handler.sealing import objects
from handler.search.index import forget_case

DESTROY = "destroy"
BACKUP_DAYS = 7  # how long backups of the keyring are kept (SPEC 10.0)
REASONS: Mapping[str, str] = {
    "period-over": "Its retention period is over",
    "no-ground": "There is no ground to keep it any longer",
    "order": "A court or the Information Commissioner ordered it",
}


class NotInReview(Refused):
    """A case is destroyed at the end of its retention review, and this one is not in it. Begin the review first."""


class NoDestroyReason(Refused):
    """Choose why the case is to be destroyed."""


class StillOnBoard(Refused):
    """Something for the reporter still waits for the board or is on it. Destroy the case when that has ended."""


def ask(desk: Desk, case_id: bytes, reason: str) -> None:
    """Asks someone of the other kind. Raises NotAllowed, NoDestroyReason, NotInReview, UnderHold, AlreadyAsked.

    A supervisor holds the case's key: who stepped out of it, or is not named in a restricted one, has no say in it.
    """
    if not desk.unlocked.may(AUDITOR, SUPERVISOR):
        raise NotAllowed
    if not desk.unlocked.may(AUDITOR):
        _check_supervisor(desk, case_id)
    if reason not in REASONS:
        raise NoDestroyReason
    other = SUPERVISOR if desk.unlocked.may(AUDITOR) else AUDITOR
    with desk.databases.console.write() as console:
        _check(console.get_one(Case, case_id, with_for_update=True))
        approvals.ask(console, desk, f"{DESTROY} {reason}", case_id=case_id, roles=[other])


def approve(desk: Desk, approval_id: bytes) -> None:
    """Destroys, without opening anything. Raises SamePerson, NotYours, NoLonger, StillOnBoard, what `ask` raises."""
    with desk.databases.console.read() as console:
        wanted = approvals.waiting(console, approval_id, desk.now())
    if SUPERVISOR in wanted.roles.split() and desk.unlocked.may(SUPERVISOR):
        _check_supervisor(desk, wanted.of_case)
    with desk.databases.write_both() as (console, wraps):
        asked = approvals.approve(console, desk, approval_id)
        case = console.get_one(Case, asked.of_case, with_for_update=True)
        _check(case)
        waiting = select(Slot.id).join(Thread, Thread.id == Slot.thread_id)
        busy = waiting.where(Thread.case_id == case.id, Slot.state.in_((QUEUED, LIVE))).limit(1)
        if console.scalars(busy).first() is not None:
            raise StillOnBoard
        reason = asked.act.split()[1]
        console.add(
            DestroyedCase(
                number=case.number, received=case.day, reason=reason, asked_by=asked.asked_by,
                approved_by=desk.unlocked.user_id, destroyed=desk.today(), complete=desk.today() + BACKUP_DAYS,
            )
        )  # fmt: skip
        record(
            console, desk.unlocked, "case destroyed", case.id, clock=desk.clock, number=case.number, reason=reason,
            asked=asked.asked_by.hex(),
        )  # fmt: skip
        keyring = desk.keyring_in(wraps)
        keyring.destroy(case_purpose(case.id))
        packkeys.destroy(console, keyring, case.id)
        objects.destroy(console, keyring, case.id)
        forget_case(console, case.sequence)
        console.expunge_all()
        console.execute(delete(Case).where(Case.id == asked.of_case))
    desk.databases.keyring.scrub()
    desk.databases.console.scrub()


def half_destroyed(keyring: Keyring, case_id: bytes) -> bool:
    """Whether the machine stopped between the two databases: nobody holds the key any more, and the case is there."""
    return not keyring.holders(case_purpose(case_id))


def _check_supervisor(desk: Desk, case_id: bytes) -> None:
    """Raises NotAllowed without the case's key; where nobody has one any more, for who is kept out of the case."""
    with desk.keyring() as keyring:
        gone = half_destroyed(keyring, case_id)
    if not gone:
        desk.case_key(case_id)
        return
    with desk.databases.console.read() as console:
        if desk.unlocked.user_id in conflict.kept_out(console, case_id):
            raise NotAllowed


def _check(case: Case) -> None:
    if case.state != RETENTION:
        raise NotInReview
    if held(case):
        raise UnderHold
