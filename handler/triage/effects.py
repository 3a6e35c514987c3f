"""What a saved section changes in the clear part of a case: what is recorded, category, priority and place, clocks."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from handler.audit.log import record
from handler.cases.desk import Desk
from handler.cases.tables import Case
from handler.lifecycle import facts, oversight, queue, timing
from handler.lifecycle.tables import CaseClock
from handler.safeguarding import flagging
from handler.triage.fields import one
from handler.triage.known import Known, open_prompts
from handler.triage.scoring import Priority
from handler.triage.sections import BY_ID, Section
from handler.triage.thrive import due_again


@dataclass(frozen=True)
class Change:
    """`thrive_at`: unix seconds when THRIVE was last done."""

    before: Known
    after: Known
    record_id: bytes
    thrive_at: int | None


def follow(console: Session, desk: Desk, case: Case, part: Section, change: Change) -> None:
    """Within the transaction that keeps the section."""
    after, now = change.after, desk.now()
    facts.note(console, case.id, part.facts, by=desk.unlocked.user_id, now=now, record_id=change.record_id)
    again = {name for section_id, _ in open_prompts(after) for name in BY_ID[section_id].facts}
    facts.forget(console, case.id, again)
    case.stream = one(after.of("stream"), "stream") or case.stream
    case.category = "" if "category" in facts.spared(case.stream) else one(after.of("category"), "primary")
    _rank(case, after)
    if case.ended:
        return
    if oversight.needed(case.priority, one(after.of("protected"), "finding"), "senior-leader" in after.flags):
        oversight.begin(console, desk, case)
    if part.id == "danger":
        _at_risk(console, desk, case, after)
    if part.id == "referral":
        _mandatory_clock(console, case, after, now)
    if part.id in ("danger", "score", "override"):
        _triage_clock(console, desk, case)
    if part.id in ("danger", "thrive", "score", "override"):
        _thrive_clock(console, case, after, change.thrive_at, now)


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


def _rank(case: Case, after: Known) -> None:
    if "danger" in after.values:
        case.urgency = after.urgency
    case.priority = int(after.priority or 0)
    queue.place_again(case)


def _triage_clock(console: Session, desk: Desk, case: Case) -> None:
    """From the opening on, by the priority that is now known; only while the triage runs."""
    running = console.get(CaseClock, (case.id, "triage", 0))
    if running is None or running.done is not None or case.opened is None:
        return
    priority = Priority(case.priority) if case.priority else timing.PROVISIONAL[min(case.urgency, 2)]
    timing.start(console, case.id, "triage", desk.deadlines.triage(case.opened, priority))


def _thrive_clock(console: Session, case: Case, after: Known, thrive_at: int | None, now: int) -> None:
    if after.priority is None or thrive_at is None:
        return
    due = due_again(after.priority, thrive_at)
    if due is None:
        timing.stop(console, case.id, "rethrive", now)
    else:
        timing.start(console, case.id, "rethrive", due)


def _mandatory_clock(console: Session, case: Case, after: Known, now: int) -> None:
    due = after.found["referral"]["due"]
    if isinstance(due, int) and due and not one(after.of("referral"), "made"):
        timing.start(console, case.id, "mandatory", due)
    else:
        timing.stop(console, case.id, "mandatory", now)


def _at_risk(console: Session, desk: Desk, case: Case, after: Known) -> None:
    """What our own check says; what ends the clock is a referral, or a decision with its reason."""
    found, by = after.of("danger"), desk.unlocked.user_id
    if one(found, "danger") == "yes":
        flagging.mark(console, case.id, flagging.DANGER, desk.now(), by)
    if one(found, "at-risk") in ("now", "maybe") or one(found, "danger") == "yes":
        flagging.at_risk(console, desk, case.id, by)
