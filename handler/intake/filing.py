"""A post under words that are known goes into its case, in one transaction with the end of its envelope."""

from dataclasses import dataclass
from enum import Enum

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crypto.board import Kind
from crypto.errors import BadField, ProtocolError, Replayed
from crypto.openenvelope import OpenedPost
from crypto.post import seen_indices
from handler.audit.log import record
from handler.cases import inforce, records
from handler.cases.confirming import confirm
from handler.cases.desk import Desk
from handler.cases.filing import new_pieces, seal_record
from handler.cases.inforce import KeyChanged
from handler.cases.lines import Line, Pen, thread_key
from handler.cases.records import CaseBox, next_position
from handler.cases.rows import Rows
from handler.cases.tables import Case, TakenPost, Thread
from handler.conversation import duress
from handler.errors import NotAllowed
from handler.identity.roles import INTAKE
from handler.identity.users import holders_with_role
from handler.intake.additions import newly_named, shut_out
from handler.intake.handover import Handover
from handler.intake.rules import OLD, Judgement, judge
from handler.intake.sources import Sealed, hold, quarantine, take_away
from handler.keys.keyring import case_purpose
from handler.lifecycle.facts import NEW_WORDS, forget
from handler.lifecycle.recording import agreed_words
from handler.pickup.alarms import clear_alarm, of_case, raise_alarm
from handler.publication.queue import LIVE, QUEUED, RESERVE
from handler.publication.tables import Message, Slot
from handler.search import index
from handler.worklist.tables import PutAside


class Outcome(Enum):
    """What became of an opened post."""

    FILED = "filed"
    HELD = "held"
    REPLAYED = "replayed"
    QUARANTINED = "quarantined"
    GONE = "gone"  # somebody else was quicker
    LATER = "later"  # the case's key was changed meanwhile, or it became part of another: it stays where it is
    NOT_OURS = "not ours"  # known words, but this person may not open the case


class _ThreadMoved(Exception):
    """Nothing was changed."""


def file_post(desk: Desk, pen: Pen, sealed: Sealed, opened: OpenedPost) -> Outcome:
    """Files, holds or refuses one post that makes no new case."""
    key = thread_key(opened.group, opened.post.sign)
    with desk.databases.console.read() as console:
        known = console.scalars(select(Thread).where(Thread.key == key)).one_or_none()
    if known is None:
        return _hold(desk, sealed, key)
    try:
        box = CaseBox(known.case_id, desk.case_key(known.case_id))
    except NotAllowed:
        return _not_ours(desk, sealed, key, known.case_id)
    return _file_now(desk, pen, box, Known(known.id, sealed, opened))


@dataclass(frozen=True)
class Known:
    """A post, and the thread that its words name."""

    thread_id: bytes
    sealed: Sealed
    opened: OpenedPost


def _file_now(desk: Desk, pen: Pen, box: CaseBox, known: Known) -> Outcome:
    with desk.databases.console.read() as console:
        named = newly_named(console, box.case_id, known.opened.post)
    try:
        with desk.databases.write_both() as (console, wraps):
            if not take_away(console, known.sealed):
                return Outcome.GONE
            inforce.in_force(console, box.case_id, alone=True)  # flags and positions: one writer at a time
            inforce.hold(console, box.case_id, box.key_id)
            thread = console.get_one(Thread, known.thread_id, with_for_update=True)
            if thread.case_id != box.case_id:
                raise _ThreadMoved
            kind = _file(console, desk, pen, box, thread=thread, opened=known.opened, day=known.sealed.day)
            if named and kind in records.GRADED_KINDS:
                shut_out(console, wraps, desk, box.case_id, named)
    except (_ThreadMoved, KeyChanged, IntegrityError):
        return Outcome.LATER
    except Replayed:
        return _drop(desk, known.sealed)
    except ProtocolError as error:
        return _quarantine(desk, known.sealed, error.name)
    return Outcome.FILED


def _hold(desk: Desk, sealed: Sealed, key: bytes, outcome: Outcome = Outcome.HELD) -> Outcome:
    with desk.databases.console.write() as console:
        if hold(console, sealed, key):
            record(console, desk.unlocked, "post held", clock=desk.clock)
    return outcome


