"""The audit chain: each head covers every entry before it (SPEC 10.4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crypto.suite import h

FIRST_HEAD = bytes(32)  # head_0


@dataclass(frozen=True)
class Entry:
    """Entry `n` (from 1) as it is kept: its compact JSON bytes and the head it was given."""

    n: int
    body: bytes
    head: bytes


@dataclass(frozen=True)
class Checkpoint:
    """The head that a signed bulletin carries."""

    bulletin: int
    head: bytes


@dataclass(frozen=True)
class Problem:
    """The first thing that is wrong with a chain. `entry` or `bulletin` is its number."""

    what: str
    entry: int | None = None
    bulletin: int | None = None

    def __str__(self) -> str:
        where = f"entry {self.entry}" if self.entry is not None else f"bulletin {self.bulletin}"
        return f"{where}: {self.what}"


def next_head(previous: bytes, n: int, body: bytes) -> bytes:
    """H("candour/1 audit" || 0x00 || head_(n-1) || u64 n || E_n), 32 bytes."""
    return h(b"candour/1 audit\0", previous, n.to_bytes(8, "big"), body)  # spec: 10.4


def verify_chain(entries: Iterable[Entry], checkpoints: Iterable[Checkpoint] = ()) -> Problem | None:
    """The first entry changed, removed or reordered; else the first bulletin whose head is not in the chain."""
    head, heads = FIRST_HEAD, {FIRST_HEAD}
    for n, entry in enumerate(entries, start=1):
        if entry.n != n:
            return Problem("removed or out of order", entry=n)
        head = next_head(head, n, entry.body)
        if head != entry.head:
            return Problem("changed", entry=n)
        heads.add(head)
    for checkpoint in checkpoints:
        if checkpoint.head not in heads:
            return Problem("the chain does not have the head that this bulletin signed", bulletin=checkpoint.bulletin)
    return None
