"""What a proof of report says of the first post: kept apart once something of that post is sealed (SPEC 7.1)."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import compactjson
from crypto.proof import content_hash
from crypto.suite import Random
from handler.cases import records
from handler.cases.records import CaseBox
from handler.cases.tables import CaseRecord

KIND = "first-post"


@dataclass(frozen=True)
class Content:
    """`salt` is 16 bytes; `hash` is H(salt || JSON bytes of the first post), 32 bytes."""

    salt: bytes
    hash: bytes

    @classmethod
    def of(cls, random: Random, first_post: bytes) -> "Content":
        salt = random(16)
        return cls(salt, content_hash(salt, first_post))

    def encode(self) -> bytes:
        return compactjson.encode({"salt": self.salt.hex(), "hash": self.hash.hex()})


def kept(console: Session, box: CaseBox) -> Content | None:
    """What was kept when something of the first post was sealed; None before."""
    chosen = select(CaseRecord).where(CaseRecord.case_id == box.case_id, CaseRecord.kind == KIND)
    row = console.scalars(chosen).first()
    if row is None:
        return None
    found = records.decode_object(box.open(row))
    return Content(bytes.fromhex(found["salt"]), bytes.fromhex(found["hash"]))


def first_post(console: Session, box: CaseBox) -> bytes | Content:
    """For a proof that is made anew: the first post's JSON as it came, or what was kept of it."""
    content = kept(console, box)
    if content is not None:
        return content
    chosen = select(CaseRecord).where(CaseRecord.case_id == box.case_id, CaseRecord.kind == records.REPORT)
    return box.open(console.scalars(chosen).one())
