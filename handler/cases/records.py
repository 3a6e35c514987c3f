"""Sealed records of a case: what was written, and the secrets of the way back (SPEC 10.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crypto import compactjson
from crypto.secret import ContentKey, ThreadSecret
from crypto.wrapping import content_key_id, content_open, content_seal
from handler.cases.inforce import KeyChanged
from handler.cases.tables import CaseRecord

REPORT, FOLLOW_UP, OLD_WORDS, NOT_IN_FORCE = "report", "follow-up", "old-words", "not-in-force"
POST_KINDS = (REPORT, FOLLOW_UP, OLD_WORDS, NOT_IN_FORCE)
"""Records whose content is the exact JSON of a post; the kind says under which words it came."""

GRADED_KINDS = (REPORT, FOLLOW_UP, OLD_WORDS)
"""Of those, what the reporter is known to have sent: each has a grade of its own."""

REPLY, THREAD, REASON, STEP, ASSESSMENT = "reply", "thread", "reason", "step", "assessment"


@dataclass(frozen=True)
class ThreadSecrets:
    """What sealing to a reporter takes: thread_g, and the public keys of the words."""

    secret: ThreadSecret
    sign: bytes  # 32
    reader: bytes  # 32

    def encode(self) -> bytes:
        return compactjson.encode(
            {"thread": self.secret.expose().hex(), "sign": self.sign.hex(), "reader": self.reader.hex()}
        )

    @classmethod
    def decode(cls, raw: bytes) -> "ThreadSecrets":
        found = decode_object(raw)
        thread, sign, reader = (bytes.fromhex(str(found[name])) for name in ("thread", "sign", "reader"))
        return cls(ThreadSecret(thread), sign, reader)


@dataclass(frozen=True)
class CaseBox:
    """Seals and opens the records of one case."""

    case_id: bytes
    key: ContentKey

    @property
    def key_id(self) -> bytes:
        """8 bytes (SPEC 10.3)."""
        return content_key_id(self.key, self.case_id)

    def row(self, record_id: bytes, kind: str, content: bytes, *, position: int, day: int) -> dict[str, Any]:
        """A new record, sealed: every column of `case_records`. Whoever writes it holds the key in force first."""
        return {
            "id": record_id,
            "case_id": self.case_id,
            "position": position,
            "kind": kind,
            "day": day,
            "sealed": self.seal(record_id, kind, content),
            "key_id": self.key_id,
        }

    def seal(self, record_id: bytes, kind: str, content: bytes) -> bytes:
        return content_seal(self.key, self.case_id, record_id, kind, content)

    def open(self, row: CaseRecord) -> bytes:
        """Raises BadSeal when the row is not what was sealed, KeyChanged when it is under a key that came since."""
        if row.key_id is not None and row.key_id != self.key_id:
            raise KeyChanged
        return content_open(self.key, self.case_id, row.id, row.kind, row.sealed)

    def thread(self, console: Session, thread_id: bytes) -> ThreadSecrets:
        """Of one of the case's threads."""
        return ThreadSecrets.decode(self.open(console.get_one(CaseRecord, thread_id)))


def decode_object(raw: bytes) -> Mapping[str, Any]:
    """A record's own JSON."""
    value = compactjson.decode(raw)
    if not isinstance(value, dict):
        raise TypeError("a record's JSON is an object")
    return value


def first_report(console: Session, case_id: bytes) -> CaseRecord:
    """What a case began with."""
    chosen = select(CaseRecord).where(CaseRecord.case_id == case_id, CaseRecord.kind == REPORT)
    return console.scalars(chosen.order_by(CaseRecord.position).limit(1)).one()


def next_position(console: Session, case_id: bytes) -> int:
    """Where the next record of a case stands."""
    return (console.scalar(select(func.max(CaseRecord.position)).where(CaseRecord.case_id == case_id)) or 0) + 1
