"""Looking entries up: by person, act, case and days, a page at a time by number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from crypto import compactjson
from crypto.errors import ProtocolError
from handler.audit.log import SYSTEM
from handler.audit.tables import AuditEntry
from handler.cases.readers import of_person
from handler.cases.tables import Case
from handler.errors import Refused
from handler.identity.users import people
from handler.times import end_of_day

LAST = 2**31 - 1  # the largest number that the column can have
MOST_DAYS = 3660


class NoSuchDay(Refused):
    """Write a day as 2026-11-30, or leave it empty."""


@dataclass(frozen=True)
class Filters:
    """What is looked for; "" is everything. `case` is a case's number; days are as 2026-11-30, both included."""

    person: str = ""  # hex of a user's id, or SYSTEM
    act: str = ""
    case: str = ""
    first: str = ""
    last: str = ""

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> "Filters":
        """From an address, where anything can stand."""
        return cls(**{name: arguments.get(name, "")[:120].replace("\0", "").strip() for name in cls.__annotations__})

    def given(self) -> dict[str, str]:
        """Those that are not empty, for an address."""
        return {name: value for name, value in self.__dict__.items() if value}


@dataclass(frozen=True)
class Names:
    """What ids mean: of people by hex, of cases by hex."""

    people: Mapping[str, str]
    cases: Mapping[str, str]


@dataclass(frozen=True)
class Line:
    """An entry as people read it."""

    number: int
    time: int
    actor: str
    act: str
    case: str  # its number, or the beginning of its id where it was destroyed
    facts: str
    head: bytes = field(repr=False)


def page(session: Session, filters: Filters, before: int | None, most: int, holder: bytes | None = None) -> list[Line]:
    """So many entries, the newest first, below the number `before`. Raises NoSuchDay.

    `holder`: a user who is no auditor, and reads of no case whose key they do not hold: not that they are kept out of
    it either.
    """
    chosen = _chosen(session, filters).order_by(AuditEntry.number.desc()).limit(most)
    if holder is not None:
        shut = session.scalars(select(Case.id).where(Case.id.not_in(of_person(holder))))
        chosen = chosen.where(AuditEntry.case_id.not_in([case_id.hex() for case_id in shut]))
    if before is not None:
        chosen = chosen.where(AuditEntry.number < min(max(before, 0), LAST))
    return lines(session, session.scalars(chosen).all())


def _chosen(session: Session, filters: Filters) -> Select[AuditEntry]:
    chosen = select(AuditEntry)
    if filters.person:
        chosen = chosen.where(AuditEntry.actor == filters.person)
    if filters.act:
        chosen = chosen.where(AuditEntry.act == filters.act)
    if filters.case:
        case_id = case_named(session, filters.case)
        chosen = chosen.where(AuditEntry.case_id == (case_id.hex() if case_id else "-"))
    if filters.first:
        chosen = chosen.where(AuditEntry.time > end_of_day(day_from(filters.first)) - 24 * 3600)
    if filters.last:
        chosen = chosen.where(AuditEntry.time <= end_of_day(day_from(filters.last)))
    return chosen


def case_named(session: Session, number: str) -> bytes | None:
    """The id of the case with this number, however it is written."""
    return session.scalar(select(Case.id).where(Case.number == number.strip().upper())) if number else None


def day_from(text: str) -> date:
    """Raises NoSuchDay."""
    try:
        found = date.fromisoformat(text.strip())
    except ValueError as error:
        raise NoSuchDay from error
    if not 1970 < found.year < 3000:
        raise NoSuchDay
    return found


def lines(session: Session, rows: Sequence[AuditEntry]) -> list[Line]:
    """As people read them."""
    names = names_for(session, [row.case_id for row in rows if row.case_id])
    return [_line(row, names) for row in rows]


def names_for(session: Session, case_ids: Sequence[str]) -> Names:
    """Of everyone, and of these cases."""
    ids = [bytes.fromhex(case_id) for case_id in set(case_ids)]
    cases = session.execute(select(Case.id, Case.number).where(Case.id.in_(ids)))
    return Names(
        {person.id.hex(): person.name for person in people(session)}, {row.id.hex(): row.number for row in cases}
    )


def _line(row: AuditEntry, names: Names) -> Line:
    told = ", ".join(f"{name}: {_written(value, names)}" for name, value in _facts(row.entry).items())
    case = names.cases.get(row.case_id, row.case_id[:8])
    return Line(row.number, row.time, names.people.get(row.actor, row.actor), row.act, case, told, row.head)


def _facts(raw: bytes) -> dict[str, Any]:
    """Of an entry; the page shows one that somebody has spoilt as well."""
    try:
        entry: Any = compactjson.decode(raw)
        return dict(entry["facts"])
    except (ProtocolError, KeyError, TypeError, ValueError):
        return {"spoilt": True}


def _written(value: Any, names: Names) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return names.people.get(str(value), str(value))


def acts(session: Session) -> list[str]:
    """Every kind of act that there is, found along the index without reading every entry."""
    found: list[str] = []
    act = session.scalar(select(func.min(AuditEntry.act)))
    while act is not None:
        found.append(act)
        act = session.scalar(select(func.min(AuditEntry.act)).where(AuditEntry.act > act))
    return found


def actors(session: Session) -> list[tuple[str, str]]:
    """(id, name) of everyone there is or was, and of the console itself."""
    return [(SYSTEM, "The console itself"), *((person.id.hex(), person.name) for person in people(session))]
