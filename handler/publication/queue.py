"""What waits for the board and when it will be there: plain rules over the queue, and the questions asked of it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crypto.board import Kind
from handler.publication.tables import Publication, Slot
from handler.settings import PublicationPolicy

QUEUED, RESERVE, LIVE, ENDED, HELD = "queued", "reserve", "live", "ended", "held"

RESTORED = "restored"
"""Waited for the board in a backup that was restored, and may have been on it since: no publication takes it. It is
sealed anew in a session that opens its case."""

WAITING = (QUEUED, RESERVE, HELD, RESTORED)
"""What has not been on the board that this console knows of."""

PRIORITY_HANDOVER = 0
PRIORITY_URGENT = 1
PRIORITY_MESSAGE = 2
PRIORITY_ROUTINE = 3
PRIORITY_COPY = 4

PRIORITIES = {
    Kind.PROOF: PRIORITY_URGENT,
    Kind.ACKNOWLEDGEMENT: PRIORITY_URGENT,
    Kind.MESSAGE: PRIORITY_MESSAGE,
    Kind.STATUS: PRIORITY_ROUTINE,
    Kind.HANDOVER: PRIORITY_HANDOVER,
    Kind.SUPERSEDED: PRIORITY_HANDOVER,
    Kind.NOT_IN_FORCE: PRIORITY_URGENT,
}

COPIED = frozenset({Kind.PROOF, Kind.MESSAGE, Kind.HANDOVER})
"""Kinds sealed twice when written: the second copy goes out only when nobody confirmed the first before it ends."""

COPY_LEAD = 8
"""A second copy is queued this many publications before the first ends, or half the hold where that is less."""


@dataclass(frozen=True)
class Waiting:
    """A queued slot as the choice sees it."""

    id: int
    bundle: bytes | None


def choose(queue: Sequence[Waiting], n: int) -> list[int]:
    """The ids of at most n slots, in the queue's order. A bundle goes whole, or waits; one larger than n is split."""
    sizes: dict[bytes, int] = {}
    for slot in queue:
        if slot.bundle is not None:
            sizes[slot.bundle] = sizes.get(slot.bundle, 0) + 1
    chosen: list[int] = []
    taken: set[bytes] = set()
    for slot in queue:
        if len(chosen) == n:
            break
        if slot.bundle is not None and slot.bundle not in taken:
            if sizes[slot.bundle] > n - len(chosen) and chosen:
                continue
            taken.add(slot.bundle)
        chosen.append(slot.id)
    return chosen


def waiting(console: Session, *, to_take: bool = False) -> list[Waiting]:
    """The queue, first to go first. `to_take` keeps it from changing until the caller's transaction ends.

    What another transaction is just moving or deleting is then left out, and nobody waits for anybody.
    """
    chosen = select(Slot.id, Slot.bundle).where(Slot.state == QUEUED).order_by(Slot.priority, Slot.id)
    if to_take:
        chosen = chosen.with_for_update(skip_locked=True)
    return [Waiting(row.id, row.bundle) for row in console.execute(chosen)]


def last_publication(console: Session) -> Publication | None:
    """The newest, sent or not."""
    return console.scalars(select(Publication).order_by(Publication.number.desc()).limit(1)).one_or_none()


@dataclass(frozen=True)
class Forecast:
    """When what is queued now will be on the board, as long as nothing more urgent is written meanwhile."""

    times: dict[int, int]  # slot id -> unix seconds
    length: int

    def of(self, slot_ids: Sequence[int]) -> int | None:
        """The time at which the last of these slots will be there; None when none of them waits."""
        known = [self.times[slot_id] for slot_id in slot_ids if slot_id in self.times]
        return max(known) if known else None


def forecast(console: Session, policy: PublicationPolicy, now: int) -> Forecast:
    """For every queued slot, by the order of the queue and the rhythm of publication."""
    last = last_publication(console)
    base = now if last is None else max(now, last.time + policy.publication) - policy.publication
    queue = waiting(console)
    times = {
        slot.id: base + math.ceil((place + 1) / policy.slots) * policy.publication for place, slot in enumerate(queue)
    }
    return Forecast(times, len(queue))


def queue_length(console: Session) -> int:
    """How many slots wait."""
    return console.scalar(select(func.count()).select_from(Slot).where(Slot.state == QUEUED)) or 0


def next_appearance(console: Session, policy: PublicationPolicy, now: int) -> int:
    """When an ordinary reply of one slot that is written now will be on the board, as things stand."""
    before = select(func.count()).select_from(Slot).where(Slot.state == QUEUED, Slot.priority <= PRIORITY_MESSAGE)
    ahead = console.scalar(before) or 0
    last = last_publication(console)
    base = now if last is None else max(now, last.time + policy.publication) - policy.publication
    return base + math.ceil((ahead + 1) / policy.slots) * policy.publication
