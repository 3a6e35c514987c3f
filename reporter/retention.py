"""What the drop does not keep any longer: what every console has, what is 45 days old, ids of dead sets."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from crypto.calendar import day_of
from reporter.pieces import PieceFiles
from reporter.published import Published
from reporter.statecache import StateCache
from reporter.storage import Storage

KEPT_DAYS = 45


@dataclass(frozen=True)
class Purged:
    """How many of each were deleted."""

    envelopes: int
    pieces: int
    accepted: int
    orphans: int


class Retention:
    """`clock` is unix time in seconds, `steady` counts seconds and never goes back."""

    def __init__(
        self,
        *,
        storage: Storage,
        files: PieceFiles,
        published: Published,
        state: StateCache,
        clock: Callable[[], float],
        steady: Callable[[], float],
        every: float,
    ) -> None:
        self._storage = storage
        self._files = files
        self._published = published
        self._state = state
        self._clock = clock
        self._steady = steady
        self._every = every
        self._turn = threading.Lock()
        self._purged = float("-inf")

    def purge(self) -> Purged:
        """Deletes all of it now, in short transactions that let visitors' posts pass between."""
        now = self._clock()
        consoles = self._state.shown().consoles
        oldest = day_of(now) - KEPT_DAYS + 1
        return Purged(
            self._storage.purge_envelopes(consoles, oldest),
            self._storage.purge_pieces(consoles, oldest, self._files.remove),
            self._storage.forget_accepted(self._published.drop_dead_sets(now)),
            self._remove_orphans(day_of(now)),
        )

    def purge_now_and_then(self) -> None:
        """The same, if the last time is long enough ago and nobody is at it."""
        if self._turn.acquire(blocking=False):
            try:
                if self._steady() - self._purged >= self._every:
                    self._purged = self._steady()
                    self.purge()
            finally:
                self._turn.release()

    def _remove_orphans(self, today: int) -> int:
        """Files of earlier days that no row names: a crash came between the two."""
        self._files.sweep(today)
        orphans = [name for name, day in self._files.names() if day < today and not self._storage.has_piece(name)]
        for name in orphans:
            self._files.remove(name)
        return len(orphans)
