"""What machines ask a site for by a known name: robots.txt (RFC 9309) and /.well-known/security.txt (RFC 9116)."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from reporter.facts import Facts
from reporter.sitesettings import BadSettings

ROBOTS, SECURITY = "robots.txt", ".well-known/security.txt"
NO_PLACE_FOR_ROBOTS = ("/state", "/envelopes", "/pieces/", "/sealed", "/manifest.json", "/manifest.sig", "/offline.")
"""A search engine that ran the scripts would send decoys. The pages, which people look for, it may have."""
RENEW_BEFORE = timedelta(days=60)
_CONTACT = re.compile(r"(mailto:[^\s@]+@[^\s@]+|tel:\+[0-9-]+|https://\S+)")
_TIME = "%Y-%m-%dT%H:%M:%SZ"


class BadSecurityText(BadSettings):
    """security-contact is mailto:..., tel:+... or https://..., security-expires a time like 2027-11-01T00:00:00Z."""


def files(facts: Facts, address: str, languages: Sequence[str]) -> dict[str, bytes]:
    """Both files. The contact is the fact's, or else the site itself; with neither there is no security.txt.

    Raises BadSecurityText.
    """
    made = {ROBOTS: robots()}
    contact = facts.english("security-contact")
    if contact and not _CONTACT.fullmatch(contact):
        raise BadSecurityText(BadSecurityText.__doc__)
    expires(facts)
    if contact or address.startswith("https://"):
        made[SECURITY] = security(contact or f"{address}/", facts.english("security-expires"), address, languages)
    return made


def expires(facts: Facts) -> datetime:
    """Until when security.txt holds (RFC 9116 2.5.5). Raises BadSecurityText."""
    text = facts.english("security-expires")
    try:
        end = datetime.strptime(text, _TIME).replace(tzinfo=UTC)
    except ValueError:
        raise BadSecurityText(BadSecurityText.__doc__) from None
    if end.strftime(_TIME) != text:  # strptime takes a single digit where RFC 3339 wants two
        raise BadSecurityText(BadSecurityText.__doc__)
    return end


def renewal(end: datetime, now: datetime) -> str:
    """What the operator is told when security.txt has run out or soon will, or nothing."""
    if end > now + RENEW_BEFORE:
        return ""
    told = "has run out on" if end <= now else "runs out on"
    return (
        f"/{SECURITY} {told} {end:%Y-%m-%d}: set security-expires under [facts] in settings.toml, a year ahead at most."
    )


def robots() -> bytes:
    """Everything may be found but what only scripts and monitors ask for."""
    return "\n".join(["User-agent: *", *(f"Disallow: {path}" for path in NO_PLACE_FOR_ROBOTS), ""]).encode()


def security(contact: str, expires: str, address: str, languages: Sequence[str]) -> bytes:
    """Where to tell of a fault in the site. `address` is the site's, or nothing."""
    lines = [f"Contact: {contact}", f"Expires: {expires}", f"Preferred-Languages: {', '.join(languages)}"]
    if address.startswith("https://"):
        lines.append(f"Canonical: {address}/{SECURITY}")
    return "\n".join([*lines, ""]).encode()
