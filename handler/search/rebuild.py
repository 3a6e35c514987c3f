"""Filling the index again with what a person can open: older cases, and what was written by those without its key."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from crypto.board import Kind as Written
from handler.audit.log import record
from handler.cases.desk import Desk
from handler.cases.readers import of_person
from handler.cases.records import REPLY, CaseBox, decode_object
from handler.cases.tables import Case, CaseRecord
from handler.errors import NotAllowed, Refused
from handler.publication.tables import Message
from handler.search.contents import INDEXED, PERSON, of_record
from handler.search.index import Index, Source, forget_case, write
from handler.search.tables import SearchSource

AT_ONCE = 20  # cases a transaction


class NoSearchKey(Refused):
    """You do not hold the key of the search yet. It is shared when a supervisor next signs in."""


@dataclass
class Filled:
    """What a filling came to. `left`: cases with something that is not in the index yet."""

    cases: int = 0
    records: int = 0
    left: int = 0


def fill(desk: Desk, *, anew: bool = False, over: Callable[[], bool] = lambda: False) -> Filled:
    """Puts in what is missing of the cases that this person can open, until `over` says that it is time.

    `anew`: everything of those cases, not only what is missing. Raises NoSearchKey.
    """
    index = Index.of(desk)
    if index is None:
        raise NoSearchKey
    with desk.databases.console.read() as console:
        cases = list(console.scalars(_mine(desk) if anew else _lacking(desk)))
    filled = Filled(left=len(cases))
    for at in range(0, len(cases), AT_ONCE):
        if over():
            break
        chunk = cases[at : at + AT_ONCE]
        with desk.databases.console.write() as console:
            for case_id in chunk:
                filled.records += _fill(console, desk, index, case_id, anew=anew)
            record(console, desk.unlocked, "search index filled", clock=desk.clock, cases=[one.hex() for one in chunk])
        filled.cases += len(chunk)
        filled.left -= len(chunk)
    return filled


def lacking(desk: Desk) -> int:
    """How many cases that this person can open have something that is not in the index."""
    with desk.databases.console.read() as console:
        return len(console.scalars(_lacking(desk)).all())


def _mine(desk: Desk) -> Select[bytes]:
    return select(Case.id).where(Case.id.in_(of_person(desk.unlocked.user_id))).order_by(Case.sequence)


def _lacking(desk: Desk) -> Select[bytes]:
    there = select(SearchSource.record_id).where(SearchSource.record_id == CaseRecord.id).exists()
    return _mine(desk).where(Case.id.in_(select(CaseRecord.case_id).where(_indexed(), ~there)))


def _indexed() -> ColumnElement[bool]:
    """Of replies, only what people wrote: what the console says by itself is the same in every case."""
    written = select(Message.id).where(Message.record_id == CaseRecord.id, Message.kind == int(Written.MESSAGE))
    return or_(CaseRecord.kind.in_(set(INDEXED) - {REPLY}), and_(CaseRecord.kind == REPLY, written.exists()))


def _fill(console: Session, desk: Desk, index: Index, case_id: bytes, *, anew: bool) -> int:
    try:
        box = CaseBox(case_id, desk.case_key(case_id))
    except NotAllowed:
        return 0
    case = console.scalars(select(Case.sequence).where(Case.id == case_id)).one()
    held = {one.record_id: one.tokens for one in console.scalars(select(SearchSource).where(SearchSource.case == case))}
    if anew:
        forget_case(console, case)
    chosen = select(CaseRecord).where(CaseRecord.case_id == case_id, _indexed()).order_by(CaseRecord.position)
    rows = console.scalars(chosen).all()
    out = _superseded(box, rows) | {record_id for record_id, tokens in held.items() if not tokens}
    sources = [
        Source(row.id, case, frozenset() if row.id in out else index.values(of_record(row.kind, box.open(row))))
        for row in rows
        if anew or row.id not in held
    ]
    write(console, sources)
    return len(sources)


def _superseded(box: CaseBox, rows: Iterable[CaseRecord]) -> set[bytes]:
    """Older versions of a person's entry: nobody is found by what was corrected."""
    newest: dict[str, bytes] = {}
    out: set[bytes] = set()
    for row in rows:
        if row.kind == PERSON:
            person = str(decode_object(box.open(row))["person"])
            out |= {newest[person]} if person in newest else set()
            newest[person] = row.id
    return out
