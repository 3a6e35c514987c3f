"""Signing in: the passphrase opens the seed, a code or a passkey confirms it. Every attempt costs the same."""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.opening import XWingOpener
from crypto.secret import SeedXWing
from handler.audit.log import SYSTEM, record
from handler.database import Databases
from handler.identity import accounts, sessions, throttle, totp, users
from handler.identity.accounts import SignInRefused
from handler.identity.tables import Passkey, User
from handler.keys.unlocked import Unlocked
from handler.services import Services


@dataclass(frozen=True)
class Attempt:
    """What was typed, and what the browser showed of an earlier sign-in."""

    name: str
    passphrase: str = field(repr=False)
    code: str = field(repr=False)  # empty when a passkey is to follow
    browser: bytes = field(repr=False)


@dataclass(frozen=True)
class Begun:
    """A session that was started. Not `opened`: the passkey is still to come."""

    unlocked: Unlocked
    cookie: str = field(repr=False)
    opened: bool


def begin(services: Services, web_key: bytes, attempt: Attempt) -> Begun:
    """Checks the passphrase and, where one was typed, the code. Raises SignInRefused, throttle.WaitFirst.

    Nothing in the answer or in its time tells whether the name exists.
    """
    databases, now = services.databases, services.now()
    with databases.console.write() as console:
        user = users.find(console, attempt.name)
        where = throttle.bucket(
            web_key, users.lookup_name(attempt.name), user.id if user is not None else None, attempt.browser
        )
        throttle.count_attempt(console, where, now)
    try:
        seed = _passphrase(services, databases, user, attempt.passphrase)
        with databases.console.write() as console:
            if user is None:
                raise SignInRefused
            return _second_factor(services, console, user.id, seed, code=attempt.code, where=where)
    except SignInRefused:
        with databases.console.write() as console:  # for unknown names too: the same work, and the auditor sees it
            record(console, user.id if user is not None else SYSTEM, "sign-in refused", clock=services.clock)
        raise


def _passphrase(services: Services, databases: Databases, user: User | None, passphrase: str) -> SeedXWing:
    # Outside any writing transaction: it takes a tenth of a second by design.
    with databases.keyring.read() as session:
        keyring = services.keyring(session)
        return accounts.open_seed(keyring, user, passphrase)


def _second_factor(
    services: Services, console: Session, user_id: bytes, seed: SeedXWing, *, code: str, where: bytes
) -> Begun:
    now = services.now()
    user = console.get(User, user_id, with_for_update=True, populate_existing=True)
    if user is None or user.disabled is not None:
        raise SignInRefused
    if not code.strip():
        if console.scalars(select(Passkey.id).where(Passkey.user_id == user_id)).first() is None:
            raise SignInRefused
        cookie = sessions.start(console, user_id, seed, now, opened=False)
        record(console, user_id, "passphrase given, passkey awaited", clock=services.clock)
        return Begun(accounts.unlocked(console, services.site, user, seed), cookie, opened=False)
    secret = accounts.totp_secret(user, services.site, XWingOpener(seed))
    step = totp.matching_step(secret, code, now, user.totp_step)
    if step is None:
        raise SignInRefused
    user.totp_step = step
    return _opened(services, console, user_id, seed, where=where, factor="code")


def complete(services: Services, console: Session, live: sessions.Live, where: bytes) -> Begun:
    """After the passkey was checked: the half-open session becomes a whole one, under a new token."""
    sessions.end(console, live.row.user_id, live.row.id)
    return _opened(services, console, live.row.user_id, live.seed, where=where, factor="passkey")


def _opened(
    services: Services, console: Session, user_id: bytes, seed: SeedXWing, *, where: bytes, factor: str
) -> Begun:
    throttle.forget_failures(console, where)
    cookie = sessions.start(console, user_id, seed, services.now(), opened=True)
    record(console, user_id, "signed in", clock=services.clock, factor=factor)
    user = console.get_one(User, user_id)
    return Begun(accounts.unlocked(console, services.site, user, seed), cookie, opened=True)


def sign_out(services: Services, console: Session, user_id: bytes, row_id: bytes) -> None:
    """Ends one session of one's own."""
    sessions.end(console, user_id, row_id)
    record(console, user_id, "signed out", clock=services.clock)
