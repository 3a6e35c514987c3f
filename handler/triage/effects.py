"""What a saved section changes in the clear part of a case: what is recorded, category, priority and place, clocks."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from handler.audit.log import record
from handler.cases.desk import Desk
from handler.cases.tables import Case
from handler.lifecycle import facts, oversight, queue, timing
from handler.lifecycle.tables import CaseClock, CaseFact
from handler.safeguarding import flagging
from handler.triage.fields import one
from handler.triage.known import Known, open_prompts
from handler.triage.scoring import Priority
from handler.triage.sections import BY_ID, Section
from handler.triage.thrive import due_again

RANKING = ("category", "score", "override")
"""Sections that the priority follows from."""


@dataclass(frozen=True)
class Change:
    """What was known before a section was kept, and is after it, as which record."""

    before: Known
    after: Known
    record_id: bytes


def follow(console: Session, desk: Desk, case: Case, part: Section, change: Change) -> None:
    """Within the transaction that keeps the section."""
    after, now = change.after, desk.now()
    facts.note(console, case.id, part.facts, by=desk.unlocked.user_id, now=now, record_id=change.record_id)
    again = {name for section_id, _ in open_prompts(after) for name in BY_ID[section_id].facts}
    facts.forget(console, case.id, again)
    case.stream = one(after.of("stream"), "stream") or case.stream
    case.category, *further = after.categories or [""]
    case.further = " ".join(further)
    if "danger" in after.values:
        case.urgency = after.urgency
    case.priority, case.liftable = int(after.priority or 0), after.liftable
    queue.place_again(case)
    if part.id == "referral":
        _mandatory_clock(console, case, after, now)
    if case.ended:
        return
    if oversight.needed(case.priority, one(after.of("protected"), "finding"), "senior-leader" in after.flags):
        oversight.begin(console, desk, case)
    if part.id == "danger":
        _at_risk(console, desk, case, change)
    if part.id in ("danger", "thrive", *RANKING):
        by_priority(console, desk, case)


def by_priority(console: Session, desk: Desk, case: Case) -> None:
    """The clocks that go by the priority: that of the triage, where it has not ended, and of THRIVE."""
    triage = console.get(CaseClock, (case.id, "triage", 0))
    if triage is not None and triage.done is None:
        timing.start(console, case.id, "triage", timing.triage_due(console, case, desk.deadlines))
    thrive = console.get(CaseFact, (case.id, "thrive"))
    if not case.priority or thrive is None:
        return
    due = due_again(Priority(case.priority), thrive.at)
    if due is None:
        timing.stop(console, case.id, "rethrive", desk.now())
    else:
        timing.start(console, case.id, "rethrive", due)


def account(console: Session, desk: Desk, case: Case, part: Section, before: Known) -> None:
    """The audit entry: which section, and the priority. Never a word of it."""
    was = int(before.priority or 0)
    if part.id == "override":
        record(
            console, desk.unlocked, "priority overridden", case.id, clock=desk.clock, was=was, priority=case.priority
        )
        return
    record(
        console, desk.unlocked, "assessment saved", case.id, clock=desk.clock, section=part.id, priority=case.priority
    )


def _mandatory_clock(console: Session, case: Case, after: Known, now: int) -> None:
    due = after.found["referral"]["due"]
    if isinstance(due, int) and due and not one(after.of("referral"), "made"):
        timing.start(console, case.id, "mandatory", due)
    else:
        timing.stop(console, case.id, "mandatory", now)


def _at_risk(console: Session, desk: Desk, case: Case, change: Change) -> None:
    """What our own check says; what ends the clock is a referral, or a decision with its reason."""
    found, by = change.after.of("danger"), desk.unlocked.user_id
    if one(found, "danger") == "yes":
        flagging.mark(console, case.id, flagging.DANGER, desk.now(), by)
    if one(found, "at-risk") in ("now", "maybe") or one(found, "danger") == "yes":
        flagging.at_risk(console, desk, case.id, by, new=change.after.worse_than(change.before))
