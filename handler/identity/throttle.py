"""Slows guessing of passphrases without letting anyone lock another person out.

Failures are counted in buckets. A browser that its owner has signed in with before counts alone, so a stranger's
failures on the same name never delay it; browsers unknown to an account share one bucket. The longest wait is a minute.
"""

import hmac
from hashlib import sha256

from sqlalchemy import delete
from sqlalchemy.orm import Session

from handler.errors import Refused
from handler.identity.tables import FailedSignIns

FREE_ATTEMPTS = 4
LONGEST_WAIT = 60  # seconds
FORGOTTEN_AFTER = 15 * 60  # seconds without a failure
BROWSER_BYTES = 16


class WaitFirst(Refused):
    """There were several failed attempts. Wait a moment, then try again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"{seconds} seconds")
        self.seconds = seconds


def wait_after(failures: int) -> int:
    """Seconds to wait after so many failures in a row."""
    return 0 if failures < FREE_ATTEMPTS else min(2 ** (failures - FREE_ATTEMPTS + 1), LONGEST_WAIT)


def browser_token(web_key: bytes, user_id: bytes, browser: bytes) -> bytes:
    """What a browser keeps after a sign-in: 16 random bytes and a proof that this account was signed in with it."""
    return browser + hmac.digest(web_key, b"known browser\0" + user_id + browser, sha256)


def bucket(web_key: bytes, lookup: str, user_id: bytes | None, token: bytes) -> bytes:
    """Where an attempt counts. `lookup`: the name as compared; `token`: what the browser showed, if anything."""
    browser = token[:BROWSER_BYTES]
    if user_id is not None and hmac.compare_digest(token, browser_token(web_key, user_id, browser)):
        return sha256(b"browser\0" + browser).digest()
    return sha256(b"account\0" + lookup.encode()).digest()


def count_attempt(session: Session, where: bytes, now: int) -> None:
    """Counts an attempt as failed before it is looked at, so that many at once gain nothing. Raises WaitFirst."""
    session.execute(delete(FailedSignIns).where(FailedSignIns.again_at < now - FORGOTTEN_AFTER))
    row = session.get(FailedSignIns, where, with_for_update=True)
    if row is None:
        session.add(FailedSignIns(bucket=where, failures=1, again_at=now + wait_after(1)))
        return
    if row.again_at > now:
        raise WaitFirst(row.again_at - now)
    row.failures += 1
    row.again_at = now + wait_after(row.failures)


def forget_failures(session: Session, where: bytes) -> None:
    """After a sign-in that succeeded."""
    session.execute(delete(FailedSignIns).where(FailedSignIns.bucket == where))
