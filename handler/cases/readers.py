"""Keeps `case_readers` as the keyring is: in the transaction in which a case's key is wrapped or taken away.

`agree` mends what is not so, once a day.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.orm import Session

from handler.cases.tables import Case, CaseReader
from handler.drafts import forgetting as drafts
from handler.keys.keyring import Keyring, case_purpose
from handler.keys.unlocked import RECOVERY_ID


def of_person(user_id: bytes) -> Select[bytes]:
    """The ids of the cases whose key is wrapped to a person, as a question that other questions can contain."""
    return select(CaseReader.case_id).where(CaseReader.user_id == user_id)


def add(console: Session, case_id: bytes, user_ids: Iterable[bytes]) -> None:
    """These hold the key now."""
    for user_id in user_ids:
        console.merge(CaseReader(user_id=user_id, case_id=case_id))
    console.flush()


def remove(console: Session, case_id: bytes, user_ids: Collection[bytes]) -> None:
    """These do not hold it any more: it is not assigned to them either, and what they had begun to write of it goes."""
    users = list(user_ids)
    console.execute(update(Case).where(Case.id == case_id, Case.assigned.in_(users)).values(assigned=None))
    gone = (CaseReader.case_id == case_id) & CaseReader.user_id.in_(users)
    console.execute(delete(CaseReader).where(gone))
    drafts.forget_people(console, case_id, user_ids)


def remove_person(console: Session, user_id: bytes) -> None:
    """Every key of theirs was taken away, and no case is assigned to them any more."""
    console.execute(update(Case).where(Case.assigned == user_id).values(assigned=None))
    console.execute(delete(CaseReader).where(CaseReader.user_id == user_id))
    drafts.forget_person(console, user_id)


def agree(console: Session, keyring: Keyring) -> int:
    """Makes the index as the keyring is, whatever happened between; how many rows were not so."""
    cases = {case_purpose(case_id): case_id for case_id in console.scalars(select(Case.id))}
    held = {
        (holder, cases[purpose])
        for purpose, holder in keyring.wraps("case ")
        if purpose in cases and holder != RECOVERY_ID
    }
    known = {(row.user_id, row.case_id) for row in console.execute(select(CaseReader.user_id, CaseReader.case_id))}
    for user_id, case_id in known - held:
        remove(console, case_id, [user_id])
    if held - known:
        rows = [{"user_id": user_id, "case_id": case_id} for user_id, case_id in held - known]
        console.execute(insert(CaseReader), rows)
    return len(known ^ held)
