"""The one ranked list: whose key a person holds, most urgent first, then the oldest; a page at a time, by place.

Pages are found by where the one before ended, never by counting rows: a deep page costs what the first one does.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from handler.cases import readers
from handler.cases.tables import Case, CaseReader
from handler.lifecycle.tables import RUNNING, CaseClock
from handler.worklist.filters import ACCESS_CHECK, ALSO, ANY, ME, NOBODY, ONLY, Filters

PAGE = 50
COUNTED = 1_000  # cases; of more it is only said that there are more
FEW = 1_000  # cases of a person, up to which their own are looked through instead of the whole list
DANGER, ORDINARY = 0, 2  # urgencies

Key = tuple[int, int]
"""Where a case stands: its place, and its sequence among those of one place."""


@dataclass(frozen=True)
class Person:
    """Who looks at the list, and when (unix seconds)."""

    id: bytes
    now: int


@dataclass(frozen=True)
class Cursor:
    """From where on: after a case, or before it. Neither: from the top."""

    after: Key | None = None
    before: Key | None = None

    @classmethod
    def read(cls, after: str, before: str) -> "Cursor":
        """As addresses hold them; what is no key is the top."""
        return cls(_key(after), _key(before))


TOP = Cursor()


@dataclass(frozen=True)
class Page:
    """One page. `total`: how many cases there are, `more` than that if true; `previous`, `next`: for addresses."""

    cases: Sequence[Case]
    total: int
    more: bool
    previous: str
    next: str


def page(console: Session, person: Person, filters: Filters, cursor: Cursor = TOP) -> Page:
    """The cases after or before the cursor, in order."""
    chosen = _ids(console, person, filters)
    backwards = cursor.before is not None
    found = _keys(console, chosen, cursor, PAGE + 1) if cursor != TOP else []
    if cursor == TOP or (backwards and len(found) <= PAGE):  # a whole first page, and in one question all that counts
        cursor, backwards = TOP, False
        found = _keys(console, chosen, cursor, COUNTED + 1)
        total = len(found)
    else:
        total = _count(console, chosen)
    beyond = len(found) > PAGE
    found = found[-PAGE:] if backwards else found[:PAGE]
    ids = [case_id for case_id, *_ in found]
    rows = {case.id: case for case in console.scalars(select(Case).where(Case.id.in_(ids)))}
    return Page(
        [rows[case_id] for case_id in ids],
        min(total, COUNTED),
        total > COUNTED,
        _written(found[0]) if found and (backwards or cursor.after is not None) else "",
        _written(found[-1]) if found and (backwards or beyond) else "",
    )


def put_off_danger(console: Session, person: Person) -> Sequence[Case]:
    """Open cases of danger or risk now that somebody put off: they are named wherever the list is shown."""
    chosen = select(Case).where(Case.ended.is_(False), Case.place > 40, Case.urgency == DANGER, Case.pinned < 0)
    return console.scalars(chosen.where(_held(person)).order_by(Case.place, Case.sequence).limit(PAGE)).all()


def by_number(console: Session, person: Person, number: str) -> bytes | None:
    """The id of the case of that number, where the person holds its key."""
    chosen = select(Case.id).where(Case.number == number, Case.id.in_(readers.of_person(person.id)))
    return console.scalars(chosen).one_or_none()


def held(console: Session, person: Person, case_ids: Sequence[bytes]) -> list[bytes]:
    """Those of the cases whose key the person holds."""
    same = (CaseReader.user_id == person.id) & CaseReader.case_id.in_(case_ids)
    return list(console.scalars(select(CaseReader.case_id).where(same)))


def full_number(typed: str) -> str:
    """A case's number as it is kept: PSU-2026-0001 for “psu-2026-1”."""
    parts = typed.strip().upper().split("-")
    return "-".join([*parts[:-1], parts[-1].rjust(4, "0")]) if parts[-1].isdigit() else "-".join(parts)


def _ids(console: Session, person: Person, filters: Filters) -> list[Select[bytes, int, int]]:
    """A question for what is open, one for what has ended, or both: each is answered by its part of one index."""
    ended = {"": (False,), ONLY: (True,), ALSO: (False, True)}[filters.ended]
    mine = _mine(console, person)
    where = _conditions(person, filters)
    return [select(Case.id, Case.place, Case.sequence).where(Case.ended.is_(each), *where, mine) for each in ended]


