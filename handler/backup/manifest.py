"""What a backup consists of: each file with its size and SHA-256, so that a damaged or mixed one is never put back.

It is written last: a folder without it is no backup. Its own SHA-256 is in the audit chain of the console that made it.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crypto import compactjson
from crypto.errors import ProtocolError
from handler.cases import questionnaires
from handler.errors import Refused
from handler.files import PRIVATE, write_durably

NAME = "manifest.json"
VERSION = 1
DATABASES = ("console", "keyring")
SQLITE, POSTGRESQL = ".db", ".dump"
"""How the file of a database ends, by its kind."""

HOME_FILES = (
    "console.json", "roster.bin", "publisher.key", "web.key", "client.key", "client.pem", "ca.pem", "client.csr",
    "join.request", "deadlines.toml",
)  # fmt: skip
QUESTIONNAIRES = "questionnaires"
"""The folder in the home folder with the words of each version's questions; nothing else has those of old ones."""
NEEDED = ("home/console.json", "home/publisher.key", "home/web.key")
_HOME = "|".join([*map(re.escape, HOME_FILES), rf"{QUESTIONNAIRES}/{questionnaires.VERSION.pattern}\.json"])
_PATH = re.compile(
    rf"(?:{'|'.join(DATABASES)})(?:\{SQLITE}|\{POSTGRESQL})"
    rf"|home/(?:{_HOME})|pieces/[0-9a-f]{{2}}/[0-9a-f]{{32}}"
)
_BLOCK = 1 << 20


class NoBackup(Refused):
    """There is no backup in this folder, or it was broken off: manifest.json is missing. Take another."""


class BackupDamaged(Refused):
    """This backup is not as it was made: nothing was put back. Take another."""


@dataclass(frozen=True)
class File:
    """One file as it was written."""

    size: int  # bytes
    sha256: str  # hex


@dataclass(frozen=True)
class Manifest:
    """All of a backup."""

    console: str
    site: str  # hex
    time: int  # unix seconds: when both databases stood still
    without_key: tuple[str, ...]  # numbers of cases that nobody could open then either: a destruction that broke off
    files: Mapping[str, File]  # by path within the folder

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files.values())

    def database(self, name: str) -> str:
        """The file of one of DATABASES."""
        return next(path for path in self.files if path in (name + SQLITE, name + POSTGRESQL))


def write(folder: Path, manifest: Manifest) -> str:
    """On the disk when it returns; its SHA-256 in hex."""
    files = {path: {"size": file.size, "sha256": file.sha256} for path, file in sorted(manifest.files.items())}
    raw = compactjson.encode({**manifest.__dict__, "files": files, "version": VERSION})
    write_durably(folder / NAME, raw, PRIVATE)
    return hashlib.sha256(raw).hexdigest()


def measure(path: Path) -> File:
    """A file as it is."""
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while block := source.read(_BLOCK):
            digest.update(block)
        return File(source.tell(), digest.hexdigest())


def checked(folder: Path) -> Manifest:
    """The manifest of a folder whose every file is as it says. Raises NoBackup, BackupDamaged."""
    path = folder / NAME
    if not path.is_file():
        raise NoBackup(str(folder))
    manifest = _parse(path.read_bytes())
    for problem in _problems(folder, manifest):
        raise BackupDamaged(problem)
    return manifest


def _parse(raw: bytes) -> Manifest:
    try:
        found: Any = compactjson.decode(raw)
        if found.pop("version") != VERSION:
            raise BackupDamaged("of another version")
        files = {str(path): File(int(file["size"]), str(file["sha256"])) for path, file in found.pop("files").items()}
        return Manifest(**{**found, "without_key": tuple(found["without_key"]), "files": files})
    except (ProtocolError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise BackupDamaged(NAME) from error


def _problems(folder: Path, manifest: Manifest) -> Iterator[str]:
    for name in DATABASES:
        if sum(path in manifest.files for path in (name + SQLITE, name + POSTGRESQL)) != 1:
            yield f"{NAME}: {name}"
    yield from (f"{NAME}: {path}" for path in NEEDED if path not in manifest.files)
    for path, file in manifest.files.items():
        if not _PATH.fullmatch(path):
            yield f"{NAME}: {path}"
        elif (folder / path).is_symlink() or not (folder / path).is_file() or measure(folder / path) != file:
            yield path
