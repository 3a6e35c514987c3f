"""Making an account, giving it the keys of its roles, opening it with its passphrase, and closing it."""

import base64
import os
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from crypto.calendar import day_of
from crypto.errors import BadPassphrase
from crypto.opening import XWingOpener
from crypto.secret import SeedXWing
from crypto.suite import Random, xwing_public
from crypto.wrapping import passphrase_lock, passphrase_unlock, unwrap, wrap
from handler.cases import readers
from handler.errors import NotAllowed, Refused
from handler.identity import users
from handler.identity.roles import (
    AUTHORITY_ROLES,
    EPOCH_SEED_ROLES,
    REPLY_KEY_ROLES,
    SAFEGUARDING_LEAD,
    SEARCH_ROLES,
)
from handler.identity.tables import User, UserRole
from handler.keys import lost
from handler.keys.certificates import epochs_with_seeds, newest_reply_certificate
from handler.keys.keyring import Keyring, authority_purpose, epoch_purpose, reply_purpose, search_purpose
from handler.keys.unlocked import Holder, Unlocked
from handler.safeguarding import packkeys
from handler.sealing import objects

TOTP_BYTES = 20  # RFC 4226 section 4, R6
NOBODYS_LOCKED_SEED = bytes(16 + 24 + 32 + 16)  # opens under no passphrase; costs as much to try as a real one


class SignInRefused(Refused):
    """That name, passphrase or code is not right. Check each of them and type them again."""


@dataclass(frozen=True)
class NewAccount:
    """What the person needs to sign in, besides the passphrase that was chosen."""

    user_id: bytes
    totp_secret: str = field(repr=False)  # base32, for an authenticator app


def totp_purpose(user_id: bytes) -> str:
    """Of the secret of the codes, which is wrapped to its own person."""
    return f"totp {user_id.hex()}"


def create(
    console: Session,
    keyring: Keyring,
    *,
    name: str,
    roles: tuple[str, ...],
    passphrase: str,
    today: int,
    random: Random = os.urandom,
) -> NewAccount:
    """A new person with a key pair of their own, who holds no other key yet. Raises what users.check_new raises."""
    users.check_new(console, name, roles, passphrase)
    user_id, seed = random(16), SeedXWing(random(32))
    public, secret = xwing_public(seed), random(TOTP_BYTES)
    user = User(
        id=user_id,
        name=name.strip(),
        lookup=users.lookup_name(name),
        public=public,
        totp=wrap(public, keyring.site, totp_purpose(user_id), secret),
        totp_step=0,
        created=today,
        disabled=None,
    )
    console.add(user)
    console.flush()
    console.add_all(UserRole(user_id=user_id, role=role) for role in sorted(set(roles)))
    console.flush()
    keyring.lock_seed(user_id, passphrase_lock(passphrase, keyring.site, user_id, seed))
    return NewAccount(user_id, base64.b32encode(secret).decode())


def role_purposes(
    console: Session, keyring: Keyring, console_name: str, roles: frozenset[str], today: int
) -> list[str]:
    """Which keys the roles bring: the authority key, the seeds of all weeks, the reply key, that of
    the search index. Not those of cases."""
    purposes = []
    if roles.intersection(AUTHORITY_ROLES):
        purposes.append(authority_purpose(console_name))
    if roles.intersection(EPOCH_SEED_ROLES):
        purposes += [epoch_purpose(group, epoch) for group, epoch in epochs_with_seeds(keyring)]
    reply = newest_reply_certificate(console, today)
    if reply is not None and roles.intersection(REPLY_KEY_ROLES):
        purposes.append(reply_purpose(reply.id))
    search = search_purpose(console_name)
    if roles.intersection(SEARCH_ROLES) and keyring.holders(search):
        purposes.append(search)
    return purposes


def share_role_keys(
    console: Session, keyring: Keyring, *, console_name: str, by: Unlocked, user_id: bytes, now: int
) -> None:
    """Wraps to a person what their roles need. Raises NotAllowed where `by` does not hold a part of it.

    Of single cases it is referral packs and sealed parts, and none where the case names the person.
    """
    user, today = console.get_one(User, user_id), day_of(now)
    for purpose in role_purposes(console, keyring, console_name, users.roles_of(console, user_id), today):
        try:
            keyring.share(purpose, by, [Holder(user.id, user.public)])
        except NotAllowed as error:
            raise NotAllowed(f"{by.name} does not hold: {purpose}") from error
    if SAFEGUARDING_LEAD in users.roles_of(console, user_id):
        packkeys.new_lead(console, keyring, by, Holder(user.id, user.public), now)
    objects.roles_given(console, keyring, by, Holder(user.id, user.public), now)


def close(console: Session, keyring: Keyring, user_id: bytes, today: int) -> None:
    """Takes every key away, ends sessions, closes the account: the first part of `leaving.leave`."""
    lost.note(console, user_id, keyring.purposes(user_id), today)
    keyring.revoke_all(user_id)
    readers.remove_person(console, user_id)
    users.disable(console, user_id, today)


def open_seed(keyring: Keyring, user: User | None, passphrase: str) -> SeedXWing:
    """A person's seed. The same work is done for a name that nobody has. Raises SignInRefused."""
    user_id = user.id if user is not None else bytes(16)
    locked = keyring.locked_seed(user_id)
    try:
        return passphrase_unlock(passphrase, keyring.site, user_id, locked or NOBODYS_LOCKED_SEED)
    except BadPassphrase as error:
        raise SignInRefused from error


def unlocked(console: Session, site: bytes, user: User, seed: SeedXWing) -> Unlocked:
    """The person with their roles as they are now."""
    return Unlocked(user.id, user.name, users.roles_of(console, user.id), site, XWingOpener(seed))


def unlock(console: Session, keyring: Keyring, name: str, passphrase: str) -> Unlocked:
    """For a command at the console's own machine: the passphrase alone. Raises SignInRefused."""
    user = users.find(console, name)
    seed = open_seed(keyring, user, passphrase)
    if user is None:
        raise SignInRefused
    return unlocked(console, keyring.site, user, seed)


def totp_secret(user: User, site: bytes, opener: XWingOpener) -> str:
    """The secret of a person's codes, base32."""
    return base64.b32encode(unwrap(opener, site, totp_purpose(user.id), user.totp)).decode()


def change_passphrase(keyring: Keyring, user: User, old: str, new: str) -> None:
    """Locks the same seed under a new passphrase. Raises SignInRefused, users.WeakPassphrase."""
    seed = open_seed(keyring, user, old)
    users.check_passphrase(new)
    keyring.lock_seed(user.id, passphrase_lock(new, keyring.site, user.id, seed))
