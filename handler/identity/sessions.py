"""Who is signed in (SPEC 10.2). A row holds the person's seed sealed under a token that only their cookie has.

Ten minutes without use lock a session, which takes the seed out of the row (handler/identity/locking.py); twelve hours
after its beginning it is over, locked or not.
"""

import base64
import binascii
import os
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from crypto.errors import BadSeal
from crypto.secret import Secret, SeedXWing
from crypto.suite import Random
from crypto.wrapping import session_id, session_open, session_seal
from handler.identity.tables import SignedIn

IDLE = 10 * 60  # seconds without use, after which the session is locked
LONGEST = 12 * 3600  # seconds after which anyone signs in anew
SECOND_FACTOR = 3 * 60  # seconds for the second factor once the passphrase was right
SEEN_STEP = 30  # seconds: `seen` is not written more often


class SessionToken(Secret):
    """What the cookie holds, 32 bytes: the server keeps none of it."""

    LENGTH = 32


@dataclass(frozen=True)
class Live:
    """A session whose token was shown and whose time has not run out."""

    row: SignedIn
    seed: SeedXWing


def start(
    console: Session,
    user_id: bytes,
    seed: SeedXWing,
    now: int,
    *,
    opened: bool,
    factor: str = "",
    started: int | None = None,
    random: Random = os.urandom,
) -> str:
    """A new session; the value of its cookie. Not `opened`: only the second factor can be given with it.

    `started`: when the second factor was given, where it goes on from a session that was locked.
    """
    sweep(console, now)
    token = SessionToken(random(32))
    console.add(
        SignedIn(
            id=session_id(token),
            user_id=user_id,
            sealed=session_seal(token, seed),
            open=opened,
            started=now if started is None else started,
            seen=now,
            challenge=None,
            factor=factor,
            locked=None,
            failures=0,
        )
    )
    console.flush()
    return base64.urlsafe_b64encode(token.expose()).decode()


def find(console: Session, cookie: str, now: int) -> Live | None:
    """The live session of a cookie, opened or not; None when it is unknown, locked, due to be locked, or over."""
    token = _token(cookie)
    row = console.get(SignedIn, session_id(token)) if token is not None else None
    if token is None or row is None or over(row, now) or is_locked(row, now):
        return None
    try:
        return Live(row, session_open(token, row.sealed))
    except BadSeal:
        return None


def find_locked(console: Session, cookie: str, now: int) -> SignedIn | None:
    """The session of a cookie that its person can unlock; where its seed is still there, it is due to be locked."""
    token = _token(cookie)
    row = console.get(SignedIn, session_id(token)) if token is not None else None
    return row if row is not None and not over(row, now) and is_locked(row, now) else None


def _token(cookie: str) -> SessionToken | None:
    try:
        return SessionToken(base64.urlsafe_b64decode(cookie))
    except (binascii.Error, ValueError):
        return None


def is_locked(row: SignedIn, now: int) -> bool:
    """Whether it was locked, or was idle for so long that it counts as locked before anyone came to do it."""
    return row.open and (row.locked is not None or now - row.seen > IDLE)


def over(row: SignedIn, now: int) -> bool:
    """Whether it is too old, or its second factor never came."""
    return now - row.started > (LONGEST if row.open else SECOND_FACTOR)


def sweep(console: Session, now: int) -> None:
    """Removes the rows of sessions that are over."""
    half = SignedIn.open.is_(False) & (SignedIn.started < now - SECOND_FACTOR)
    console.execute(delete(SignedIn).where(or_(SignedIn.started < now - LONGEST, half)))


def touch(console: Session, row_id: bytes, now: int) -> None:
    """Notes that the session was used."""
    row = console.get(SignedIn, row_id)
    if row is not None and row.locked is None:
        row.seen = now


def end(console: Session, user_id: bytes, row_id: bytes) -> None:
    """Ends one session of this person."""
    console.execute(delete(SignedIn).where(SignedIn.id == row_id, SignedIn.user_id == user_id))


def end_all(console: Session, user_id: bytes, but: bytes = b"") -> None:
    """Ends every session of this person, locked and half-open ones too; all `but` one where that is named."""
    console.execute(delete(SignedIn).where(SignedIn.user_id == user_id, SignedIn.id != but))


def of_person(console: Session, user_id: bytes, now: int) -> Sequence[SignedIn]:
    """A person's sessions, locked ones too, the newest first."""
    rows = console.scalars(select(SignedIn).where(SignedIn.user_id == user_id, SignedIn.open.is_(True)))
    return sorted((row for row in rows if not over(row, now)), key=lambda row: row.started, reverse=True)
