"""Putting things into a case: sealed records, messages of the console's own, threads, the pieces that posts name."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.board import Kind
from crypto.errors import BadCount
from crypto.pieces import piece_names
from crypto.post import FileRef
from crypto.proof import Proof, encode_proof
from crypto.thread import thread_of
from handler.cases import records
from handler.cases.firstpost import Content
from handler.cases.lines import Line, Pen, reader_name, thread_key, thread_name
from handler.cases.records import CaseBox, ThreadSecrets
from handler.cases.rows import Rows
from handler.cases.tables import CasePiece, Thread


def seal_record(
    rows: Rows, box: CaseBox, record_id: bytes, content: bytes, *, kind: str, position: int, day: int
) -> None:
    rows.records.append(box.row(record_id, kind, content, position=position, day=day))


def tell(
    rows: Rows,
    box: CaseBox,
    pen: Pen,
    line: Line,
    *,
    kind: Kind,
    text: bytes,
    position: int,
    bundle: bytes | None = None,
) -> None:
    """One message of the console's own: its record and its slots."""
    record_id = pen.random(16)
    seal_record(rows, box, record_id, text, kind=records.REPLY, position=position, day=pen.today)
    pen.write(rows, line, kind, text, record_id=record_id, bundle=bundle)


def make_proof(pen: Pen, line: Line, sign: bytes, *, day: int, first_post: bytes | Content) -> bytes:
    """A proof of report for the words whose sign key is given (SPEC 7.1). `first_post`: its JSON, or what was kept."""
    content = first_post if isinstance(first_post, Content) else Content.of(pen.random, first_post)
    return encode_proof(
        Proof(
            site=line.address.site,
            group=line.address.group,
            day=day,
            signed=pen.today,
            thread_id=line.address.thread.id,
            sign_public=sign,
            content_hash=content.hash,
            salt=content.salt,
            certificate_id=pen.signer.certificate_id,
        ),
        pen.signer.sign,
    )


def thread_row(line: Line, secrets: ThreadSecrets, standing: str) -> dict[str, object]:
    key, name, reader = names_of(line.address.group, secrets)
    return {
        "id": line.thread_id,
        "case_id": line.case_id,
        "key": key,
        "name": name,
        "reader": reader,
        "standing": standing,
        "successor": None,
        "used": False,
        "next_index": line.next_index,
        "next_notice": line.next_notice,
    }


def add_pieces(rows: Rows, case_id: bytes, files: Sequence[FileRef]) -> None:
    """Names the pieces of files that have a right count; the others cannot be put together anyway."""
    names = set()
    for file in files:
        try:
            names.update(piece_names(file))
        except BadCount:
            continue
    rows.pieces.extend({"case_id": case_id, "name": name} for name in sorted(names))


def new_pieces(console: Session, rows: Rows, case_id: bytes, files: Sequence[FileRef]) -> None:
    """The same for a case that may name some of them already."""
    fresh = Rows()
    add_pieces(fresh, case_id, files)
    known = set(console.scalars(select(CasePiece.name).where(CasePiece.case_id == case_id)))
    rows.pieces.extend(row for row in fresh.pieces if row["name"] not in known)


def thread_is_known(console: Session, group: str, secrets: ThreadSecrets) -> bool:
    """Whether new words' thread id, sign key or reader key is here already: one thread, one author (SPEC 4.1)."""
    names = names_of(group, secrets)
    same = (Thread.key == names[0]) | (Thread.name == names[1]) | (Thread.reader == names[2])
    return console.scalars(select(Thread.id).where(same)).first() is not None


def names_of(group: str, secrets: ThreadSecrets) -> tuple[bytes, bytes, bytes]:
    """How a thread is found: by sign key, thread id and reader key."""
    return (
        thread_key(group, secrets.sign),
        thread_name(group, thread_of(secrets.secret).id),
        reader_name(group, secrets.reader),
    )
