"""The list of every file of a frozen site with its SHA-256, its size and its type."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

NAME = "manifest.json"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}


class NotBuilt(Exception):
    """There is no built site in this folder; run `reporter build --site-dir DIR`."""


@dataclass(frozen=True)
class Entry:
    """One file: SHA-256 as hex, size in bytes, content type."""

    sha256: str
    size: int
    type: str


def entry(path: str, content: bytes) -> Entry:
    """The entry of one file."""
    return Entry(hashlib.sha256(content).hexdigest(), len(content), TYPES[Path(path).suffix])


def encode(entries: dict[str, Entry]) -> bytes:
    """manifest.json, the same bytes for the same files."""
    files = {path: vars(entries[path]) for path in sorted(entries)}
    return (json.dumps({"files": files}, indent=1, sort_keys=True) + "\n").encode()


def read(folder: Path) -> dict[str, Entry]:
    """The entries of the site frozen in `folder`. Raises NotBuilt."""
    try:
        raw = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotBuilt(f"{folder}: {NotBuilt.__doc__}") from None
    return {path: Entry(**value) for path, value in raw["files"].items()}
