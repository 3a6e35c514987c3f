"""The people of a console: made, found, given roles, disabled."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from handler.errors import Refused
from handler.identity.roles import ROLES
from handler.identity.tables import Passkey, SignedIn, User, UserRole
from handler.keys.unlocked import Holder

SHORTEST_PASSPHRASE = 12  # characters


class BadName(Refused):
    """A name has 1 to 64 characters and no control characters. Choose another."""


class NameTaken(Refused):
    """Somebody here has this name already. Choose another."""


class WeakPassphrase(Refused):
    """The passphrase is too short. Use at least 12 characters; four or five unrelated words are best."""


class BadRole(Refused):
    """A person has one or more of the console's roles. Choose among them."""


@dataclass(frozen=True)
class Person:
    """A user as pages list them."""

    id: bytes
    name: str
    roles: frozenset[str]
    disabled: int | None  # day


def lookup_name(name: str) -> str:
    """A name as it is compared: spacing, case and look-alike forms aside."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def find(session: Session, name: str) -> User | None:
    """The enabled user of that name."""
    return session.scalars(select(User).where(User.lookup == lookup_name(name), User.disabled.is_(None))).one_or_none()


def roles_of(session: Session, user_id: bytes) -> frozenset[str]:
    """The roles of one user."""
    return frozenset(session.scalars(select(UserRole.role).where(UserRole.user_id == user_id)))


def people(session: Session) -> Sequence[Person]:
    """Everyone, disabled ones too, by name."""
    roles: dict[bytes, set[str]] = {}
    for row in session.scalars(select(UserRole)):
        roles.setdefault(row.user_id, set()).add(row.role)
    users = session.scalars(select(User).order_by(User.lookup))
    return [Person(user.id, user.name, frozenset(roles.get(user.id, ())), user.disabled) for user in users]


def holders_with_role(session: Session, *roles: str) -> list[Holder]:
    """Enabled users with at least one of the roles, to wrap secrets to. On the console database."""
    chosen = (
        select(User.id, User.public)
        .join(UserRole, UserRole.user_id == User.id)
        .where(UserRole.role.in_(roles), User.disabled.is_(None))
        .distinct()
        .order_by(User.id)
    )
    return [Holder(row.id, row.public) for row in session.execute(chosen)]


def holder_of(user: User) -> Holder:
    """One user, to wrap secrets to."""
    return Holder(user.id, user.public)


def check_new(session: Session, name: str, roles: Sequence[str], passphrase: str) -> None:
    """Raises BadName, NameTaken, WeakPassphrase, BadRole."""
    if not 1 <= len(name.strip()) <= 64 or any(unicodedata.category(letter).startswith("C") for letter in name):
        raise BadName
    if session.scalars(select(User.id).where(User.lookup == lookup_name(name))).first() is not None:
        raise NameTaken
    check_passphrase(passphrase)
    if not roles or set(roles) - set(ROLES):
        raise BadRole(", ".join(ROLES))


def check_passphrase(passphrase: str) -> None:
    """Raises WeakPassphrase."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise WeakPassphrase


def disable(session: Session, user_id: bytes, today: int) -> None:
    """Ends a person's sessions and passkeys and closes the account. The keyring's part is `Keyring.revoke_all`."""
    user = session.get_one(User, user_id)
    user.disabled = today
    for table in (SignedIn, Passkey):
        session.execute(delete(table).where(table.user_id == user_id))
    session.flush()
