"""Whether the audit chain is whole: no entry changed, removed or reordered, every bulletin's head in it.

A long chain is looked at in parts: `go_on` takes it up where the part before ended. Somebody who owns the database can
compute a whole chain anew, and cut its newest entries off together with the note of where it ends; against that stand
the heads that others hold: in the bulletins, and in what a log server was given (`expect`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import column, func, inspect, select, table
from sqlalchemy.orm import Session

from crypto import compactjson, fields
from crypto.audit import FIRST_HEAD, Checkpoint, Problem, next_head
from crypto.errors import ProtocolError
from handler.audit.log import current_head, searched
from handler.audit.tables import AuditEntry

AT_ONCE = 1000
HEADS_AT_ONCE = 500
PUBLICATIONS = table("publications", column("number"), column("time"), column("bulletin"))
NO_HEAD = b"\xff" * 32  # which no chain has


@dataclass(frozen=True)
class Place:
    """How far a chain was found whole: `head` is that of entry `number`, computed from all before."""

    number: int = 0
    head: bytes = FIRST_HEAD


@dataclass(frozen=True)
class Verdict:
    """What was looked at, and the first thing that is wrong. Not `done`: there are more entries after `place`."""

    entries: int
    bulletins: int
    problem: Problem | None
    place: Place = Place()
    done: bool = True


def verify(session: Session, expect: Place | None = None) -> Verdict:
    """Reads the whole chain and the bulletins that this console published.

    `expect`: the head that somebody outside noted with an entry's number.
    """
    if expect is not None and not _has(session, expect):
        found = Problem("it does not have the head that was noted elsewhere", entry=expect.number)
        return Verdict(_count(session), 0, verify(session).problem or found)
    return go_on(session, Place(), lambda: False)


def go_on(session: Session, after: Place, enough: Callable[[], bool]) -> Verdict:
    """From an entry on, until the end or until `enough` says so; at least a thousand entries."""
    place, problem, ended = _follow(session, after, enough)
    if problem is None and not ended:
        return Verdict(place.number, 0, None, place, done=False)
    checkpoints = list(_checkpoints(session))
    problem = problem or _end_of_chain(session, place) or _missing(session, checkpoints)
    return Verdict(_count(session), len(checkpoints), problem, place)


def _follow(session: Session, after: Place, enough: Callable[[], bool]) -> tuple[Place, Problem | None, bool]:
    """Where it came to, what is wrong with the next entry, whether the chain ends there."""
    number, head = after.number, after.head
    rows = select(AuditEntry).order_by(AuditEntry.number)
    if number:  # at the beginning, entries with numbers below 1 are not to be there either
        rows = rows.where(AuditEntry.number > number)
    for row in session.scalars(rows.execution_options(yield_per=AT_ONCE)):
        if row.number != number + 1:
            return Place(number, head), Problem("removed or out of order", entry=number + 1), False
        following = next_head(head, row.number, row.entry)
        if following != row.head or not _told_right(row):
            return Place(number, head), Problem("changed", entry=row.number), False
        number, head = row.number, following
        if number % AT_ONCE == 0 and enough():
            return Place(number, head), None, False
    return Place(number, head), None, True


def _told_right(row: AuditEntry) -> bool:
    """Whether the columns that searches go by say what the entry says."""
    try:
        entry = compactjson.decode(row.entry)
        told = searched(entry) if isinstance(entry, dict) else {}
    except (ProtocolError, KeyError):
        return False
    return told == {"time": row.time, "actor": row.actor, "act": row.act, "case_id": row.case_id}


def _end_of_chain(session: Session, place: Place) -> Problem | None:
    """Entries cut off at the end leave the head that was noted with the last act."""
    noted = current_head(session)
    if place.number < noted.number:
        return Problem("removed or out of order", entry=place.number + 1)
    return Problem("changed", entry=place.number) if place != Place(noted.number, noted.head) else None


def _missing(session: Session, checkpoints: list[Checkpoint]) -> Problem | None:
    """The first bulletin whose head the chain does not have."""
    there = heads_there(session, [checkpoint.head for checkpoint in checkpoints])
    for checkpoint in checkpoints:
        if checkpoint.head not in there:
            return Problem("the chain does not have the head that this bulletin signed", bulletin=checkpoint.bulletin)
    return None


def heads_there(session: Session, heads: list[bytes]) -> dict[bytes, int]:
    """Which heads the chain has, and of which entries; head_0 is that of none."""
    found = {FIRST_HEAD: 0}
    for start in range(0, len(heads), HEADS_AT_ONCE):
        some = AuditEntry.head.in_(heads[start : start + HEADS_AT_ONCE])
        rows = session.execute(select(AuditEntry.head, AuditEntry.number).where(some))
        found |= {bytes(row.head): row.number for row in rows}
    return found


def _has(session: Session, place: Place) -> bool:
    head = session.scalar(select(AuditEntry.head).where(AuditEntry.number == place.number))
    return head == place.head


def _count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def _checkpoints(session: Session) -> Iterator[Checkpoint]:
    if not inspect(session.connection()).has_table(PUBLICATIONS.name):
        return
    rows = session.execute(select(PUBLICATIONS.c.number, PUBLICATIONS.c.bulletin).order_by(PUBLICATIONS.c.number))
    for number, bulletin in rows:
        yield Checkpoint(number, audit_head_of(bytes(bulletin)))


@dataclass(frozen=True)
class Signed:
    """A checkpoint as the auditor's page lists it. `entry`: whose head it is; None when the chain does not have it."""

    bulletin: int
    time: int  # unix seconds
    head: bytes
    entry: int | None


def newest_checkpoints(session: Session, most: int) -> list[Signed]:
    """Of the newest bulletins, the newest first."""
    rows = session.execute(select(PUBLICATIONS).order_by(PUBLICATIONS.c.number.desc()).limit(most)).all()
    heads = {row.number: audit_head_of(bytes(row.bulletin)) for row in rows}
    there = heads_there(session, list(heads.values()))
    return [Signed(row.number, row.time, heads[row.number], there.get(heads[row.number])) for row in rows]


def audit_head_of(bulletin: bytes) -> bytes:
    """The head that a bulletin carries; NO_HEAD for a bulletin that does not parse."""
    try:
        value = compactjson.decode(bulletin[6:-64])
        return fields.hexadecimal(value["audit"] if isinstance(value, dict) else "", 32)
    except (ProtocolError, KeyError):
        return NO_HEAD
