"""What machines ask a site for by a known name: robots.txt (RFC 9309) and /.well-known/security.txt (RFC 9116)."""

import re
from collections.abc import Sequence

from reporter.facts import Facts
from reporter.sitesettings import BadSettings

ROBOTS, SECURITY = "robots.txt", ".well-known/security.txt"
NO_PLACE_FOR_ROBOTS = ("/state", "/envelopes", "/pieces/", "/sealed", "/manifest.json", "/manifest.sig", "/offline.")
"""A search engine that ran the scripts would send decoys. The pages, which people look for, it may have."""
_CONTACT = re.compile(r"(mailto:[^\s@]+@[^\s@]+|tel:\+[0-9-]+|https://\S+)")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


class BadSecurityText(BadSettings):
    """security-contact is mailto:..., tel:+... or https://..., security-expires a time like 2027-11-01T00:00:00Z."""


def files(facts: Facts, address: str, languages: Sequence[str]) -> dict[str, bytes]:
    """Both files. The contact is the fact's, or else the site itself; with neither there is no security.txt.

    Raises BadSecurityText.
    """
    made = {ROBOTS: robots()}
    contact = facts.english("security-contact")
    if (contact and not _CONTACT.fullmatch(contact)) or not _TIME.fullmatch(facts.english("security-expires")):
        raise BadSecurityText(BadSecurityText.__doc__)
    if contact or address.startswith("https://"):
        made[SECURITY] = security(contact or f"{address}/", facts.english("security-expires"), address, languages)
    return made


def robots() -> bytes:
    """Everything may be found but what only scripts and monitors ask for."""
    return "\n".join(["User-agent: *", *(f"Disallow: {path}" for path in NO_PLACE_FOR_ROBOTS), ""]).encode()


def security(contact: str, expires: str, address: str, languages: Sequence[str]) -> bytes:
    """Where to tell of a fault in the site. `address` is the site's, or nothing."""
    lines = [f"Contact: {contact}", f"Expires: {expires}", f"Preferred-Languages: {', '.join(languages)}"]
    if address.startswith("https://"):
        lines.append(f"Canonical: {address}/{SECURITY}")
    return "\n".join([*lines, ""]).encode()
