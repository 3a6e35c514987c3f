"""Bank holidays of the nations of the United Kingdom, from the `holidays` library."""

from datetime import date

import holidays

from handler.lifecycle.workdays import Calendar

SUBDIVISIONS = {"england": "ENG", "wales": "WLS", "scotland": "SCT", "northern-ireland": "NIR"}
YEARS = range(2026, 2047)


def working_days(nation: str) -> Calendar:
    """The calendar of a nation, for twenty years. Raises KeyError for another."""
    found: dict[date, str] = holidays.country_holidays("GB", subdiv=SUBDIVISIONS[nation], years=YEARS)
    return Calendar(frozenset(found))
