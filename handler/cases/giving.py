"""The one way in which a case's key goes to more people once the case is there."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from handler.cases import readers
from handler.cases.desk import Desk
from handler.identity.tables import User
from handler.identity.users import holder_of
from handler.intake import latecomers
from handler.intake.shut import settle_shut
from handler.keys.keyring import case_purpose
from handler.lifecycle import conflict
from handler.safeguarding import packkeys


def give(console: Session, wraps: Session, desk: Desk, case_id: bytes, user_ids: Collection[bytes]) -> set[bytes]:
    """Wraps the key to these, and the referral packs that go with it to their role; who was given it now.

    Not to who holds it, stepped out or is named in the case, nor to a closed account. Within one
    `databases.write_both()`. Raises NotAllowed where the person at the desk does not hold the key, KeyChanged.
    """
    keyring, purpose, by = desk.keyring_in(wraps), case_purpose(case_id), desk.unlocked
    new = set(user_ids) - keyring.holders(purpose)
    new -= latecomers.kept_out(console, keyring, by, case_id, new, now=desk.now())
    chosen = select(User).where(User.id.in_(list(new)), User.disabled.is_(None)).order_by(User.id)
    given = [holder_of(user) for user in console.scalars(chosen)]
    keyring.share(purpose, by, given)
    ids = {holder.id for holder in given}
    conflict.let_in(console, case_id, ids)
    readers.add(console, case_id, ids)
    for holder in given:
        packkeys.case_shared(console, keyring, by, case_id, holder)
    settle_shut(console, keyring, by, case_id)
    return ids
