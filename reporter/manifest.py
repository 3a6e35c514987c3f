"""The list of every file of a frozen site with its SHA-256, its size and its type, and the root's signature of it.

SPEC 8.1 is its contract. `reporter build` writes the list; `handler root sign-site` signs it, offline.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from crypto import fields
from crypto.documents import parse_site_signature
from crypto.errors import BadField, ProtocolError

NAME = "manifest.json"
SIGNATURE = "manifest.sig"
SIGNATURE_TYPE = "application/octet-stream"
MOST = 1_000  # files of a site
LONGEST = 200  # letters of a path
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
_PATH = re.compile(r"(?:[A-Za-z0-9_.-]*[A-Za-z0-9_-][A-Za-z0-9_.-]*/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*")


class NotBuilt(Exception):
    """There is no built site in this folder; run `reporter build --site-dir DIR`."""


class BadManifest(Exception):
    """This is not a list of a site's files as `reporter build` writes it. Fetch it again, or build the site again."""


@dataclass(frozen=True)
class Entry:
    """One file: SHA-256 as hex, size in bytes, content type."""

    sha256: str
    size: int
    type: str


def entry(path: str, content: bytes) -> Entry:
    """The entry of one file."""
    return Entry(hashlib.sha256(content).hexdigest(), len(content), TYPES[Path(path).suffix])


def encode(entries: Mapping[str, Entry]) -> bytes:
    """manifest.json, the same bytes for the same files."""
    files = {path: vars(entries[path]) for path in sorted(entries)}
    return (json.dumps({"files": files}, indent=1, sort_keys=True) + "\n").encode()


def decode(raw: bytes) -> dict[str, Entry]:
    """The inverse of `encode`; other bytes than it gives are refused. Raises BadManifest."""
    try:
        listed = fields.mapping(fields.members(json.loads(raw), "files")["files"])
        entries = {_path(path): _entry(value) for path, value in listed.items()}
    except (ValueError, RecursionError, BadField) as problem:
        raise BadManifest(BadManifest.__doc__) from problem
    if len(entries) > MOST or encode(entries) != raw:
        raise BadManifest(BadManifest.__doc__)
    return entries


def read(folder: Path) -> dict[str, Entry]:
    """The entries of the site frozen in `folder`. Raises NotBuilt, BadManifest."""
    return decode(read_raw(folder))


def read_raw(folder: Path) -> bytes:
    """manifest.json as it stands. Raises NotBuilt."""
    try:
        return (folder / NAME).read_bytes()
    except FileNotFoundError:
        raise NotBuilt(f"{folder}: {NotBuilt.__doc__}") from None


def keep_signature(site_dir: Path, built: Path, pins: Mapping[str, object]) -> bool:
    """Lays DIR/manifest.sig beside the manifest built anew, where a root signed just that one. Whether it did."""
    try:
        raw = (site_dir / SIGNATURE).read_bytes()
        roots = fields.array(pins["roots"], 2, 2, lambda root: fields.hexadecimal(root, 32))
        site = fields.hexadecimal(pins["site"], 16)
        parse_site_signature(raw, roots).check(site, read_raw(built))
    except (FileNotFoundError, ProtocolError):
        return False
    (built / SIGNATURE).write_bytes(raw)
    return True


def _path(path: str) -> str:
    if len(path) > LONGEST or not _PATH.fullmatch(path):
        raise BadField("path")
    return path


def _entry(value: object) -> Entry:
    m = fields.members(value, "sha256", "size", "type")
    return Entry(
        fields.hexadecimal(m["sha256"], 32).hex(), fields.integer(m["size"], 0), fields.text(m["type"], 1, 100)
    )
