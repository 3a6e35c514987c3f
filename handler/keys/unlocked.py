"""A signed-in handler: who, in which roles, and the opener of what is wrapped to them."""

from dataclasses import dataclass, field

from crypto.opening import XWingOpener


@dataclass(frozen=True)
class Holder:
    """Somebody that secrets are wrapped to."""

    id: bytes  # 16
    public: bytes = field(repr=False)  # X-Wing, 1,216


RECOVERY_ID = bytes(16)
"""The holder id of the recovery key."""


@dataclass(frozen=True)
class Unlocked:
    """Lives as long as a request or a command; never stored."""

    user_id: bytes  # 16
    name: str
    roles: frozenset[str]
    site: bytes  # 16
    opener: XWingOpener = field(repr=False, compare=False)

    def may(self, *roles: str) -> bool:
        """Whether the person has at least one of the roles."""
        return not self.roles.isdisjoint(roles)
