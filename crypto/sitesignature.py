"""The site signature: a root vouches for the one manifest, and so for every file, that a site serves (SPEC 8.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crypto import fields, framing
from crypto.errors import BadHash, RolledBack, WrongSite
from crypto.suite import Signer, h

KIND = 6
LABEL = "candour/1 site"


@dataclass(frozen=True)
class SiteSignature:
    """What a root signed. `site` is 16 bytes, `manifest` the SHA-256 of manifest.json, `day` that of the signing."""

    site: bytes
    serial: int
    day: int
    manifest: bytes

    def check(self, site: bytes, manifest: bytes, serial: int = 1) -> None:
        """That it is for this site and for these bytes of manifest.json, and not older than one already seen.

        Raises WrongSite, RolledBack, BadHash, in this order.
        """
        if self.site != site:  # spec: 8.1
            raise WrongSite("site signature")
        if self.serial < serial:
            raise RolledBack("site signature")
        if h(manifest) != self.manifest:
            raise BadHash("manifest")


def encode_site_signature(signature: SiteSignature, signer: Signer) -> bytes:
    """The signed document."""
    value = {
        "site": signature.site.hex(),
        "serial": signature.serial,
        "day": signature.day,
        "manifest": signature.manifest.hex(),
    }
    _signature(value)
    return framing.sign_document(KIND, LABEL, value, signer)


def parse_site_signature(raw: bytes, roots: Iterable[bytes]) -> SiteSignature:
    """Reads the document and checks it against the root keys.

    Raises BadLength, BadVersion, BadKind, BadSignature, BadJson, BadField.
    """
    framing.check_document(raw, KIND, LABEL, roots)
    return _signature(framing.open_document(raw, KIND))


def _signature(value: object) -> SiteSignature:
    m = fields.members(value, "site", "serial", "day", "manifest")
    return SiteSignature(
        site=fields.hexadecimal(m["site"], 16),
        serial=fields.integer(m["serial"], 1),
        day=fields.day(m["day"]),
        manifest=fields.hexadecimal(m["manifest"], 32),
    )
