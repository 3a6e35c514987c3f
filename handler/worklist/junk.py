"""Junk goes on the day that was shown when it was put aside: the unattended process destroys it and opens nothing.

It stays until a second person has agreed, so that nobody makes a report vanish alone; and while a legal hold stands on
it or on what was merged into it, while something of it is sealed that has not been dealt with, while it turned out to
be no junk (decided on, referred, read by an auditor), and while the reporter has added to it since and nobody has
looked at that, or may have: any envelope that nobody has opened can be an addition.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from crypto.calendar import day_of
from handler.audit.log import SYSTEM, record
from handler.cases.records import POST_KINDS
from handler.cases.tables import Case, CaseRecord, Thread
from handler.database import Databases
from handler.intake.tables import HeldPost
from handler.keys.keyring import Keyring
from handler.oversight.destruction import erase, together
from handler.oversight.hold import held
from handler.pickup.retention import trusted_time
from handler.pickup.tables import InboxEnvelope
from handler.publication.queue import LIVE
from handler.publication.tables import Message, Slot
from handler.sealing.grounds import GROUNDS
from handler.worklist.aside import KIND, no_junk
from handler.worklist.tables import PutAside

AGREED = PutAside.agreed_by.is_not(None) & (PutAside.agreed_by != PutAside.by)
AT_ONCE = 500
"""Cases a cycle: a flood of junk must not keep the board from being published."""


def destroy_junk(databases: Databases, keyring_in: Callable[[Session], Keyring], clock: Callable[[], float]) -> int:
    """Destroys what is due, by the earlier of the clock and the time that the drop agreed to; how many cases went.

    Nothing while an envelope is unopened. Called before the drop is asked for more, for there is always more.
    """
    with databases.console.read() as console:
        today = day_of(trusted_time(console, int(clock())))
        if _unopened(console):
            return 0
        due = console.scalars(
            select(PutAside.case_id).where(AGREED, PutAside.until <= today).order_by(PutAside.until)
        ).all()
        goes = [case_id for case_id in due if not _stays(console, together(console, case_id, lock=False))]
    gone = 0
    for case_id in goes[:AT_ONCE]:
        with databases.write_both() as (console, wraps):
            gone += _destroy(console, keyring_in(wraps), case_id, clock, today=today)
    if gone:
        databases.keyring.scrub()
        databases.console.scrub()
    return gone


def _destroy(console: Session, keyring: Keyring, case_id: bytes, clock: Callable[[], float], *, today: int) -> int:
    """All of it is asked again under the case's lock: it may be taken back, aside anew, or gone."""
    if console.get(Case, case_id, with_for_update=True) is None:
        return 0
    cases = together(console, case_id)
    row = console.get(PutAside, case_id)
    if row is None or row.until > today or row.agreed_by in (None, row.by):
        return 0
    if _unopened(console) or _stays(console, cases):
        return 0
    for case in cases:
        record(
            console, SYSTEM, "case destroyed", case.id, clock=clock, number=case.number, reason="junk",
            asked=row.by.hex(), approved=row.agreed_by.hex(),
        )  # fmt: skip
    _leave_on_board(console, [case.id for case in cases])
    erase(console, keyring, cases)
    return len(cases)


def _stays(console: Session, cases: Sequence[Case]) -> bool:
    sides = {side for case in cases for side in case.sides.split()}
    ids = [case.id for case in cases]
    sealed_or_held = not sides.isdisjoint(GROUNDS) or any(held(case) for case in cases)
    return sealed_or_held or no_junk(console, ids) or _added_to(console, cases[0]) or _waits(console, ids)


def _unopened(console: Session) -> bool:
    return console.scalars(select(InboxEnvelope.id).limit(1)).first() is not None


def _waits(console: Session, case_ids: Sequence[bytes]) -> bool:
    """Whether something under the words of these was opened and could not be filed yet."""
    of_these = select(HeldPost.id).join(Thread, Thread.key == HeldPost.thread_key).where(Thread.case_id.in_(case_ids))
    return console.scalars(of_these.limit(1)).first() is not None


def _added_to(console: Session, case: Case) -> bool:
    of_case = select(func.max(CaseRecord.position)).where(CaseRecord.case_id == case.id)
    put_aside = console.scalar(of_case.where(CaseRecord.kind == KIND)) or 0
    return case.unread and (console.scalar(of_case.where(CaseRecord.kind.in_(POST_KINDS))) or 0) > put_aside


def _leave_on_board(console: Session, case_ids: Sequence[bytes]) -> None:
    """What is on the board stays there until its time, as a decoy of nobody's: a board does not change once shown."""
    messages = select(Message.id).where(Message.case_id.in_(case_ids))
    live = update(Slot).where(Slot.state == LIVE, Slot.message_id.in_(messages))
    nobody = {"message_id": None, "thread_id": None, "tag_index": None, "certificate": None, "part": 0}
    console.execute(live.values(nobody), execution_options={"synchronize_session": False})
