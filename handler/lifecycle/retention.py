"""The day of the retention review as the schedule proposes it, by what the case ended with. People may set another."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from handler.cases.records import CaseBox
from handler.cases.tables import Case, CaseRecord
from handler.lifecycle.acts import decode_step, moves_of
from handler.lifecycle.outcomes import Words
from handler.lifecycle.states import CONCLUDING
from handler.vocabulary.load import Term, vocabulary

AT_RISK = "at-risk"
FLAGS = frozenset({"at-risk-now", "at-risk-maybe"})
"""Of a case that has to do with a child or an adult at risk."""


@dataclass(frozen=True)
class Proposed:
    """`day`: as a field of a form has it; `why`: for whoever sets the day."""

    day: str
    why: str


def proposed(console: Session, box: CaseBox, today: date) -> Proposed:
    """By the step that led to the conclusion last."""
    ends = set()
    if not FLAGS.isdisjoint(console.get_one(Case, box.case_id).flags.split()):
        ends.add(AT_RISK)
    led = [move.record_id for move in moves_of(console, box.case_id) if move.end == CONCLUDING and move.record_id]
    if led:
        said = decode_step(box.open(console.get_one(CaseRecord, led[-1]))).said
        ends |= {
            said.get("disposition", ""),
            said.get("end-reason", ""),
            *Words.decode(said.get("finding", "")).ids[:1],
        }
    term = schedule(ends)
    years = int(term.more["years"])
    why = f"Proposed: {years} years, by the schedule for “{term.text}”. {term.help}".strip()
    return Proposed(_years_after(today, years).isoformat(), why)


def schedule(ends: set[str]) -> Term:
    """The first that fits; the last of the list is for every other case."""
    terms = vocabulary("retention").terms
    return next((term for term in terms if not ends.isdisjoint(term.more["of"])), terms[-1])


def _years_after(day: date, years: int) -> date:
    """The last of February for its 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