def _mine(console: Session, person: Person) -> ColumnElement[bool]:
    """Who holds few cases has them looked up; for anyone else each case of the list is asked whether it is theirs."""
    few = console.scalars(readers.of_person(person.id).limit(FEW + 1)).all()
    return Case.id.in_(few) if len(few) <= FEW else _held(person)


def _held(person: Person) -> ColumnElement[bool]:
    # A scalar question, which no database turns into a join of everything before it takes the first page.
    same = (CaseReader.user_id == person.id) & (CaseReader.case_id == Case.id)
    return select(CaseReader.case_id).where(same).correlate(Case).scalar_subquery().is_not(None)


def _conditions(person: Person, filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.stream:
        found.append(Case.stream == filters.stream)
    elif not filters.aside:  # access checks have a list of their own, but danger is never out of sight
        found.append((Case.stream != ACCESS_CHECK) | (Case.urgency == DANGER))
    asked: Mapping[str, Callable[[], ColumnElement[bool]]] = {
        "state": lambda: Case.state.in_(filters.state),
        "priority": lambda: Case.priority.in_([int(one) for one in filters.priority]),
        "flag": lambda: or_(*(_word(Case.flags, flag) for flag in filters.flag)),
        "channel": lambda: Case.channel == filters.channel,
        "category": lambda: Case.category == filters.category,
        "assigned": lambda: _assigned(person, filters.assigned),
        "late": lambda: _late(filters.late, person.now),
        "danger": lambda: Case.urgency < ORDINARY,
        "restricted": lambda: _word(Case.sides, "restricted"),
        "unread": lambda: Case.unread.is_(True),
        "withdrawn": lambda: _word(Case.flags, "withdrawn"),
        "aside": lambda: _word(Case.sides, "aside"),
    }
    return found + [condition() for name, condition in asked.items() if getattr(filters, name)]


def _assigned(person: Person, to: str) -> ColumnElement[bool]:
    if to == NOBODY:
        return Case.assigned.is_(None)
    return Case.assigned == (person.id if to == ME else bytes.fromhex(to))


def _word(column: InstrumentedAttribute[str], word: str) -> ColumnElement[bool]:
    # The first question settles it for most rows, and costs a fraction of the second.
    return column.contains(word, autoescape=True) & (" " + column + " ").contains(f" {word} ", autoescape=True)


def _late(kind: str, now: int) -> ColumnElement[bool]:
    if kind == ANY:
        return and_(Case.due.is_not(None), Case.due < now)
    late = select(CaseClock.case_id).where(CaseClock.kind == kind, RUNNING, CaseClock.due < now)
    return Case.id.in_(late)


def _keys(
    console: Session, chosen: Sequence[Select[bytes, int, int]], cursor: Cursor, most: int
) -> list[tuple[bytes, int, int]]:
    """At most so many, those next to the cursor, in the list's order."""
    place = tuple_(Case.place, Case.sequence)
    backwards = cursor.before is not None
    order = (Case.place.desc(), Case.sequence.desc()) if backwards else (Case.place, Case.sequence)
    found: list[tuple[bytes, int, int]] = []
    beyond = []
    if cursor.before is not None:
        beyond = [place < tuple_(*cursor.before)]
    elif cursor.after is not None:
        beyond = [place > tuple_(*cursor.after)]
    for each in chosen:
        rows = console.execute(each.where(*beyond).order_by(*order).limit(most))
        found += [(row.id, row.place, row.sequence) for row in rows]
    found.sort(key=lambda row: row[1:])
    return found[-most:] if backwards else found[:most]


def _count(console: Session, chosen: Sequence[Select[bytes, int, int]]) -> int:
    """How many there are, no further than it is shown."""
    return sum(
        console.scalar(select(func.count()).select_from(each.limit(COUNTED + 1).subquery())) or 0 for each in chosen
    )


def _key(text: str) -> Key | None:
    place, _, sequence = text.partition(".")
    digits = place.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and sequence.isascii() and sequence.isdigit()):
        return None
    return (int(place), int(sequence)) if len(text) <= 16 else None


def _written(row: tuple[bytes, int, int]) -> str:
    return f"{row[1]}.{row[2]}"
