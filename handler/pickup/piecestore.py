"""Encrypted pieces as files of the console's folder, each whole or not there."""

import os
import shutil
from pathlib import Path


class PieceStore:
    """`folder/ab/abcd…`: 262,144 bytes under the piece's name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, name: bytes) -> Path:
        return self.folder / name.hex()[:2] / name.hex()

    def write(self, name: bytes, content: bytes) -> None:
        """On the disk under its name when this returns; after a crash it is whole or absent."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        with partial.open("wb") as sink:
            sink.write(content)
            sink.flush()
            os.fsync(sink.fileno())
        partial.replace(path)
        for folder in (path.parent, self.folder):
            _sync_folder(folder)

    def free(self) -> int:
        """Bytes that are free on the disk."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self.folder).free

    def read(self, name: bytes) -> bytes | None:
        """The bytes, or None while the piece has not arrived."""
        try:
            return self.path(name).read_bytes()
        except FileNotFoundError:
            return None

    def delete(self, name: bytes) -> None:
        """Also when it is not there."""
        self.path(name).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
