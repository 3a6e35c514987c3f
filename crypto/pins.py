"""The pins: what a client is shipped with, and trusts before it has fetched anything (SPEC 1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crypto import compactjson, fields
from crypto.suite import h
from crypto.words import to_words


@dataclass(frozen=True)
class Pins:
    """What a client is shipped with: the site, current and spare root, the roster's serial and audiences."""

    site: bytes
    roots: tuple[bytes, bytes]
    serial: int
    audiences: Mapping[int, tuple[str, ...]]

    @property
    def fingerprint(self) -> list[str]:
        """The root fingerprint as 12 words."""
        return to_words(h(b"candour/1 root\0", *sorted(self.roots))[:16])  # spec: 1

    @classmethod
    def from_json(cls, value: object) -> Pins:
        """From the members site, roots, serial, audiences of a site.json; others are ignored. Raises BadField."""
        m = fields.mapping(value)
        chosen = {name: m.get(name) for name in ("site", "roots", "serial", "audiences")}
        roots = fields.array(chosen["roots"], 2, 2, lambda root: fields.hexadecimal(root, 32))
        audiences = fields.array(chosen["audiences"], 0, 16, _pinned_audience)
        return cls(
            fields.hexadecimal(chosen["site"], 16),
            (roots[0], roots[1]),
            fields.integer(chosen["serial"], 1),
            dict(audiences),
        )


def pins_json(pins: Pins) -> bytes:
    """The pins as compact JSON, as Pins.from_json reads them."""
    return compactjson.encode(
        {
            "site": pins.site.hex(),
            "roots": [root.hex() for root in pins.roots],
            "serial": pins.serial,
            "audiences": [{"number": n, "groups": list(groups)} for n, groups in sorted(pins.audiences.items())],
        }
    )


def _pinned_audience(value: object) -> tuple[int, tuple[str, ...]]:
    m = fields.members(value, "number", "groups")
    return fields.integer(m["number"], 0, 15), fields.array(m["groups"], 1, 4, fields.name)
