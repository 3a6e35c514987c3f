"""The proof of report of a thread: a case has more than one after another was merged into it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.board import Kind
from crypto.proof import Proof, parse_proof
from handler.cases.records import CaseBox
from handler.cases.tables import CaseRecord
from handler.publication.tables import Message


def proof_of(console: Session, box: CaseBox, thread_id: bytes) -> Proof | None:
    """What the words of a thread were given last: with a report, or when they took over from older ones."""
    chosen = (
        select(CaseRecord)
        .join(Message, Message.record_id == CaseRecord.id)
        .where(Message.thread_id == thread_id, Message.kind.in_((int(Kind.PROOF), int(Kind.HANDOVER))))
    )
    row = console.scalars(chosen.order_by(CaseRecord.position.desc()).limit(1)).first()
    return parse_proof(box.open(row)) if row is not None else None
