"""`site.json`: the public pins of a site, for the drop, the page builder and consoles that join."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

from crypto.documents import Roster
from crypto.pins import Pins
from handler.errors import NotFounded
from handler.files import write_durably

NAME = "site.json"
ROSTER = "roster.bin"
TLS = "tls"


@dataclass(frozen=True)
class SiteFile:
    """What every client is shipped with, and the consoles' pickup certificates, which only the drop reads."""

    site: bytes  # 16
    roots: tuple[bytes, bytes]  # current, spare
    serial: int
    audiences: dict[int, tuple[str, ...]]
    consoles: dict[str, str]  # name: SHA-256 of the client certificate, hex

    def with_roster(self, roster: Roster) -> "SiteFile":
        """The same site after the root signed a new roster."""
        audiences = {audience.number: audience.groups for audience in roster.audiences}
        return replace(self, serial=roster.serial, audiences=audiences)

    def encode(self) -> bytes:
        value = {
            "site": self.site.hex(),
            "roots": [root.hex() for root in self.roots],
            "serial": self.serial,
            "audiences": [
                {"number": number, "groups": list(groups)} for number, groups in sorted(self.audiences.items())
            ],
            "consoles": dict(sorted(self.consoles.items())),
        }
        return (json.dumps(value, indent=2) + "\n").encode()

    def save(self, folder: Path) -> None:
        write_durably(folder / NAME, self.encode())

    @classmethod
    def load(cls, folder: Path) -> "SiteFile":
        """Raises NotFounded."""
        path = folder / NAME
        if not path.is_file():
            raise NotFounded(str(path))
        value = json.loads(path.read_bytes())
        current, spare = (bytes.fromhex(root) for root in value["roots"])
        return cls(
            bytes.fromhex(value["site"]),
            (current, spare),
            value["serial"],
            {audience["number"]: tuple(audience["groups"]) for audience in value["audiences"]},
            dict(value["consoles"]),
        )

    @property
    def fingerprint(self) -> str:
        """The root fingerprint, twelve words for posters."""
        return " ".join(Pins(self.site, self.roots, self.serial, self.audiences).fingerprint)
