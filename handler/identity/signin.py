"""Signing in: the passphrase opens the seed, a passkey or a code confirms it. Every attempt costs the same.

What is asked second is told only after the passphrase was right, so nobody else learns who has a passkey.
"""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.opening import XWingOpener
from crypto.secret import SeedXWing
from handler.audit.log import SYSTEM, record
from handler.database import Databases
from handler.errors import Refused
from handler.identity import accounts, sessions, throttle, totp, users
from handler.identity.accounts import SignInRefused
from handler.identity.tables import Passkey, User
from handler.keys.unlocked import Unlocked
from handler.services import Services

CODE, PASSKEY = "code", "passkey"


class NotBegun(Refused):
    """Too much time has passed since you gave your passphrase. Start again."""


class CodeRefused(Refused):
    """That code is not right, or it was used already. Type the one that your app shows now."""


@dataclass(frozen=True)
class Attempt:
    """What was typed, and what the browser showed of an earlier sign-in."""

    name: str
    passphrase: str = field(repr=False)
    code: str = field(repr=False)  # empty when the second factor is to follow on a page of its own
    browser: bytes = field(repr=False)


@dataclass(frozen=True)
class Begun:
    """A session that was started. Not `opened`: the second factor is still to come."""

    unlocked: Unlocked
    cookie: str = field(repr=False)
    opened: bool
    has_passkey: bool


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
    user = console.get(User, user_id, with_for_update=True, populate_existing=True)
    if user is None or user.disabled is not None:
        raise SignInRefused
    if code.strip():
        _take_code(services, user, seed, code)
        return _opened(services, console, user_id, seed, where=where, factor=CODE)
    cookie = sessions.start(console, user_id, seed, services.now(), opened=False)
    record(console, user_id, "passphrase given, second factor awaited", clock=services.clock)
    unlocked = accounts.unlocked(console, services.site, user, seed)
    return Begun(unlocked, cookie, opened=False, has_passkey=_has_passkey(console, user_id))


def _take_code(services: Services, user: User, seed: SeedXWing, code: str) -> None:
    secret = accounts.totp_secret(user, services.site, XWingOpener(seed))
    step = totp.matching_step(secret, code, services.now(), user.totp_step)
    if step is None:
        raise SignInRefused
    user.totp_step = step


def _has_passkey(console: Session, user_id: bytes) -> bool:
    return console.scalars(select(Passkey.id).where(Passkey.user_id == user_id)).first() is not None


def complete_by_code(services: Services, cookie: str, code: str, where: bytes) -> Begun:
    """The code after the passphrase, on a page of its own; each counts as an attempt. Raises NotBegun, CodeRefused,
    throttle.WaitFirst."""
    with services.databases.console.write() as console:
        throttle.count_attempt(console, where, services.now())
    with services.databases.console.write() as console:
        live = sessions.find(console, cookie, services.now())
        if live is None or live.row.open:
            raise NotBegun
        user = console.get_one(User, live.row.user_id, with_for_update=True, populate_existing=True)
        try:
            _take_code(services, user, live.seed, code)
        except SignInRefused:
            record(console, user.id, "sign-in refused", clock=services.clock)
        else:
            sessions.end(console, user.id, live.row.id)
            return _opened(services, console, user.id, live.seed, where=where, factor=CODE)
    raise CodeRefused


def complete(services: Services, console: Session, live: sessions.Live, where: bytes) -> Begun:
    """After the passkey was checked: the half-open session becomes a whole one, under a new token."""
    sessions.end(console, live.row.user_id, live.row.id)
    return _opened(services, console, live.row.user_id, live.seed, where=where, factor=PASSKEY)


def _opened(
    services: Services, console: Session, user_id: bytes, seed: SeedXWing, *, where: bytes, factor: str
) -> Begun:
    throttle.forget_failures(console, where)
    cookie = sessions.start(console, user_id, seed, services.now(), opened=True, factor=factor)
    record(console, user_id, "signed in", clock=services.clock, factor=factor)
    user = console.get_one(User, user_id)
    unlocked = accounts.unlocked(console, services.site, user, seed)
    return Begun(unlocked, cookie, opened=True, has_passkey=_has_passkey(console, user_id))


def sign_out(services: Services, console: Session, user_id: bytes, row_id: bytes) -> None:
    """Ends one session of one's own."""
    sessions.end(console, user_id, row_id)
    record(console, user_id, "signed out", clock=services.clock)
