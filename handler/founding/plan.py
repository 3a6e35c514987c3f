"""What is decided before a console is founded, and what the founders take away."""

from dataclasses import dataclass, field
from pathlib import Path

from crypto.bulletin import MAX_SLOTS
from handler.errors import Refused
from handler.settings import PublicationPolicy


class BadBoard(Refused):
    """The board would not fit: --slots and --hold are at least 1, and together, multiplied, at most 4,096.

    Choose fewer new slots a publication, or let replies stay for fewer publications.
    """


@dataclass(frozen=True)
class Plan:
    """The decisions of a founding."""

    home: Path
    site_dir: Path
    name: str
    groups: tuple[str, ...]
    drop_url: str
    supervisor: str
    passphrase: str = field(repr=False)
    policy: PublicationPolicy = field(default_factory=PublicationPolicy)
    shares_needed: int = 3
    shares: int = 5

    def __post_init__(self) -> None:
        """Raises BadBoard: no client would take the bulletin of a board with more slots (SPEC 2.1)."""
        slots, hold = self.policy.slots, self.policy.hold
        if min(slots, hold) < 1 or slots * hold > MAX_SLOTS:
            raise BadBoard(f"{slots} times {hold} is {slots * hold:,}")


@dataclass(frozen=True)
class Founded:
    """Shown once: the supervisor's second factor and the recovery shares are kept nowhere."""

    site: bytes
    fingerprint: str
    user_id: bytes
    totp_secret: str = field(repr=False)
    recovery_shares: list[str] = field(repr=False)
