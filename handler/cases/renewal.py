"""A new key for a case: whoever lost access, or kept a copy of a wrap, opens nothing of it with what they had.

Every record is sealed anew, so the cost grows with the case; it happens when access is taken away, never when given.
"""

from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from crypto.secret import ContentKey
from handler.audit.log import record
from handler.cases import inforce, readers
from handler.cases.desk import Desk
from handler.cases.records import CaseBox
from handler.cases.tables import Case, CaseReader, CaseRecord
from handler.database import afterwards
from handler.drafts import forgetting as drafts
from handler.identity.tables import User
from handler.keys.keyring import case_purpose
from handler.keys.unlocked import Holder
from handler.safeguarding import packkeys


def renew(
    console: Session, wraps: Session, desk: Desk, case_id: bytes, holders: Collection[bytes] | None = None
) -> None:
    """Gives a case a new key, wrapped to these users (None: those who hold it now) and to recovery; in the audit.

    Works within one `databases.write_both()`. The old key's wraps are destroyed when both databases have committed;
    the caller calls `databases.keyring.scrub()` after that. Closed accounts get no key. That somebody is left who can
    hand the case on is for the caller to see to. Raises NotAllowed when the person at the desk does not hold the key.
    """
    purpose, keyring = case_purpose(case_id), desk.keyring_in(wraps)
    keyring.settle(purpose, inforce.in_force(console, case_id, alone=True))
    old = CaseBox(case_id, ContentKey(keyring.get(purpose, desk.unlocked)))
    new = CaseBox(case_id, ContentKey(desk.random(32)))
    people = _people(console, keyring.holders(purpose) if holders is None else holders)
    number = _seal_anew(console, old, new)
    drafts.seal_anew(console, old, new)
    chosen = update(Case).where(Case.id == case_id).values(key_id=new.key_id, renew_key=False)
    console.execute(chosen, execution_options={"synchronize_session": False})
    keyring.replace(purpose, new.key.expose(), new.key_id, people)
    before = set(console.scalars(select(CaseReader.user_id).where(CaseReader.case_id == case_id)))
    gone = before - {person.id for person in people}
    readers.remove(console, case_id, gone)
    for user_id in gone:
        packkeys.case_taken_away(console, keyring, case_id, user_id)
    readers.add(console, case_id, [person.id for person in people])
    for person in people:
        if person.id not in before:
            packkeys.case_shared(console, keyring, desk.unlocked, case_id, person)
    record(
        console, desk.unlocked, "case key renewed", case_id, clock=desk.clock, records=number, holders=len(people)
    )  # fmt: skip
    afterwards(console, lambda: inforce.settle(desk.databases, desk.keyring_in, case_id))


def when_due(desk: Desk, case_id: bytes) -> None:
    """Renews a key that somebody lost while nobody who held it was at hand. Raises NotAllowed."""
    with desk.databases.console.read() as console:
        if not console.scalar(select(Case.renew_key).where(Case.id == case_id)):
            return
    desk.case_key(case_id)
    with desk.databases.write_both() as (console, wraps):
        renew(console, wraps, desk, case_id)
    desk.databases.keyring.scrub()


def _people(console: Session, holders: Collection[bytes]) -> list[Holder]:
    chosen = select(User).where(User.id.in_(list(holders)), User.disabled.is_(None)).order_by(User.id)
    return [Holder(user.id, user.public) for user in console.scalars(chosen)]


def _seal_anew(console: Session, old: CaseBox, new: CaseBox) -> int:
    """How many records there were."""
    chosen = select(CaseRecord).where(CaseRecord.case_id == old.case_id)
    rows = console.scalars(chosen, execution_options={"populate_existing": True}).all()
    for row in rows:
        row.sealed = new.seal(row.id, row.kind, old.open(row))
        row.key_id = new.key_id
    console.flush()
    return len(rows)
