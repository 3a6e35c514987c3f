"""Which key of a case is in force: writers hold on to it, and a renewal that a stopped machine left half done is ended.

A case's records and its wrapped keys are in two databases that commit one after the other. So a renewal sets the old
wraps aside, and `settle` decides by what the console database came to have: the new key's id, or not.
"""

from collections.abc import Callable

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from handler.cases.tables import Case
from handler.database import Databases
from handler.errors import Refused
from handler.keys.keyring import Keyring, case_purpose


class KeyChanged(Refused):
    """The key of this case was changed while you worked on it. Nothing was saved: send it again."""


def hold(console: Session, case_id: bytes, key_id: bytes) -> None:
    """The key of this id is in force and stays so until the caller's transaction ends. Raises KeyChanged.

    A case from before keys had ids takes on the first that is used: until a renewal there is only one.
    """
    found = in_force(console, case_id, key_share=True)
    if found is None:
        chosen = update(Case).where(Case.id == case_id, Case.key_id.is_(None)).values(key_id=key_id)
        console.execute(chosen, execution_options={"synchronize_session": False})
        found = in_force(console, case_id)
    if found != key_id:
        raise KeyChanged


def in_force(console: Session, case_id: bytes, *, key_share: bool = False, alone: bool = False) -> bytes | None:
    """The id as it is in the database. `key_share`: nobody else changes it meanwhile; `alone`: nor holds it."""
    chosen = select(Case.key_id).where(Case.id == case_id)
    if key_share or alone:
        chosen = chosen.with_for_update(read=key_share, key_share=key_share)
    return console.execute(chosen).scalar_one_or_none()


def settle(databases: Databases, keyring_in: Callable[[Session], Keyring], case_id: bytes) -> None:
    """Ends a renewal: the old key's wraps go, or come back where the console database never got the new records."""
    with databases.write_both() as (console, wraps):
        keyring_in(wraps).settle(case_purpose(case_id), in_force(console, case_id, alone=True))


def settle_all(databases: Databases, keyring_in: Callable[[Session], Keyring]) -> int:
    """Every renewal that is not ended; how many there were."""
    with databases.keyring.read() as wraps:
        purposes = keyring_in(wraps).all_pending()
    for purpose in purposes:
        settle(databases, keyring_in, bytes.fromhex(purpose.removeprefix("case ")))
    return len(purposes)


def without_key(console: Session, keyring: Keyring) -> list[str]:
    """The numbers of cases whose key in force this keyring does not have: nobody opens them, recovery neither.

    There are some when the two databases are not of one moment; a case whose destruction broke off is one as well.
    """
    ids = keyring.ids("case ")
    lost = []
    for case in console.execute(select(Case.id, Case.number, Case.key_id).order_by(Case.sequence)):
        known = ids.get(case_purpose(case.id))
        if known is None or (case.key_id and known and case.key_id not in known):
            lost.append(case.number)
    return lost
