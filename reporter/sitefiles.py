"""site.json and roster.bin of a founded site, read again when they change: a second console may join at any time."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from crypto.errors import ProtocolError
from crypto.roster import Roster, parse_roster

LOOK_SECONDS = 1.0


class NotFounded(Exception):
    """This folder has no usable site.json. Run `handler init --site-dir DIR`, or set CANDOUR_SITE to its folder."""


@dataclass(frozen=True)
class Site:
    """Site id, both root public keys, and which console a client certificate's SHA-256 (32 bytes) names."""

    site: bytes
    roots: tuple[bytes, ...]
    consoles: Mapping[bytes, str]


class SiteFiles:
    """The two files as they are now, looked at once a second at most. `clock` counts seconds and never goes back."""

    def __init__(self, folder: Path, clock: Callable[[], float]) -> None:
        self._folder = folder
        self._clock = clock
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._stamp: object = None
        self._site: Site | None = None
        self._roster: Roster | None = None

    def site(self) -> Site:
        """Raises NotFounded."""
        self._look()
        if self._site is None:
            raise NotFounded(f"{self._folder}: {NotFounded.__doc__}")
        return self._site

    def roster(self) -> Roster | None:
        """roster.bin, where there is one that a root of site.json signed for this site."""
        self._look()
        return self._roster

    def _look(self) -> None:
        with self._lock:
            if self._clock() - self._looked < LOOK_SECONDS:
                return
            self._looked = self._clock()
            paths = (self._folder / "site.json", self._folder / "roster.bin")
            stamp = [_stamp(path) for path in paths]
            if stamp != self._stamp:
                self._site, self._roster = _read(*paths)
                self._stamp = stamp


def _read(site_json: Path, roster_bin: Path) -> tuple[Site | None, Roster | None]:
    try:
        raw = json.loads(site_json.read_bytes())
        site = Site(
            bytes.fromhex(raw["site"]),
            tuple(bytes.fromhex(root) for root in raw["roots"]),
            {bytes.fromhex(fingerprint): name for name, fingerprint in raw.get("consoles", {}).items()},
        )
        roster = parse_roster(roster_bin.read_bytes(), site.roots) if roster_bin.exists() else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None, None
    except ProtocolError:
        return site, None
    return site, roster if roster and roster.site == site.site else None


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """What changes when a file is written or replaced."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_ino, stat.st_size
