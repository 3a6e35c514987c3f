"""The pack: one ZIP in memory with the marking on every page of text, and a manifest of hashes."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable

from sqlalchemy.orm import Session

from handler.audit.log import record
from handler.cases.desk import Desk
from handler.cases.records import CaseBox
from handler.cases.tables import Case
from handler.errors import NotAllowed, Refused
from handler.export import parts
from handler.export.acts import Told, files, of_case, reporters_words
from handler.export.rules import DISCLOSURE, KINDS, PARTS, check_words
from handler.identity.users import people
from handler.lifecycle import history
from handler.lifecycle.history import Names
from handler.pickup.piecestore import PieceStore
from handler.times import written_time

MARKING = "OFFICIAL-SENSITIVE"
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time that every entry has: it says nothing, and the same pack is the same bytes."""

FILES = {title: f"{number}-{part}.txt" for number, (part, title) in enumerate(PARTS.items(), 3)}


class NotApproved(Refused):
    """A second person has not approved this pack."""


class LockedNow(Refused):
    """A part of this case was sealed since. Nothing is exported until that is dealt with; see “Sealed”."""


def build(desk: Desk, store: PieceStore, case_id: bytes, disclosure_id: bytes) -> bytes:
    """What was recorded up to the approval and nothing later; in the audit with the pack's hash.

    Raises NotApproved, LockedNow, RawWords, NotAllowed, and of the files what `acts.files` raises.
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
    """Looked at once more: the reporter may have written since. Raises RawWords, WordsSealed."""
    request = told.request
    going = request.parts if request.kind == DISCLOSURE else ()
    made = parts.texts(console, box, names, going, told.row.done or 0)
    check_words({"The text": "\n".join(request.said), **made}, reporters_words(console, box))
    return [
        ("1-cover.txt", _cover(case, told, names)),
        ("2-text.txt", request.text),
        *((FILES[title], text) for title, text in made.items()),
    ]


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
