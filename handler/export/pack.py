"""The pack: one ZIP in memory with the marking on every page of text, and a manifest of hashes."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from crypto.calendar import day_of
from handler.audit.log import record
from handler.cases.desk import Desk
from handler.cases.records import CaseBox
from handler.cases.tables import Case
from handler.errors import NotAllowed, Refused
from handler.export.acts import Told, files, of_case
from handler.export.rules import KINDS
from handler.identity.users import people
from handler.lifecycle import history
from handler.lifecycle.recording import notes_of
from handler.pickup.piecestore import PieceStore
from handler.times import written_day, written_time

MARKING = "OFFICIAL-SENSITIVE"
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time that every entry has: it says nothing, and the same pack is the same bytes."""

Names = Mapping[bytes, str]


class NotApproved(Refused):
    """A second person has not approved this pack."""


class LockedNow(Refused):
    """A part of this case was sealed since. Nothing is exported until that is dealt with; see “Sealed”."""


def build(desk: Desk, store: PieceStore, case_id: bytes, disclosure_id: bytes) -> bytes:
    """What was recorded up to the approval and nothing later; in the audit with the pack's hash.

    Raises NotApproved, LockedNow, NotAllowed, and of the files what `acts.files` raises.
    """
    box = CaseBox(case_id, desk.case_key(case_id))
    with desk.databases.console.read() as console:
        case = console.get_one(Case, case_id)
        told = next((one for one in of_case(console, desk, box) if one.row.id == disclosure_id), None)
        if told is None:
            raise NotAllowed
        if told.row.done is None:
            raise NotApproved
        if not {"spillage", "privileged", "images"}.isdisjoint(case.sides.split()):
            raise LockedNow
        names = {person.id: person.name for person in people(console)}
        texts = _texts(console, box, case, told, names)
    entries = [(name, marked(text)) for name, text in texts]
    entries += [(f"files/{name}", content) for name, content in files(desk, store, case_id, told.request)]
    made = zipped(entries)
    with desk.databases.console.write() as console:
        digest = hashlib.sha256(made).hexdigest()
        record(
            console, desk.unlocked, f"{told.row.kind} pack saved", case_id, clock=desk.clock,
            disclosure=disclosure_id.hex(), sha256=digest,
        )  # fmt: skip
    return made


def marked(text: str) -> bytes:
    """With the marking at the top and at the bottom."""
    return f"{MARKING}\n\n{text.strip()}\n\n{MARKING}\n".encode()


def zipped(entries: Iterable[tuple[str, bytes]]) -> bytes:
    """The entries and `manifest.json`, which has the size and SHA-256 of each."""
    listed = list(entries)
    manifest = {
        "marking": MARKING,
        "entries": [
            {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in listed
        ],
    }
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in [*listed, ("manifest.json", json.dumps(manifest, indent=2).encode() + b"\n")]:
            made.writestr(zipfile.ZipInfo(name, LONG_AGO), content, zipfile.ZIP_DEFLATED)
    return sink.getvalue()


def _texts(console: Session, box: CaseBox, case: Case, told: Told, names: Names) -> list[tuple[str, str]]:
    until = told.row.done or 0
    texts = [("1-cover.txt", _cover(case, told, names)), ("2-text.txt", told.request.text)]
    if "decisions" in told.request.parts:
        texts.append(("3-decisions.txt", _decisions(console, box, names, until)))
    if "timeline" in told.request.parts:
        texts.append(("4-timeline.txt", _timeline(console, box, names, until)))
    if "records" in told.request.parts:
        texts.append(("5-records.txt", _records(console, box, names, until)))
    return texts


def _cover(case: Case, told: Told, names: Names) -> str:
    request = told.request
    lines = [
        ("Case", case.number),
        ("What this is", KINDS[request.kind]),
        ("For", request.recipient),
        ("Purpose", request.purpose),
        ("Legal basis", request.basis),
        ("Grades (3x5x2)", "; ".join(told.grades) if request.handling else ""),
        ("Handling code", request.handling_code),
        ("Prepared by", names.get(told.row.by, history.FORMER)),
        ("Approved by", names.get(told.row.done_by or b"", history.FORMER)),
        ("Approved on", written_time(told.row.done or 0)),
    ]
    return "\n".join(f"{label}: {text}" for label, text in lines if text)


def _decisions(console: Session, box: CaseBox, names: Names, until: int) -> str:
    """All of them, in order (the first one first)."""
    parts = []
    for number, one in enumerate(history.decisions(console, box, names), 1):
        if one.at <= until:
            head = f"{number}. {one.title}\n{one.who}, {written_time(one.at)}"
            parts.append("\n".join([head, *(f"{label}: {text}" for label, text in (*one.said, *one.log))]))
    return "\n\n".join(parts) or "No step was taken."


def _timeline(console: Session, box: CaseBox, names: Names, until: int) -> str:
    lines = []
    for event in reversed(history.timeline(console, box, names)):
        if (event.at or 0) <= until and event.day <= day_of(until):
            when = written_time(event.at) if event.at else written_day(event.day)
            lines.append(f"{when}: {event.text}{f' ({event.who})' if event.who else ''}")
    return "\n".join(lines)


def _records(console: Session, box: CaseBox, names: Names, until: int) -> str:
    parts = []
    for one in reversed(notes_of(console, box)):
        if one.at <= until:
            head = f"{one.spec.title}\n{names.get(one.by, history.FORMER)}, {written_time(one.at)}"
            parts.append("\n".join([head, *(f"{label}: {text}" for label, text in one.lines)]))
    return "\n\n".join(parts) or "Nothing was recorded."
