"""Counts for the auditor: acts a day, and how often each person ended cases without action, stepped out, overrode."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from handler.audit.tables import AuditEntry
from handler.identity.users import people
from handler.lifecycle.states import CONCLUDING, DECISION, INVESTIGATING
from handler.lifecycle.tables import CaseConflict, CaseMove

Key = TypeVar("Key", bytes, str)
DAY = 24 * 3600
ENOUGH = 20
"""Decisions below which a percentage says more than the numbers do, and is not shown."""


@dataclass(frozen=True)
class Day:
    """One day by UTC. `kinds`: the most frequent acts, each with how often."""

    day: int
    total: int
    kinds: Sequence[tuple[str, int]]


@dataclass(frozen=True)
class Rates:
    """What one person did, as far back as the moves and the audit go."""

    name: str
    decided: int  # cases that left the supervisor's decision by their step
    without_action: int  # of these, to an end without action
    checks: int  # own conflict checks
    recused: int  # of these, where they stepped out
    overrides: int  # priorities set against the score

    @property
    def share(self) -> int | None:
        """Percent of decisions that were without action; None where there are too few to say so."""
        return round(100 * self.without_action / self.decided) if self.decided >= ENOUGH else None


def days(session: Session, now: int, most: int = 30, kinds: int = 3) -> list[Day]:
    """The newest days, the newest first; days without an act too."""
    today = now // DAY
    number = AuditEntry.time // DAY
    rows = session.execute(
        select(number, AuditEntry.act, func.count())
        .where(AuditEntry.time >= (today - most + 1) * DAY)
        .group_by(number, AuditEntry.act)
    )
    counted: dict[int, Counter[str]] = {day: Counter() for day in range(today - most + 1, today + 1)}
    for day, act, count in rows:
        counted.setdefault(int(day), Counter())[act] += count
    return [Day(day, found.total(), found.most_common(kinds)) for day, found in sorted(counted.items(), reverse=True)]


def rates(session: Session) -> list[Rates]:
    """Of everyone who did any of it, by name."""
    decided = _moves(session, (INVESTIGATING, CONCLUDING))
    ended = _moves(session, (CONCLUDING,))
    checks = _by_person(session, "none", "recused")
    recused = _by_person(session, "recused")
    overriding = select(AuditEntry.actor, func.count()).where(AuditEntry.act == "priority overridden")
    overridden = _counted(session, overriding.group_by(AuditEntry.actor))
    found = [
        Rates(
            person.name,
            decided.get(person.id, 0),
            ended.get(person.id, 0),
            checks.get(person.id, 0),
            recused.get(person.id, 0),
            overridden.get(person.id.hex(), 0),
        )
        for person in people(session)
    ]
    return [one for one in found if one.decided or one.checks or one.overrides]


def _moves(session: Session, ends: Sequence[str]) -> Mapping[bytes, int]:
    chosen = select(CaseMove.by, func.count()).where(CaseMove.start == DECISION, CaseMove.end.in_(ends))
    return _counted(session, chosen.group_by(CaseMove.by))


def _by_person(session: Session, *outcomes: str) -> Mapping[bytes, int]:
    chosen = select(CaseConflict.user_id, func.count()).where(CaseConflict.outcome.in_(outcomes))
    return _counted(session, chosen.group_by(CaseConflict.user_id))


def _counted(session: Session, chosen: Select[Key, int]) -> Mapping[Key, int]:
    return {row[0]: row[1] for row in session.execute(chosen)}
