"""What is decided before a console is founded, and what the founders take away."""

from dataclasses import dataclass, field
from pathlib import Path

from handler.settings import PublicationPolicy


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


@dataclass(frozen=True)
class Founded:
    """Shown once: the supervisor's second factor and the recovery shares are kept nowhere."""

    site: bytes
    fingerprint: str
    user_id: bytes
    totp_secret: str = field(repr=False)
    recovery_shares: list[str] = field(repr=False)
