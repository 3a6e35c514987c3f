"""Locking a session, and unlocking it with the passphrase alone (SPEC 10.2).

What locking removes. The row of a session holds the person's seed sealed under the token of the cookie, and the browser
sends that cookie with every request: as long as both are there, the server could open the seed whenever it liked.
So locking deletes the sealed seed from the row. What stays (who, since when, with which second factor) opens nothing,
and the cookie has become a mere name. The seed is made again from the one other place where it stands: the keyring,
under Argon2id of the passphrase. Unlocking therefore takes the passphrase, and gives the browser a new token, so that
a copy of the locked session's cookie is worth nothing afterwards.

Why no passkey alone. A passkey proves who is there but yields no key, so a server that could unlock with it would have
to keep the seed within its own reach meanwhile. The PRF extension yields a key; but then the seed would have to be
wrapped a second time for each passkey, at rest and at every change of the passphrase, the key would go through the
page's script to the server, and what a stolen unlocked device opens would no longer need anything that is known by
heart. Not every browser that handlers have offers it. So the second factor is that of the session's beginning, at most
twelve hours ago, and the passphrase opens the seed.

When. At once by the button; ten minutes after the last use by whoever comes first: the page's own script, the next
request of this or any other session, or the unattended process. A request that comes later finds the session locked
whether or not anyone has come by.

Guesses. Only who has the cookie can try, so nobody can use this against another person; five wrong passphrases end
the session, and after that the sign-in page counts (handler/identity/throttle.py).
"""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from handler.audit.log import record
from handler.errors import Refused
from handler.identity import accounts, sessions
from handler.identity.accounts import SignInRefused
from handler.identity.tables import SignedIn, User
from handler.keys.unlocked import Unlocked
from handler.services import Clock, Services

GUESSES = 5
BY_PERSON, BY_TIME = "person", "time"


class UnlockRefused(Refused):
    """That passphrase is not right. Type it again."""


class SessionOver(Refused):
    """This session has ended. Sign in again."""


def lock(console: Session, row: SignedIn, clock: Clock, how: str) -> None:
    """Takes the seed away. `how`: BY_PERSON or BY_TIME. Nothing where it is locked already."""
    if row.locked is not None:
        return
    row.sealed, row.challenge, row.locked = b"", None, int(clock())
    console.flush()
    record(console, row.user_id, "session locked", clock=clock, by=how)


def sweep(console: Session, clock: Clock) -> int:
    """Ends sessions that are over and locks those that were idle for too long; how many were locked."""
    now = int(clock())
    sessions.sweep(console, now)
    idle = select(SignedIn).where(
        SignedIn.open.is_(True), SignedIn.locked.is_(None), SignedIn.seen < now - sessions.IDLE
    )
    rows = console.scalars(idle.with_for_update()).all()
    for row in rows:
        lock(console, row, clock, BY_TIME)
    return len(rows)


@dataclass(frozen=True)
class Opened:
    """The session goes on, under a new token."""

    unlocked: Unlocked
    cookie: str = field(repr=False)


def unlock(services: Services, cookie: str, passphrase: str) -> Opened:
    """Makes the seed again from the passphrase. Raises UnlockRefused, SessionOver."""
    user = _count(services, cookie)
    try:
        with services.databases.keyring.read() as wraps:  # outside any writing transaction: it takes a while by design
            seed = accounts.open_seed(services.keyring(wraps), user, passphrase)
    except SignInRefused as error:
        with services.databases.console.write() as console:
            record(console, user.id, "unlocking refused", clock=services.clock)
        raise UnlockRefused from error
    with services.databases.console.write() as console:
        row = _row(console, cookie, services.now())  # it may have been ended meanwhile, from elsewhere
        made = sessions.start(
            console, user.id, seed, services.now(), opened=True, factor=row.factor, started=row.started
        )
        sessions.end(console, user.id, row.id)
        record(console, user.id, "session unlocked", clock=services.clock)
        return Opened(accounts.unlocked(console, services.site, user, seed), made)


def _count(services: Services, cookie: str) -> User:
    """Counts a guess before it is looked at, so that many at once gain nothing. Raises SessionOver."""
    with services.databases.console.write() as console:
        row = _row(console, cookie, services.now())
        lock(console, row, services.clock, BY_TIME)
        row.failures += 1
        user = console.get_one(User, row.user_id)
        spent = row.failures > GUESSES or user.disabled is not None
        if spent:
            sessions.end(console, user.id, row.id)
            record(console, user.id, "session ended", clock=services.clock, all=False, guesses=GUESSES)
    if spent:
        raise SessionOver
    return user


def _row(console: Session, cookie: str, now: int) -> SignedIn:
    found = sessions.find_locked(console, cookie, now)
    # Guesses at once wait here for each other, so that each is counted.
    row = console.get(SignedIn, found.id, with_for_update=True, populate_existing=True) if found is not None else None
    if row is None:
        raise SessionOver
    return row
