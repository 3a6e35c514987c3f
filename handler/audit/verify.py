"""Whether the audit chain is whole: no entry changed, removed or reordered, every bulletin's head in it."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import column, func, inspect, select, table
from sqlalchemy.orm import Session

from crypto import compactjson, fields
from crypto.audit import Checkpoint, Entry, Problem, verify_chain
from crypto.errors import ProtocolError
from handler.audit.log import current_head
from handler.audit.tables import AuditEntry

AT_ONCE = 1000
PUBLICATIONS = table("publications", column("number"), column("bulletin"))


@dataclass(frozen=True)
class Verdict:
    """What was looked at, and the first thing that is wrong."""

    entries: int
    bulletins: int
    problem: Problem | None


def verify(session: Session) -> Verdict:
    """Reads the whole chain and the bulletins that this console published."""
    checkpoints = list(_checkpoints(session))
    problem = verify_chain(_entries(session), checkpoints) or _end_of_chain(session)
    count = session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    return Verdict(count, len(checkpoints), problem)


def _entries(session: Session) -> Iterator[Entry]:
    rows = select(AuditEntry).order_by(AuditEntry.number).execution_options(yield_per=AT_ONCE)
    for row in session.scalars(rows):
        yield Entry(row.number, row.entry, row.head)


def _end_of_chain(session: Session) -> Problem | None:
    """Entries cut off at the end leave the head that was noted with the last act."""
    noted = current_head(session)
    last = session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)).first()
    number, head = (last.number, last.head) if last is not None else (0, bytes(32))
    if number < noted.number:
        return Problem("removed or out of order", entry=number + 1)
    return Problem("changed", entry=number) if head != noted.head else None


def _checkpoints(session: Session) -> Iterator[Checkpoint]:
    if not inspect(session.connection()).has_table(PUBLICATIONS.name):
        return
    rows = session.execute(select(PUBLICATIONS).order_by(PUBLICATIONS.c.number))
    for number, bulletin in rows:
        yield Checkpoint(number, audit_head_of(bytes(bulletin)))


def audit_head_of(bulletin: bytes) -> bytes:
    """The head that a bulletin carries; 0xff bytes, which no chain has, for a bulletin that does not parse."""
    try:
        value = compactjson.decode(bulletin[6:-64])
        return fields.hexadecimal(value["audit"] if isinstance(value, dict) else "", 32)
    except (ProtocolError, KeyError):
        return b"\xff" * 32
