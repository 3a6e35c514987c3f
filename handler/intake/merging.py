"""Sealing the conversation of a case into an earlier one, within the transaction in which the two are linked."""

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from crypto.post import FileRef, decode_post
from handler.cases import records
from handler.cases.desk import Desk
from handler.cases.filing import new_pieces, seal_record
from handler.cases.records import CaseBox, next_position
from handler.cases.rows import Rows
from handler.cases.tables import Case, CaseRecord, Thread
from handler.conversation import duress
from handler.intake import routing
from handler.intake.rules import LOST
from handler.intake.tables import CaseLink
from handler.lifecycle import recording, timing
from handler.lifecycle.facts import NEW_WORDS, forget
from handler.lifecycle.queue import place_again
from handler.lifecycle.tables import KEPT_OUT, CaseClock, CaseConflict, CaseTask
from handler.publication.queue import RESERVE, WAITING
from handler.publication.tables import Message, Slot
from handler.safeguarding import flagging
from handler.search import index
from handler.triage.sourcerisk import EXPOSING_FLAGS

MERGED = "merged"


def merge(console: Session, desk: Desk, newer: CaseBox, earlier: CaseBox, *, lost: bool) -> int:
    """Seals the conversation into the earlier case; how many replies to the older words were not sent."""
    unsent = _silence(console, earlier.case_id) if lost else 0
    open_tasks = set(console.scalars(_open_tasks(newer.case_id)))
    standing = {kept.id for kept in recording.standing(recording.newest_notes(console, newer)).values()}
    standing |= {kept.id for kept in duress.in_force(recording.agreed_words(console, newer))}
    rows, position, files = Rows(), next_position(console, earlier.case_id), list[FileRef]()
    chosen = select(CaseRecord).where(CaseRecord.case_id == newer.case_id).order_by(CaseRecord.position, CaseRecord.id)
    for row in console.scalars(chosen).all():
        content, record_id = newer.open(row), row.id
        if row.kind in records.POST_KINDS:  # stays readable in the newer case too
            record_id = desk.random(16)
            files += decode_post(content).files
        elif row.id in standing:
            record_id = desk.random(16)
        elif row.kind in (records.REPLY, records.THREAD) or row.id in open_tasks:
            console.delete(row)  # what is sealed for the other case takes its place, under the same id
        else:
            continue
        index.copy(console, row.id, earlier.case_id, record_id)
        at = 0 if row.kind == records.THREAD else position
        seal_record(rows, earlier, record_id, content, kind=row.kind, position=at, day=row.day)
        position += 1
    console.flush()
    new_pieces(console, rows, earlier.case_id, files)
    for moved in (Thread, Message):
        console.execute(update(moved).where(moved.case_id == newer.case_id).values(case_id=earlier.case_id))
    console.execute(update(CaseTask).where(CaseTask.id.in_(open_tasks)).values(case_id=earlier.case_id))
    rows.write(console)
    recording.apply_hold(console, desk, earlier)
    _carry_on(console, newer.case_id, earlier.case_id)
    flagging.new_cases(console, desk, [(earlier.case_id, console.get_one(Case, earlier.case_id).flags.split())])
    duress.flag(console, earlier, recording.agreed_words(console, earlier))
    _end(console, desk, newer.case_id)
    return unsent


def merged_into(console: Session, case_id: bytes) -> list[bytes]:
    """The cases whose conversation was sealed into this one; those that were only marked as the same are not."""
    chosen = select(Case).join(CaseLink, CaseLink.case_id == Case.id).where(CaseLink.into_id == case_id)
    return [case.id for case in console.scalars(chosen.order_by(Case.sequence)) if MERGED in case.sides.split()]


def _open_tasks(case_id: bytes) -> Select[bytes]:
    return select(CaseTask.id).where(CaseTask.case_id == case_id, CaseTask.done.is_(None))


def _silence(console: Session, case_id: bytes) -> int:
    """The case's words are lost: what comes under them is not in force, and nothing more goes to them."""
    threads = select(Thread.id).where(Thread.case_id == case_id)
    waits = Slot.thread_id.in_(threads) & Slot.state.in_(WAITING)
    unsent = set(console.scalars(select(Slot.message_id).where(waits, Slot.state != RESERVE).distinct()))
    console.execute(delete(Slot).where(waits).execution_options(synchronize_session=False))
    console.execute(update(Thread).where(Thread.case_id == case_id).values(standing=LOST, successor=None))
    return len(unsent)


def _carry_on(console: Session, newer_id: bytes, earlier_id: bytes) -> None:
    """What the newer case tells of order and care, and who is kept out of it, holds for the earlier one too."""
    newer, earlier = console.get_one(Case, newer_id), console.get_one(Case, earlier_id)
    before = set(earlier.flags.split())
    both = dict.fromkeys((*earlier.flags.split(), *newer.flags.split()))
    earlier.flags = " ".join(sorted(both, key=lambda flag: (routing.urgency([flag]), flag)))
    earlier.unread = True
    if newer.urgency < earlier.urgency:
        earlier.urgency = newer.urgency
        place_again(earlier)
    exposed = not EXPOSING_FLAGS.isdisjoint(set(newer.flags.split()) - before)
    forget(console, earlier_id, [*NEW_WORDS, *(["source-risk"] if exposed else [])])
    chosen = select(CaseConflict).where(CaseConflict.case_id == newer_id)
    for row in console.scalars(chosen.where(CaseConflict.outcome.in_(KEPT_OUT))).all():
        known = console.get(CaseConflict, (earlier_id, row.user_id))
        if known is None or known.outcome not in KEPT_OUT:
            kept = {"outcome": row.outcome, "at": row.at, "seen": row.seen}
            console.merge(CaseConflict(case_id=earlier_id, user_id=row.user_id, **kept))
    console.flush()


def _end(console: Session, desk: Desk, case_id: bytes) -> None:
    """Over, and to be read only. A safeguarding referral that is due stays due: somebody may be at risk."""
    case = console.get_one(Case, case_id)
    case.sides = " ".join(sorted({*case.sides.split(), MERGED}))
    case.ended, case.unread = True, False
    running = select(CaseClock.kind).where(CaseClock.case_id == case_id, CaseClock.done.is_(None))
    running = running.where(CaseClock.kind != flagging.CLOCK)
    for kind in console.scalars(running.distinct()).all():
        timing.stop(console, case_id, kind, desk.now())
