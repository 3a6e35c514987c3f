"""Setting the priorities of the strategic threat assessment, which ranks every open case again."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from handler.audit.log import record
from handler.cases.desk import Desk
from handler.cases.tables import Case
from handler.errors import NotAllowed, Refused
from handler.identity.roles import SUPERVISOR
from handler.lifecycle import oversight
from handler.triage import effects, sta
from handler.triage.tables import StaPeriod
from handler.vocabulary import vocabulary

EPOCH = date(1970, 1, 1)


class NoPeriod(Refused):
    """Give the first and the last day of the period, as 2026-04-01. Today must be one of its days."""


class NoSuchCategory(Refused):
    """Choose from the twelve categories."""


class NoStaReason(Refused):
    """Choose why the priorities are set."""


@dataclass(frozen=True)
class Setting:
    """As a form sends it: days as 2026-04-01, ids of categories, and one of the list sta_reasons."""

    begins: str
    ends: str
    categories: tuple[str, ...]
    reason: str


def set_priorities(desk: Desk, given: Setting) -> int:
    """From now on; how many cases got another priority. Raises NoPeriod, NoSuchCategory, NoStaReason, NotAllowed."""
    if not desk.unlocked.may(SUPERVISOR):
        raise NotAllowed
    begins, ends = _day(given.begins), _day(given.ends)
    if not begins <= desk.today() <= ends:
        raise NoPeriod
    if not set(given.categories) <= set(vocabulary("categories").ids):
        raise NoSuchCategory
    if given.reason not in vocabulary("sta_reasons"):
        raise NoStaReason
    chosen = [name for name in vocabulary("categories").ids if name in given.categories]
    with desk.databases.console.write() as console:
        row = StaPeriod(
            begins=begins, ends=ends, categories=" ".join(chosen), reason=given.reason, at=desk.now(),
            by=desk.unlocked.user_id, moved=0,
        )  # fmt: skip
        console.add(row)
        console.flush()
        row.moved = _rank_again(console, desk, frozenset(chosen))
        record(
            console, desk.unlocked, "threat priorities set", clock=desk.clock, categories=chosen, begins=begins,
            ends=ends, reason=given.reason, moved=row.moved,
        )  # fmt: skip
        return row.moved


def _rank_again(console: Session, desk: Desk, priorities: frozenset[str]) -> int:
    # Every open case is locked, also one that has no score: somebody may be about to save one by the old priorities.
    # By id, as whoever else locks several does.
    moved = 0
    open_cases = select(Case).where(Case.ended.is_(False)).order_by(Case.id).with_for_update()
    for case in console.scalars(open_cases).all():
        was = case.priority
        if sta.rank(case, priorities):
            moved += 1
            effects.by_priority(console, desk, case)
            if oversight.needed(case.priority, ""):
                oversight.begin(console, desk, case)
            record(
                console, desk.unlocked, "priority ranked again", case.id, clock=desk.clock, was=was,
                priority=case.priority,
            )  # fmt: skip
    return moved


def _day(text: str) -> int:
    try:
        return (date.fromisoformat(text.strip()) - EPOCH).days
    except ValueError:
        raise NoPeriod from None
