"""One cycle of the unattended process: pull, keep house, publish. It opens nothing and needs nobody signed in."""

import time as clocks
from collections.abc import Callable
from dataclasses import dataclass

from crypto.calendar import day_of
from handler.database import Database, Databases
from handler.errors import Refused
from handler.identity import duties, locking
from handler.intake.notify import tell_duty
from handler.keys import lost
from handler.oversight.breakglass import end_visits
from handler.pickup.alarms import clear_alarm, raise_alarm
from handler.pickup.drop import Drop
from handler.pickup.piecestore import PieceStore
from handler.pickup.pull import pull_envelopes, pull_pieces
from handler.pickup.retention import destroy_old_epochs, destroy_orphan_keys, forget_old_weeks, keyring_of
from handler.publication.send import publish
from handler.safeguarding.watching import watch
from handler.settings import Settings
from handler.worklist.junk import destroy_junk

TAKING_SECONDS = 300  # of a cycle, at most: a flood must not keep the board from being published
PICKUP_ALARM, MAKING_ALARM = "pickup", "publication not made"


@dataclass(frozen=True)
class Done:
    """What a cycle did. `problems` are sentences for the log and stand as alarms on the pages too."""

    envelopes: int = 0
    pieces: int = 0
    publication: int | None = None
    problems: tuple[str, ...] = ()


def piece_store(settings: Settings) -> PieceStore:
    """Where a console keeps its pieces."""
    return PieceStore(settings.home / "pieces")


def run_cycle(
    databases: Databases,
    settings: Settings,
    drop: Drop,
    every: int,
    clock: Callable[[], float] = clocks.time,
    *,
    ticks: Callable[[], float] = clocks.monotonic,
) -> Done:
    """Pull, keep house, publish when `every` seconds have passed. One part's trouble does not stop the next."""
    today = day_of(clock())
    envelopes = pieces = 0
    number: int | None = None
    problems: list[str] = []
    store = piece_store(settings)
    end = ticks() + TAKING_SECONDS

    def over() -> bool:
        return ticks() >= end

    try:
        envelopes = pull_envelopes(databases.console, drop, over)
        pieces = pull_pieces(databases.console, drop, store, today, over)
        _settle(databases.console, PICKUP_ALARM, None, today)
    except Refused as problem:
        problems.append(_settle(databases.console, PICKUP_ALARM, problem, today))
    tell_duty(databases.console, settings, clock)
    with databases.console.write() as console:
        locking.sweep(console, clock)
    destroy_old_epochs(databases, settings.console, int(clock()), today)
    forget_old_weeks(databases, settings.console, store, today)
    destroy_orphan_keys(databases, settings.console, today)
    for at_their_time in (end_visits, destroy_junk):
        at_their_time(databases, lambda session: keyring_of(session, settings.console), clock)
    with databases.console.write() as console:
        duties.watch(console, today)
        lost.watch(console, today)
    watch(databases.console, settings.deadlines.calendar, int(clock()))
    try:
        number = publish(databases.console, settings, drop, every, clock)
        _settle(databases.console, MAKING_ALARM, None, today)
    except Refused as problem:
        problems.append(_settle(databases.console, MAKING_ALARM, problem, today))
    return Done(envelopes, pieces, number, tuple(problems))


def _settle(database: Database, key: str, problem: Refused | None, today: int) -> str:
    """Raises or clears an alarm; its sentence."""
    with database.write() as console:
        if problem is None:
            clear_alarm(console, key)
            return ""
        raise_alarm(console, key, str(problem), today)
        return str(problem)
