"""How hard stamps are: d rises with what the whole drop takes, and falls again (SPEC 6).

All workers count in one page of shared memory, so that all announce the same d. Only sums are kept, and of two minutes.
"""

import math
import mmap
import os
import struct
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

WINDOW = 60.0  # seconds that the rate is an average of
HIGHEST_RISE = 4  # bits
HONOURED = 600.0  # seconds that an announced d goes on being accepted
_CELL = struct.Struct("=QQQ")  # number of the window, envelopes in it, envelopes in the one before
_CELLS = 61


class Counter:
    """Envelopes taken, by every process that was forked after this was made. Each process writes cells of its own."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _CELLS * _CELL.size)
        self._lock = threading.Lock()

    def add(self, now: float) -> None:
        """Counts one envelope."""
        window, at = int(now // WINDOW), (os.getpid() % _CELLS) * _CELL.size
        with self._lock:
            current, before = self._read(at, window)
            _CELL.pack_into(self._memory, at, window, current + 1, before)

    def rate(self, now: float) -> float:
        """Envelopes a second over about the last minute, of all processes."""
        window, passed = int(now // WINDOW), (now % WINDOW) / WINDOW
        cells = [self._read(cell * _CELL.size, window) for cell in range(_CELLS)]
        return sum(current + before * (1 - passed) for current, before in cells) / WINDOW

    def _read(self, at: int, window: int) -> tuple[int, int]:
        """What a cell holds for this window and the one before."""
        counted, current, before = _CELL.unpack_from(self._memory, at)
        if counted == window:
            return current, before
        return 0, current if counted == window - 1 else 0


@dataclass(frozen=True)
class Difficulty:
    """`asked` stands in /state; `enough` is the least that was asked lately, and is still accepted."""

    asked: int
    enough: int


class Load:
    """Turns the rate into d. `clock` counts seconds, the same in every process, and never goes back."""

    def __init__(self, counter: Counter, base: int, step: float, clock: Callable[[], float]) -> None:
        self._counter = counter
        self._base = base
        self._step = step
        self._clock = clock
        self._lock = threading.Lock()
        self._asked = base
        self._earlier: deque[tuple[float, int]] = deque()  # until when, and what, was asked
        self._looked = float("-inf")

    def envelope(self) -> None:
        """Counts one."""
        self._counter.add(self._clock())

    def difficulty(self) -> Difficulty:
        """As of this second."""
        with self._lock:
            now = self._clock()
            if now - self._looked >= 1:
                self._looked = now
                self._ask(self._base + self._rise(self._counter.rate(now)), now)
            return Difficulty(self._asked, min([self._asked, *(d for _, d in self._earlier)]))

    def _ask(self, d: int, now: float) -> None:
        if d != self._asked:
            self._earlier.append((now, self._asked))
            self._asked = d
        while self._earlier and self._earlier[0][0] < now - HONOURED:
            self._earlier.popleft()

    def _rise(self, rate: float) -> int:
        if rate < self._step:
            return 0
        return min(HIGHEST_RISE, 1 + int(math.log2(rate / self._step)))
