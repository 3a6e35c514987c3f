"""One cycle of the unattended process: pull, keep house, publish. It opens nothing and needs nobody signed in."""

import time as clocks
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

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
from handler.pickup.tables import Alarm
from handler.publication.publish import TAKEN
from handler.publication.send import publish
from handler.publication.tables import Publication
from handler.safeguarding.watching import watch
from handler.settings import Settings
from handler.worklist.junk import destroy_junk

TAKING_SECONDS = 300  # of a cycle, at most: a flood must not keep the board from being published
PICKUP_ALARM, MAKING_ALARM, KEEPING_ALARM = "pickup", "publication not made", "housekeeping"


class NotKept(Refused):
    """A part of the console's daily work fails, such as the destruction of old keys. Reports and replies still go
    their way. Tell whoever runs the console what failed."""


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
    first: bool = False,
) -> Done:
    """Pull, keep house, publish when `every` seconds have passed. One part's trouble does not stop the next.

    Junk goes before all else, while the inbox may be empty, and only where the pull before this one was in order and
    lately: otherwise the drop may have what belongs to it. `first`: of a process that starts, so none does.
    """
    today = day_of(clock())
    envelopes = pieces = 0
    number: int | None = None
    problems: list[str] = []
    store = piece_store(settings)
    end = ticks() + TAKING_SECONDS

    def over() -> bool:
        return ticks() >= end

    ring = partial(keyring_of, config=settings.console)
    pulled = not first and _pulled_lately(databases.console, clock() - 2 * settings.console.policy.publication)
    failed = _keep({"junk": lambda: destroy_junk(databases, ring, clock)} if pulled else {})
    try:
        envelopes = pull_envelopes(databases.console, drop, over)
        pieces = pull_pieces(databases.console, drop, store, today, over)
        _settle(databases.console, PICKUP_ALARM, None, today)
    except Refused as problem:
        problems.append(_settle(databases.console, PICKUP_ALARM, problem, today))
    failed += _keep(_daily(databases, settings, store, clock, today))
    if told := _settle(databases.console, KEEPING_ALARM, NotKept(", ".join(failed)) if failed else None, today):
        problems.append(told)
    try:
        number = publish(databases.console, settings, drop, every, clock)
        _settle(databases.console, MAKING_ALARM, None, today)
    except Refused as problem:
        problems.append(_settle(databases.console, MAKING_ALARM, problem, today))
    return Done(envelopes, pieces, number, tuple(problems))


def _pulled_lately(database: Database, since: float) -> bool:
    """Whether the newest pull was in order, and a publication, which comes after a pull, was taken since a time."""
    with database.read() as console:
        taken = select(Publication.number).where(Publication.outcome == TAKEN, Publication.time >= since)
        return console.get(Alarm, PICKUP_ALARM) is None and console.scalars(taken.limit(1)).first() is not None


def _daily(
    databases: Databases, settings: Settings, store: PieceStore, clock: Callable[[], float], today: int
) -> Mapping[str, Callable[[], object]]:
    """The parts of housekeeping, in order."""

    def in_console(act: Callable[[Session], object]) -> None:
        with databases.console.write() as console:
            act(console)

    return {
        "telling the people on duty": lambda: tell_duty(databases.console, settings, clock),
        "sign-ins": lambda: in_console(lambda console: locking.sweep(console, clock)),
        "weekly keys": lambda: destroy_old_epochs(databases, settings.console, int(clock()), today),
        "old weeks": lambda: forget_old_weeks(databases, settings.console, store, today),
        "keys of nothing": lambda: destroy_orphan_keys(databases, settings.console, today),
        "auditors’ readings": lambda: end_visits(databases, partial(keyring_of, config=settings.console), clock),
        "duties": lambda: in_console(lambda console: duties.watch(console, today)),
        "lost keys": lambda: in_console(lambda console: lost.watch(console, today)),
        "late referrals": lambda: watch(databases.console, settings.deadlines.calendar, int(clock())),
    }


def _keep(parts: Mapping[str, Callable[[], object]]) -> list[str]:
    """Does each part; of those that failed the name and the kind of error, and no word of it: it could tell content."""
    failed = []
    for name, act in parts.items():
        try:
            act()
        except Exception as error:  # whatever it is, the board is published
            failed.append(f"{name} ({type(error).__name__})")
    return failed


def _settle(database: Database, key: str, problem: Refused | None, today: int) -> str:
    """Raises or clears an alarm; its sentence."""
    with database.write() as console:
        if problem is None:
            clear_alarm(console, key)
            return ""
        raise_alarm(console, key, str(problem), today)
        return str(problem)
