"""Files that are whole or absent, whatever happens to the machine meanwhile."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PRIVATE = 0o600
PUBLIC = 0o644


def write_durably(path: Path, content: bytes, mode: int = PUBLIC) -> None:
    """Replaces a file in one step; on the disk when this returns."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        write_new(beside, content, mode)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    sync_folder(path.parent)


def write_new(path: Path, content: bytes, mode: int = PUBLIC) -> None:
    """A file that must not exist yet, synced. Private from its first moment where the mode says so."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as sink:
        os.fchmod(descriptor, mode)
        sink.write(content)
        sink.flush()
        os.fsync(descriptor)


def sync_folder(path: Path) -> None:
    """Makes renames within the folder durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(path: Path) -> None:
    """Every file and folder below, and the folder itself."""
    for entry in path.rglob("*"):
        if entry.is_file():
            with entry.open("rb") as source:
                os.fsync(source.fileno())
    for folder in (*(entry for entry in path.rglob("*") if entry.is_dir()), path):
        sync_folder(folder)


@contextmanager
def beside(place: Path) -> Iterator[Path]:
    """An empty private folder on the same disk, gone at the end unless it was put in its place."""
    place.parent.mkdir(parents=True, exist_ok=True)
    folder = place.parent / f".{place.name}.making-{secrets.token_hex(6)}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
