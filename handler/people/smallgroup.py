"""Whether to think of an integrity intervention: the subject is one of a small group, and nobody has done so yet."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.post import decode_post
from handler.cases import records
from handler.cases.records import CaseBox
from handler.cases.tables import CaseRecord
from handler.intake.routing import NOTICES
from handler.lifecycle.recording import notes_of
from handler.people.entries import GROUP
from handler.people.reading import people_of, present

WHO, SMALL_GROUP = "who", "small-group"
"""The question of the form, and the answer."""


def to_consider(console: Session, box: CaseBox) -> bool:
    """By the people of the case, or by what the reporter ticked. False once there is a record of it."""
    if any(kept.spec.name == "integrity" for kept in notes_of(console, box)):
        return False
    subjects = [one.entry for one in present(people_of(console, box)) if one.entry.subject]
    return any(entry.values["kind"] == GROUP for entry in subjects) or _ticked(console, box)


def _ticked(console: Session, box: CaseBox) -> bool:
    chosen = select(CaseRecord).where(CaseRecord.case_id == box.case_id, CaseRecord.kind == records.REPORT)
    reports = [decode_post(box.open(row)).report for row in console.scalars(chosen)]
    return any(
        name.removeprefix(NOTICES) == WHO and SMALL_GROUP in answer.choices
        for report in reports
        if report is not None
        for name, answer in {**report.answers, **report.routing}.items()
    )
