"""Which report a proof is of: a case has more than one after another was merged into it, and a thread keeps its own."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.board import Kind
from crypto.proof import Proof, content_hash, parse_proof
from handler.cases import records
from handler.cases.records import CaseBox, first_report
from handler.cases.tables import CaseRecord
from handler.publication.tables import Message


def report_of(console: Session, box: CaseBox, proof: Proof) -> bytes:
    """The exact JSON that a proof of this case is about; the case's first report where none fits."""
    chosen = select(CaseRecord).where(CaseRecord.case_id == box.case_id, CaseRecord.kind == records.REPORT)
    for row in console.scalars(chosen.order_by(CaseRecord.position)):
        raw = box.open(row)
        if content_hash(proof.salt, raw) == proof.content_hash:
            return raw
    return box.open(first_report(console, box.case_id))


def proof_of(console: Session, box: CaseBox, thread_id: bytes) -> Proof | None:
    """What the words of a thread were given last: with a report, or when they took over from older ones."""
    chosen = (
        select(CaseRecord)
        .join(Message, Message.record_id == CaseRecord.id)
        .where(Message.thread_id == thread_id, Message.kind.in_((int(Kind.PROOF), int(Kind.HANDOVER))))
    )
    row = console.scalars(chosen.order_by(CaseRecord.position.desc()).limit(1)).first()
    return parse_proof(box.open(row)) if row is not None else None
