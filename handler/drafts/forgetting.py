"""What becomes of drafts: they go with a person's key, with the sealing of a case, and after fourteen days."""

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crypto.wrapping import content_open
from handler.cases.records import CaseBox
from handler.drafts.tables import Draft

KIND = "draft"
LASTS = 14 * 86_400  # seconds


def forget_people(console: Session, case_id: bytes, user_ids: Collection[bytes]) -> None:
    """These do not hold the case's key any more. Within the caller's transaction."""
    console.execute(delete(Draft).where(Draft.case_id == case_id, Draft.user_id.in_(list(user_ids))))


def forget_person(console: Session, user_id: bytes) -> None:
    """An account was closed. Within the caller's transaction."""
    console.execute(delete(Draft).where(Draft.user_id == user_id))


def forget_case(console: Session, case_id: bytes) -> None:
    """The case was sealed: nobody's draft of it stays. Within the caller's transaction."""
    console.execute(delete(Draft).where(Draft.case_id == case_id))


def seal_anew(console: Session, old: CaseBox, new: CaseBox) -> None:
    """The case has a new key: what somebody is just writing goes on under it. Within the caller's transaction."""
    for row in console.scalars(select(Draft).where(Draft.case_id == old.case_id)):
        content = content_open(old.key, old.case_id, row.id, KIND, row.sealed)
        row.sealed = new.seal(row.id, KIND, content)
    console.flush()


def forget_old(console: Session, now: int) -> None:
    """Those of more than fourteen days. Within the caller's transaction."""
    console.execute(delete(Draft).where(Draft.at <= now - LASTS))
