"""What was done about safeguarding in a case, for its timeline: times, by whom, and no word of whom it is about."""

from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from handler.cases.records import CaseBox
from handler.safeguarding import daily, flagging
from handler.safeguarding.tables import Referral
from handler.safeguarding.tracking import recipients

MARKS: Mapping[str, str] = {
    flagging.FLAGGED: "Someone may be at risk: the referral clock began",
    flagging.PROTECTED: "The first thing was done to keep somebody safe",
    flagging.DANGER: "Someone is in danger now",
    flagging.WELFARE: "The reporter may be in crisis",
    flagging.UNDER_18: "The reporter is or may be under 18",
    "crisis-sent": "Where to get help was sent to the reporter",
    "victims-sent": "The Victims’ Code was sent to the reporter",
    "safety-sent": "Words on their safety were sent to the reporter",
    **{name: f"Threat to life. {text}" for name, text in flagging.TIMES.items()},
}
Told = tuple[int, str, bytes | None]
"""Unix seconds, what, and a user's id (none where the console did it itself)."""


def events(console: Session, box: CaseBox) -> Iterator[Told]:
    """In no order."""
    for name, mark in flagging.marks(console, box.case_id).items():
        numbered = next((one for one in (flagging.FLAGGED, flagging.PROTECTED) if name.startswith(one)), name)
        yield mark.at, MARKS[numbered], mark.by
    for one in console.scalars(select(Referral).where(Referral.case_id == box.case_id)):
        name = f"Safeguarding referral SG-{one.number:04}"
        yield one.at, f"{name} was written down", one.by
        for body in recipients(console, one.id):
            for at, what in ((body.made, "made"), (body.acknowledged, "acknowledged"), (body.outcome, "ended")):
                if at is not None:
                    yield at, f"{name}, recipient {body.number + 1}: {what}", None
    for said in daily.said_of(console, box):
        text = "Decided: no referral is needed" if said.kind == daily.NOT_NEEDED else "Why there is no referral yet"
        yield said.at, text, said.by
