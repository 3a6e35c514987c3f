"""Failures of the drop itself, told to its operator: the kind of failure, at most once a minute, and nothing else.

What was asked, by whom and when exactly is not known here.
"""

import sys
import threading
from collections.abc import Callable

from sqlalchemy.exc import DBAPIError

QUIET_SECONDS = 60
SQLITE_FULL = 13  # https://sqlite.org/rescode.html#full
POSTGRESQL_FULL = "53100"  # disk_full


class Failures:
    """`clock` counts seconds and never goes back; `write` takes a line, and is standard error by default."""

    def __init__(self, clock: Callable[[], float], write: Callable[[str], object] | None = None) -> None:
        self._clock = clock
        self._write = write or _to_standard_error
        self._lock = threading.Lock()
        self._told: dict[str, float] = {}

    def note(self, error: BaseException) -> None:
        """Tells the kinds of the error and of what caused it."""
        kind = type(error).__name__
        cause = getattr(error, "orig", None) or error.__cause__
        if cause is not None:
            kind += f", {type(cause).__name__}"
        with self._lock:
            now = self._clock()
            if now - self._told.get(kind, float("-inf")) < QUIET_SECONDS:
                return
            self._told[kind] = now
        self._write(f"drop: a request failed: {kind}\n")


def _to_standard_error(line: str) -> None:
    sys.stderr.write(line)


def is_disk_full(error: DBAPIError) -> bool:
    """Whether the database could not store for want of room."""
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    return code == SQLITE_FULL or getattr(error.orig, "sqlstate", None) == POSTGRESQL_FULL
