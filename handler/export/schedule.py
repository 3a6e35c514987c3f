"""The disclosure schedule (CPIA 1996): a list of what a case holds by kind, day, grade and PII, without a word of it.

What is on the risk to the source has no name of its own in it, nor has a file: names of files can show who sent them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.calendar import day_of
from crypto.post import decode_post
from handler.cases import records
from handler.cases.records import CaseBox, decode_object
from handler.cases.tables import CaseRecord
from handler.lifecycle.acts import moves_of
from handler.lifecycle.recording import NOTE
from handler.lifecycle.states import STATES
from handler.oversight import hold
from handler.times import written_day
from handler.triage.assessment import KIND as ASSESSMENT
from handler.triage.known import grade_of

HEAD = "No. | Kind | Day | Grade (3x5x2) | PII"
KINDS: Mapping[str, str] = {
    **dict.fromkeys(records.POST_KINDS, "Material received"),
    records.REPLY: "Message sent",
    NOTE: "Record of handling",
    ASSESSMENT: "Assessment",
}
"""Of records, what is listed; what is not here is no material: secrets of threads, why somebody opened a case."""

ENDINGS = frozenset(
    """
    .pdf .doc .docx .xls .xlsx .ppt .pptx .odt .ods .odp .rtf .txt .csv .log .md .jpg .jpeg .png .gif .webp .heic .bmp
    .tif .tiff .mp3 .m4a .wav .ogg .opus .mp4 .mov .avi .mkv .webm .eml .msg .zip
    """.split()  # noqa: SIM905
)
"""Of files, what is written of a name; any other ending could be a sentence."""


@dataclass(frozen=True)
class Line:
    """One record or file. `pii`: yes, no, or "" of what is not graded."""

    kind: str
    day: int
    grade: str = ""
    pii: str = ""


def schedule(console: Session, box: CaseBox, names: Mapping[bytes, str], until: int) -> str:
    """What was there at a moment (unix seconds), in order. Nobody is named in it, whatever `names` holds."""
    lines = [
        f"{number} | {line.kind} | {written_day(line.day)} | {line.grade or '-'} | {line.pii or '-'}"
        for number, line in enumerate(_lines(console, box, until), 1)
    ]
    stands = hold.standing(console, box)
    said = "yes" if stands is not None and stands.pii else "no"
    held = [f"Legal hold: since {written_day(day_of(stands.at))}; PII may have to be claimed: {said}"] if stands else []
    return "\n".join([*held, "PII: public interest immunity", "", HEAD, *lines])


def _lines(console: Session, box: CaseBox, until: int) -> Iterator[Line]:
    moved = {move.record_id: move for move in moves_of(console, box.case_id) if move.at <= until}
    chosen = select(CaseRecord).where(CaseRecord.case_id == box.case_id, CaseRecord.day <= day_of(until))
    rows = console.scalars(chosen.order_by(CaseRecord.position)).all()
    opened = {row.id: decode_object(box.open(row)) for row in rows if row.kind in (NOTE, ASSESSMENT)}
    there = [row for row in rows if opened.get(row.id, {}).get("at", 0) <= until]
    grades = _grades(opened[row.id] for row in there if row.kind == ASSESSMENT)
    for row in there:
        if row.id in moved:
            move = moved[row.id]
            yield Line(f"Decision log: {STATES[move.start]} to {STATES[move.end]}", row.day)
        elif row.kind in KINDS:
            grade, pii = _graded(grades, row.id.hex())
            yield Line(KINDS[row.kind], row.day, grade, pii)
            if row.kind in records.POST_KINDS:
                for ref in decode_post(box.open(row)).files:
                    yield Line(f"File sent with it ({_ending(ref.name)})", row.day, grade, pii)


def _ending(name: str) -> str:
    """The kind by the name's ending: the reporter chose it, so only what is on the list."""
    ending = Path(name.lower()).suffix
    return ending if ending in ENDINGS else "another kind"


def _grades(assessed: Iterator[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The newest answers of the section."""
    return next((one["values"] for one in reversed(list(assessed)) if one["section"] == "grade"), {})


def _graded(grades: Mapping[str, Any], item: str) -> tuple[str, str]:
    if not grades.get(f"{item}-source"):
        return "", ""
    return grade_of(grades, item).written, str(grades.get(f"{item}-pii") or "no")
