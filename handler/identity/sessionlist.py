"""What a list of sessions shows of each."""

from dataclasses import dataclass

from handler.identity.sessions import is_locked
from handler.identity.signin import CODE, PASSKEY
from handler.identity.tables import SignedIn

FACTORS = {CODE: "Passphrase and code", PASSKEY: "Passphrase and passkey"}


@dataclass(frozen=True)
class Shown:
    """A line of the list."""

    id: str
    started: int  # unix seconds
    idle: int  # minutes since the last use
    factor: str
    locked: bool
    current: bool


def shown(row: SignedIn, now: int, current: bytes) -> Shown:
    """`current`: the id of the session that asks."""
    factor = FACTORS.get(row.factor, "Not noted")
    return Shown(row.id.hex(), row.started, (now - row.seen) // 60, factor, is_locked(row, now), row.id == current)
