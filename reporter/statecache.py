"""/state in memory: the same bytes for everybody, and the sets whose stamps are accepted.

Another process publishes. So the revision is looked up, once a second at most, by whichever request comes first.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from crypto.errors import ProtocolError
from crypto.roster import parse_roster
from crypto.state import VERSION, encode_state
from reporter.published import BulletinSet, Published, Snapshot, live_sets
from reporter.sitefiles import NotFounded, SiteFiles

LOOK_SECONDS = 1.0
LOOK_AGAIN_SECONDS = 0.05  # when a stamp fits no set, so perhaps one that was published this second


@dataclass(frozen=True)
class Shown:
    """One revision, ready to serve. `tail` is /state after its first two bytes, empty before there is a roster."""

    revision: int
    tail: bytes
    sets: tuple[BulletinSet, ...]
    consoles: tuple[str, ...]

    def state(self, d: int) -> bytes | None:
        """The bytes of /state; None before there is a roster."""
        return bytes([VERSION, d]) + self.tail if self.tail else None

    def accepted_sets(self, now: float) -> list[BulletinSet]:
        """Newest first; `now` is unix time."""
        return live_sets(self.sets, now)


class StateCache:
    """`clock` counts seconds and never goes back."""

    def __init__(self, published: Published, files: SiteFiles, clock: Callable[[], float]) -> None:
        self._published = published
        self._files = files
        self._clock = clock
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._shown: Shown | None = None

    def shown(self, at_most_every: float = LOOK_SECONDS) -> Shown:
        """What is published, at most `at_most_every` seconds ago. While one request looks, others get the old."""
        shown = self._shown
        if shown is None:
            with self._lock:
                return self._look(0)
        if self._clock() - self._looked >= at_most_every and self._lock.acquire(blocking=False):
            try:
                return self._look(at_most_every)
            finally:
                self._lock.release()
        return shown

    def _look(self, at_most_every: float) -> Shown:
        if self._shown is None or self._clock() - self._looked >= at_most_every:
            revision = self._published.revision()
            self._looked = self._clock()
            if self._shown is None or revision != self._shown.revision or not revision:
                self._shown = self._show(self._published.snapshot())
        return self._shown

    def _show(self, snapshot: Snapshot) -> Shown:
        roster, consoles = snapshot.roster, self._consoles(snapshot.roster)
        if not roster and (founded := self._files.roster()):
            roster, consoles = founded.raw, tuple(console.name for console in founded.consoles)
        if not roster:
            return Shown(snapshot.revision, b"", (), ())
        bulletins = [publication.bulletin for publication in snapshot.publications]
        boards = [publication.board for publication in snapshot.publications]
        return Shown(snapshot.revision, encode_state(0, roster, bulletins, boards)[2:], snapshot.sets, consoles)

    def _consoles(self, roster: bytes) -> tuple[str, ...]:
        """Whose acknowledgement everything waits for. It was checked when it was published."""
        if not roster:
            return ()
        try:
            return tuple(console.name for console in parse_roster(roster, self._files.site().roots).consoles)
        except (ProtocolError, NotFounded):
            return ()
