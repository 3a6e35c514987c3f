"""Who is signed in (SPEC 10.2). A row holds the person's seed sealed under a token that only their cookie has."""

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

IDLE = 10 * 60  # seconds without use, after which the console is locked
LONGEST = 12 * 3600  # seconds after which anyone signs in anew
SECOND_FACTOR = 3 * 60  # seconds to use a passkey once the passphrase was right
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
    console: Session, user_id: bytes, seed: SeedXWing, now: int, *, opened: bool, random: Random = os.urandom
) -> str:
    """A new session; the value of its cookie. Not `opened`: only the second factor can be given with it."""
    sweep(console, now)
    token = SessionToken(random(32))
    console.add(
        SignedIn(
            id=session_id(token),
            user_id=user_id,
            sealed=session_seal(token, seed),
            open=opened,
            started=now,
            seen=now,
            challenge=None,
        )
    )
    console.flush()
    return base64.urlsafe_b64encode(token.expose()).decode()


def find(console: Session, cookie: str, now: int) -> Live | None:
    """The live session of a cookie, opened or not; None when it is unknown or its time has run out."""
    token = _token(cookie)
    if token is None:
        return None
    row = console.get(SignedIn, session_id(token))
    if row is None or expired(row, now):
        return None
    try:
        return Live(row, session_open(token, row.sealed))
    except BadSeal:
        return None


def _token(cookie: str) -> SessionToken | None:
    try:
        return SessionToken(base64.urlsafe_b64decode(cookie))
    except (binascii.Error, ValueError):
        return None


def expired(row: SignedIn, now: int) -> bool:
    """Whether it was idle too long, is too old, or its second factor never came."""
    if not row.open:
        return now - row.started > SECOND_FACTOR
    return now - row.seen > IDLE or now - row.started > LONGEST


def sweep(console: Session, now: int) -> None:
    """Removes the rows of sessions whose time has run out."""
    console.execute(
        delete(SignedIn).where(
            or_(
                SignedIn.seen < now - IDLE,
                SignedIn.started < now - LONGEST,
                SignedIn.open.is_(False) & (SignedIn.started < now - SECOND_FACTOR),
            )
        )
    )


def touch(console: Session, row_id: bytes, now: int) -> None:
    """Notes that the session was used."""
    row = console.get(SignedIn, row_id)
    if row is not None:
        row.seen = now


def end(console: Session, user_id: bytes, row_id: bytes) -> None:
    """Ends one session of this person."""
    console.execute(delete(SignedIn).where(SignedIn.id == row_id, SignedIn.user_id == user_id))


def end_all(console: Session, user_id: bytes) -> None:
    """Ends every session of this person, the present one too."""
    console.execute(delete(SignedIn).where(SignedIn.user_id == user_id))


def of_person(console: Session, user_id: bytes, now: int) -> Sequence[SignedIn]:
    """A person's live sessions, the newest first."""
    rows = console.scalars(select(SignedIn).where(SignedIn.user_id == user_id, SignedIn.open.is_(True)))
    return sorted((row for row in rows if not expired(row, now)), key=lambda row: row.started, reverse=True)