def _not_ours(desk: Desk, sealed: Sealed, key: bytes, case_id: bytes) -> Outcome:
    """Held for somebody who may open the case; an alarm where nobody with intake may."""
    with desk.keyring() as keyring:
        holders = keyring.holders(case_purpose(case_id))
    with desk.databases.console.write() as console:
        if not any(one.id in holders for one in holders_with_role(console, INTAKE)):
            text = (
                f"Something came from the reporter of {of_case(case_id)}, and nobody with intake may open that case, "
                "so it is held. Share the case with someone who has intake and may see it; then open the sealed inbox."
            )
            raise_alarm(console, _waits_key(case_id), text, desk.today())
    return _hold(desk, sealed, key, Outcome.NOT_OURS)


def _waits_key(case_id: bytes) -> str:
    return f"addition waits {case_id.hex()}"


def _drop(desk: Desk, sealed: Sealed) -> Outcome:
    with desk.databases.console.write() as console:
        if take_away(console, sealed):
            record(console, desk.unlocked, "repeated post dropped", clock=desk.clock)
    return Outcome.REPLAYED


def _quarantine(desk: Desk, sealed: Sealed, error: str) -> Outcome:
    with desk.databases.console.write() as console:
        if quarantine(console, sealed, error):
            record(console, desk.unlocked, "envelope quarantined", clock=desk.clock, error=error)
    return Outcome.QUARANTINED


def _file(console: Session, desk: Desk, pen: Pen, box: CaseBox, *, thread: Thread, opened: OpenedPost, day: int) -> str:
    """The kind of its record."""
    post = opened.post
    case = console.get_one(Case, thread.case_id)
    secrets = box.thread(console, thread.id)
    if console.get(TakenPost, (thread.id, post.id)) is not None:
        raise Replayed
    if post.reader != secrets.reader:
        raise BadField("reader")
    verdict = judge(thread.standing, in_grace(console, thread), post.new_code is not None, post.withdraw is not None)
    line = Line.of(thread, desk.site, case.group, secrets)
    work = Handover(console, desk, box, pen, case, thread, line, Rows(), next_position(console, case.id))
    successor = work.successor(opened)
    record_id = desk.random(16)
    seal_record(work.rows, box, record_id, opened.post_json, kind=verdict.record, position=work.position, day=day)
    work.position += 1
    work.rows.posts.append({"thread_id": thread.id, "post": post.id})
    new_pieces(console, work.rows, case.id, post.files)
    confirm(console, thread.id, seen_indices(post, case.group, secrets.secret))
    if successor is not None and verdict.accept_successor:
        work.accept(successor)
    elif successor is not None:
        work.refuse(successor)
    work.write()
    index.add(console, desk, case.id, record_id, kind=verdict.record, raw=opened.post_json)
    thread.used = thread.used or verdict.ends_grace
    case.unread = True
    clear_alarm(console, _waits_key(case.id))
    duress.flag(console, box, agreed_words(console, box))
    if verdict.record in records.GRADED_KINDS and post.follow_up is not None:
        forget(console, case.id, NEW_WORDS)
    _account(console, desk, case, verdict, successor is not None)
    return verdict.record


def _account(console: Session, desk: Desk, case: Case, verdict: Judgement, successor: bool) -> None:
    if verdict.withdraw:
        case.flags = " ".join([*(flag for flag in case.flags.split() if flag != "withdrawn"), "withdrawn"])
    acts = ["post filed"]
    if verdict.withdraw:
        acts.append("withdrawn by the reporter")
    if successor:
        acts.append("words handed over" if verdict.accept_successor else "later words refused")
    record(console, desk.unlocked, ", ".join(acts), case.id, clock=desk.clock, words=verdict.record)
    # Who agreed that it is junk did not know of this.
    console.execute(update(PutAside).where(PutAside.case_id == case.id).values(agreed_by=None))


def in_grace(console: Session, thread: Thread) -> bool:
    """Whether old words are still heard: nothing came under newer ones, and the handover has not ended (SPEC 3.1)."""
    if thread.standing != OLD or thread.successor is None:
        return False
    newer = console.get_one(Thread, thread.successor)
    handover = (
        select(Slot.id)
        .join(Message, Message.id == Slot.message_id)
        .where(Slot.thread_id == newer.id, Message.kind == int(Kind.HANDOVER))
        .where(Slot.state.in_((QUEUED, RESERVE, LIVE)))
    )
    return not newer.used and console.scalars(handover.limit(1)).first() is not None
