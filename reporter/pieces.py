"""Pieces of files on the disk: first write wins, no file tells when it came, and envelopes keep a share of the disk."""

import contextlib
import os
import secrets
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from reporter.settings import Settings
from reporter.storage import Storage

LENGTH = 262_144  # bytes; SPEC 5
ENVELOPE = 20_480
DAY = 86_400
LOOK_SECONDS = 1.0


class Full(Exception):
    """The share of the disk for this is used up. Nothing was stored; try again later, or give the drop more room."""


class PieceFiles:
    """CANDOUR_DATA/pieces/aa/<32 hex>, and tmp/ for what is being written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._temporary = folder / "tmp"
        self._temporary.mkdir(parents=True, exist_ok=True)

    def place(self, name: bytes, content: bytes, day: int) -> None:
        """Durable when it returns, unless a file of that name was there first; then that one stays. Raises Full."""
        path = self.path(name)
        temporary = self._temporary / secrets.token_hex(16)
        try:
            _write(temporary, content, day * DAY)
            self._make_folder(path.parent, day)
            with contextlib.suppress(FileExistsError):
                os.link(temporary, path)  # unlike a rename, never replaces
            os.utime(path.parent, (day * DAY, day * DAY))
            _sync_folder(path.parent)
        except OSError as error:
            raise Full(Full.__doc__) from error
        finally:
            temporary.unlink(missing_ok=True)
            os.utime(self._temporary, (day * DAY, day * DAY))

    def read(self, name: bytes) -> bytes | None:
        try:
            return self.path(name).read_bytes()
        except FileNotFoundError:
            return None

    def exists(self, name: bytes) -> bool:
        return self.path(name).exists()

    def remove(self, name: bytes) -> None:
        self.path(name).unlink(missing_ok=True)

    def names(self) -> Iterator[tuple[bytes, int]]:
        """Every piece and the day that its file bears."""
        for folder in sorted(self._folder.iterdir()):
            if folder != self._temporary:
                for path in folder.iterdir():
                    yield bytes.fromhex(path.name), int(path.stat().st_mtime) // DAY

    def sweep(self, before: int) -> None:
        """Removes what a crash left half written, of days before `before`."""
        for path in self._temporary.iterdir():
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < before * DAY:
                    path.unlink()

    def path(self, name: bytes) -> Path:
        return self._folder / name.hex()[:2] / name.hex()

    def _make_folder(self, folder: Path, day: int) -> None:
        if not folder.exists():
            folder.mkdir(exist_ok=True)
            os.utime(self._folder, (day * DAY, day * DAY))
            _sync_folder(self._folder)


class Room:
    """How much is left, looked up once a second at most."""

    def __init__(self, settings: Settings, storage: Storage, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._storage = storage
        self._clock = clock
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._used = 0.0

    def for_piece(self) -> bool:
        """Whether a piece may be stored; counts it."""
        return self._has_room(LENGTH, self._settings.disk_pieces)

    def for_envelope(self) -> bool:
        """Whether an envelope may be. Without a quota the database says so itself, when the disk is really full."""
        return not self._settings.disk_quota or self._has_room(ENVELOPE, 1)

    def _has_room(self, size: int, share: float) -> bool:
        quota = self._settings.disk_quota or shutil.disk_usage(self._settings.candour_data).total
        with self._lock:
            if self._clock() - self._looked >= LOOK_SECONDS:
                self._used = self._look()
                self._looked = self._clock()
            if self._used + size > quota * share:
                return False
            self._used += size
            return True

    def _look(self) -> int:
        if not self._settings.disk_quota:
            disk = shutil.disk_usage(self._settings.candour_data)
            return disk.total - disk.free
        envelopes, pieces = self._storage.counts()
        return envelopes * ENVELOPE + pieces * LENGTH


def _write(path: Path, content: bytes, when: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with open(descriptor, "wb", closefd=False) as file:
            file.write(content)
        os.utime(descriptor, (when, when))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
