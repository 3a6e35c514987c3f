"""What people say when they seal, hand over or destroy something: sealed with the case, never any of its content."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import compactjson
from handler.cases import records
from handler.cases.desk import Desk
from handler.cases.records import CaseBox
from handler.cases.tables import CaseRecord
from handler.lifecycle.acts import keep

KIND = "sealing"
INCIDENT, LEGAL = "incident", "legal"
LABELS: Mapping[str, str] = {
    INCIDENT: "Security incident reference",
    LEGAL: "HMRC, DWP, intelligence-service or intercept material",
    "consulted": "Legal adviser consulted",
    "route": "How the copy went",
    "parcel": "Written for the unit (SHA-256)",
    "unit": "Authorised unit",
    "reference": "Hand-over reference",
    "when": "Handed over",
    "viewed": "Who had looked at it",
    "counsel": "What counsel wrote",
}
"""Those that people read; `former`, the holders before a lock, is for the console alone."""

FORMER = "former"


@dataclass(frozen=True)
class SealNote:
    """One act on a sealed thing. `by`: a user's id; `values`: by names of LABELS."""

    object_id: bytes
    what: str
    by: bytes
    at: int
    values: Mapping[str, str]

    @property
    def lines(self) -> list[tuple[str, str]]:
        return [(LABELS[name], text) for name, text in self.values.items() if name in LABELS and text]


def keep_note(
    console: Session, desk: Desk, box: CaseBox, object_id: bytes, *, what: str, values: Mapping[str, str]
) -> None:
    """Within the caller's transaction. Raises KeyChanged."""
    content = {
        "object": object_id.hex(), "what": what, "by": desk.unlocked.user_id.hex(), "at": desk.now(),
        "values": dict(values),
    }  # fmt: skip
    keep(console, desk, box, KIND, compactjson.encode(content))


def notes_of(console: Session, box: CaseBox) -> Sequence[SealNote]:
    """All of a case, the first one first."""
    chosen = select(CaseRecord).where(CaseRecord.case_id == box.case_id, CaseRecord.kind == KIND)
    return [_note(box.open(row)) for row in console.scalars(chosen.order_by(CaseRecord.position))]


def _note(raw: bytes) -> SealNote:
    found = records.decode_object(raw)
    values = {str(name): str(text) for name, text in dict(found["values"]).items()}
    object_id, by = bytes.fromhex(found["object"]), bytes.fromhex(found["by"])
    return SealNote(object_id, str(found["what"]), by, int(found["at"]), values)
