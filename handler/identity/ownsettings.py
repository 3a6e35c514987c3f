"""What a person sets for themselves: the zone in which pages show them times."""

from collections.abc import Sequence
from functools import cache
from zoneinfo import available_timezones

from sqlalchemy.orm import Session

from handler.errors import Refused
from handler.identity.tables import UserSettings
from handler.times import LONDON

REGIONS = ("Europe", "Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Indian", "Pacific")


class UnknownZone(Refused):
    """That is none of the time zones. Choose one of the list."""


@cache
def zones() -> Sequence[tuple[str, Sequence[str]]]:
    """Region and its zones, in order (IANA time zone database)."""
    every = sorted(available_timezones())
    return tuple((region, tuple(zone for zone in every if zone.startswith(f"{region}/"))) for region in REGIONS)


def zone_of(console: Session, user_id: bytes) -> str:
    """The UK's where nothing was set, or what was set is no zone any more."""
    row = console.get(UserSettings, user_id)
    return row.zone if row is not None and _known(row.zone) else LONDON


def set_zone(console: Session, user_id: bytes, zone: str) -> None:
    """Within the caller's transaction. Raises UnknownZone."""
    if not _known(zone):
        raise UnknownZone
    console.merge(UserSettings(user_id=user_id, zone=zone))
    console.flush()


def _known(zone: str) -> bool:
    return any(zone in members for _, members in zones())
