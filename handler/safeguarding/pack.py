"""The pack of a referral: what is handed over and what came of it, each piece sealed under the referral's own key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crypto import compactjson
from crypto.secret import ContentKey
from crypto.wrapping import content_open, content_seal
from handler.cases.desk import Desk
from handler.cases.records import decode_object
from handler.safeguarding.packkeys import pack_purpose
from handler.safeguarding.tables import ReferralRecord

WRITTEN, MADE, CONFIRMED, ACKNOWLEDGED, OUTCOME = "written", "made", "confirmed", "acknowledged", "outcome"
PROTECTED, ADVICE, FURTHER = "protected", "advice", "further"
KINDS = (WRITTEN, MADE, CONFIRMED, ACKNOWLEDGED, OUTCOME, PROTECTED, ADVICE, FURTHER)


@dataclass(frozen=True)
class Piece:
    """One piece as it was sealed. `by`: a user's id; `at`: unix seconds when it was written down."""

    kind: str
    at: int
    by: bytes
    values: Mapping[str, Any]


@dataclass(frozen=True)
class PackBox:
    """Seals and opens the pieces of one referral (SPEC 10.3, with the referral's id in the place of the case's)."""

    referral_id: bytes
    key: ContentKey

    @classmethod
    def of(cls, desk: Desk, referral_id: bytes) -> "PackBox":
        """Raises NotAllowed for anyone to whom the pack's key is not wrapped."""
        with desk.keyring() as keyring:
            return cls(referral_id, ContentKey(keyring.get(pack_purpose(referral_id), desk.unlocked)))

    def add(self, console: Session, desk: Desk, kind: str, values: Mapping[str, Any]) -> None:
        """Within the caller's transaction."""
        content = {"at": desk.now(), "by": desk.unlocked.user_id.hex(), "values": dict(values)}
        record_id = desk.random(16)
        sealed = content_seal(self.key, self.referral_id, record_id, kind, compactjson.encode(content))
        of_this = ReferralRecord.referral_id == self.referral_id
        position = (console.scalar(select(func.max(ReferralRecord.position)).where(of_this)) or 0) + 1
        console.add(
            ReferralRecord(id=record_id, referral_id=self.referral_id, position=position, kind=kind, sealed=sealed)
        )
        console.flush()

    def pieces(self, console: Session) -> Sequence[Piece]:
        """All, in the order they were written. Raises BadSeal where a row is not what was sealed."""
        chosen = select(ReferralRecord).where(ReferralRecord.referral_id == self.referral_id)
        return [self._open(row) for row in console.scalars(chosen.order_by(ReferralRecord.position))]

    def _open(self, row: ReferralRecord) -> Piece:
        found = decode_object(content_open(self.key, self.referral_id, row.id, row.kind, row.sealed))
        return Piece(row.kind, int(found["at"]), bytes.fromhex(str(found["by"])), dict(found["values"]))
