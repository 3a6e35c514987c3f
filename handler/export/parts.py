"""What of a case may go out with a disclosure: decisions, timeline, records of handling, and nothing on the source.

Records are on a list of those that may go, so that a new kind of record stays here until somebody puts it there.
"""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from handler.cases.records import CaseBox
from handler.export.rules import PARTS, WordsSealed
from handler.export.schedule import schedule
from handler.lifecycle import history
from handler.lifecycle.history import Names
from handler.lifecycle.outcomes import LABELS
from handler.lifecycle.recording import Kept, notes_of
from handler.sealing.grounds import GONE
from handler.sealing.tables import SealedObject
from handler.times import written_time
from handler.triage.sections import SECTIONS

RECORDS: Mapping[str, frozenset[str]] = {
    "deconfliction": frozenset({"shown"}),
    "strategy": frozenset({"care"}),
    "scope-review": frozenset(),
    "scope-seen": frozenset(),
    "measures": frozenset(),
    "integrity": frozenset({"source"}),
    "learning": frozenset(),
    "publishable": frozenset(),
    "oversight": frozenset(),
    "note": frozenset(),
}
"""Records that may go out, by name, and the fields of each that stay here: on the source, or on other cases."""

EVENTS = frozenset({*RECORDS, "case", "decision", *(part.id for part in SECTIONS)} - {"source-risk", "protected"})
"""What of the timeline goes out, by what each line is about: no post, no reply, nobody whom the reporter named."""

WITHHELD = frozenset(LABELS[name] for name in ("question", "no-reply-day"))
"""Of what is said with a step: what was asked of the reporter."""


def texts(console: Session, box: CaseBox, names: Names, parts: Collection[str], until: int) -> dict[str, str]:
    """By title, in the order of PARTS; what was recorded up to `until` (unix seconds). Raises WordsSealed."""
    if set(parts) - {"schedule"} and _message_sealed(console, box.case_id):
        raise WordsSealed
    made = {"decisions": _decisions, "timeline": _timeline, "records": _records, "schedule": schedule}
    return {title: made[part](console, box, names, until) for part, title in PARTS.items() if part in parts}


def _message_sealed(console: Session, case_id: bytes) -> bool:
    """Whether the words of a message are sealed out of the case: what is in it cannot be compared with them."""
    chosen = select(SealedObject.id).where(SealedObject.case_id == case_id, SealedObject.place.is_(None))
    return console.scalars(chosen.where(SealedObject.state.not_in(GONE)).limit(1)).first() is not None


def _decisions(console: Session, box: CaseBox, names: Names, until: int) -> str:
    """All of them, in order (the first one first)."""
    parts = []
    for number, one in enumerate(history.decisions(console, box, names), 1):
        if one.at <= until:
            head = f"{number}. {one.title}\n{one.who}, {written_time(one.at)}"
            said = [line for line in one.said if line[0] not in WITHHELD]
            parts.append("\n".join([head, *(f"{label}: {text}" for label, text in (*said, *one.log))]))
    return "\n\n".join(parts) or "No step was taken."


def _timeline(console: Session, box: CaseBox, names: Names, until: int) -> str:
    lines = []
    for event in reversed(history.timeline(console, box, names)):
        if event.about in EVENTS and event.at is not None and event.at <= until:
            lines.append(f"{written_time(event.at)}: {event.text} ({event.who})")
    return "\n".join(lines)


def _records(console: Session, box: CaseBox, names: Names, until: int) -> str:
    parts = []
    for one in reversed(notes_of(console, box)):
        if one.at <= until and one.spec.name in RECORDS:
            head = f"{one.spec.title}\n{names.get(one.by, history.FORMER)}, {written_time(one.at)}"
            parts.append("\n".join([head, *_lines(one)]))
    return "\n\n".join(parts) or "Nothing was recorded."


def _lines(kept: Kept) -> list[str]:
    """What each field says that may go out."""
    withheld = {field.label for field in kept.spec.fields if field.name in RECORDS[kept.spec.name]}
    return [f"{label}: {text}" for label, text in kept.lines if label not in withheld]
