"""Replacing what somebody may have a copy of: the reply key and weekly keys that no page has shown."""

from dataclasses import dataclass

from handler.audit.log import record
from handler.keys import lost
from handler.keys.certification import Certifier
from handler.keys.unlocked import Unlocked
from handler.publication.resign import sign_again
from handler.services import Services


@dataclass(frozen=True)
class Rotated:
    """What was replaced."""

    reply: bytes  # id of the new reply certificate
    revoked: list[bytes]  # of the older ones, with the next publication
    weeks: int  # weekly keys
    signed_again: int  # messages that were queued anew under the new key


def rotate(services: Services, by: Unlocked) -> Rotated:
    """By a supervisor. Raises NotAllowed, NoReplyKey."""
    with services.databases.write_both() as (console, wraps):
        certifier = Certifier.of(console, services.keyring(wraps), services.console, by)
        fresh, revoked = certifier.rotate_reply_key(services.today())
        ids = [old.hex() for old in revoked]
        record(console, by, "reply key replaced", clock=services.clock, reply=fresh.hex(), revoked=ids)
    services.databases.keyring.scrub()
    weeks = lost.replace_ahead(services, by)
    return Rotated(fresh, revoked, weeks, sign_again(services, by))
