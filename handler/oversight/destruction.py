"""Destruction at the end of a retention review: asked by an auditor or a supervisor, approved by one of the other kind.

The keys of the case, of its referrals and of its sealed parts go with all their wraps, then the records and what the
search index has of them; what stays is that there was a case, and who decided. It is complete
when the last backup of the keyring that still has the key has expired.

What was merged into a case has the reporter's posts as well, so it goes with that case and at no other time.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from handler.approvals import acts as approvals
from handler.audit.log import record
from handler.cases.desk import Desk
from handler.cases.tables import Case, Thread
from handler.errors import NotAllowed, Refused
from handler.identity.roles import AUDITOR, SUPERVISOR
from handler.intake.merging import MERGED, merged_into
from handler.keys.keyring import Keyring, case_purpose
from handler.lifecycle import conflict
from handler.lifecycle.states import RETENTION
from handler.oversight.hold import UnderHold, held
from handler.oversight.tables import DestroyedCase
from handler.pickup.alarms import clear_of_case
from handler.publication.queue import HELD, LIVE, QUEUED
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


class GoesWithAnother(Refused):
    """This case was merged into an earlier one. It is destroyed together with that one, so ask for that one."""


class NoDestroyReason(Refused):
    """Choose why the case is to be destroyed."""


class StillOnBoard(Refused):
    """Something for the reporter still waits for the board, is held back or is on it. Destroy the case when that has
    ended."""


def ask(desk: Desk, case_id: bytes, reason: str) -> None:
    """Asks someone of the other kind.

    Raises NotAllowed, NoDestroyReason, NotInReview, GoesWithAnother, UnderHold, AlreadyAsked.

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
        _check(together(console, case_id))
        approvals.ask(console, desk, f"{DESTROY} {reason}", case_id=case_id, roles=[other])


def approve(desk: Desk, approval_id: bytes) -> None:
    """Destroys, without opening anything. Raises SamePerson, NotYours, NoLonger, StillOnBoard, what `ask` raises."""
    with desk.databases.console.read() as console:
        wanted = approvals.waiting(console, approval_id, desk.now())
    if SUPERVISOR in wanted.roles.split() and desk.unlocked.may(SUPERVISOR):
        _check_supervisor(desk, wanted.of_case)
    with desk.databases.write_both() as (console, wraps):
        asked = approvals.approve(console, desk, approval_id)
        cases = together(console, asked.of_case)
        _check(cases)
        waiting = select(Slot.id).join(Thread, Thread.id == Slot.thread_id)
        here = Thread.case_id.in_([case.id for case in cases])
        if console.scalars(waiting.where(here, Slot.state.in_((QUEUED, LIVE, HELD))).limit(1)).first() is not None:
            raise StillOnBoard
        reason = asked.act.split()[1]
        for case in cases:
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
        erase(console, desk.keyring_in(wraps), cases)
    desk.databases.keyring.scrub()
    desk.databases.console.scrub()


def together(console: Session, case_id: bytes, *, lock: bool = True) -> list[Case]:
    """A case, then what was merged into it: what can only be destroyed together."""
    cases = [console.get_one(Case, case_id, with_for_update=lock)]
    for one in cases:  # the list grows meanwhile
        cases += [console.get_one(Case, other, with_for_update=lock) for other in merged_into(console, one.id)]
    return cases


def erase(console: Session, keyring: Keyring, cases: Sequence[Case]) -> None:
    """Takes away the keys and contents of cases, without opening anything. The caller scrubs both databases after."""
    ids = [case.id for case in cases]
    for case in cases:
        keyring.destroy(case_purpose(case.id))
        packkeys.destroy(console, keyring, case.id)
        objects.destroy(console, keyring, case.id)
        forget_case(console, case.sequence)
        clear_of_case(console, case.id)
    console.flush()
    console.expunge_all()
    console.execute(delete(Case).where(Case.id.in_(ids)))


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


def _check(cases: Sequence[Case]) -> None:
    """Of what goes together, the first of which was asked for."""
    if MERGED in cases[0].sides.split():
        raise GoesWithAnother
    if cases[0].state != RETENTION:
        raise NotInReview
    if any(held(case) for case in cases):
        raise UnderHold
