"""Keeps that somebody looked at a file: for the audit, and for whom it may be handed over to."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from handler.audit.log import record
from handler.cases.desk import Desk
from handler.preview.tables import FileView

SHOWN, DOWNLOADED = "shown", "downloaded"


def note(console: Session, desk: Desk, case_id: bytes, record_id: bytes, place: int, *, how: str) -> None:
    """Within the caller's transaction, before a byte of the file is given."""
    console.add(
        FileView(
            id=desk.random(16), case_id=case_id, record_id=record_id, place=place, user_id=desk.unlocked.user_id,
            at=desk.now(), how=how,
        )
    )  # fmt: skip
    record(console, desk.unlocked, f"file {how}", case_id, clock=desk.clock, post=record_id.hex(), place=place)


def viewings(console: Session, record_id: bytes, place: int | None = None) -> Sequence[FileView]:
    """Of one file of a post, or of all its files, the earliest first."""
    chosen = select(FileView).where(FileView.record_id == record_id)
    if place is not None:
        chosen = chosen.where(FileView.place == place)
    return console.scalars(chosen.order_by(FileView.at, FileView.id)).all()
