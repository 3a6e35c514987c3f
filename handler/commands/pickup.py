"""`handler pickup`: pulls from the drop and publishes the board. Needs nobody signed in, and opens nothing."""

import argparse
import fcntl
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from handler.database import Databases, migrate, open_databases
from handler.errors import Refused
from handler.pickup.cycle import Done, run_cycle
from handler.pickup.drop import PickupDrop
from handler.settings import Settings

INTERVAL = 180.0  # seconds between pulls
LOCK = "pickup.lock"


class PickupRuns(Refused):
    """Another `handler pickup` works for this folder already. Leave it to its work, or stop it first."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--home", type=Path, required=True, help="the console's folder")
    parser.add_argument("--watch", action="store_true", help="go on until stopped; otherwise one cycle")
    parser.add_argument("--interval", type=float, default=INTERVAL, help="seconds between pulls with --watch")
    parser.add_argument(
        "--publish-every",
        type=int,
        help="seconds between publications; by default the console's policy with --watch, and at once without",
    )


def run(args: argparse.Namespace) -> int:
    """0 done, 1 when a part of the one cycle was refused."""
    settings = Settings(home=args.home)
    _ = settings.deadlines  # a file that is not in order is refused now, not in the middle of a cycle
    with alone(settings):
        migrate(settings)
        databases = open_databases(settings)
        try:
            with PickupDrop.of(settings) as drop:
                if args.watch:
                    return watch(databases, settings, drop, args.interval, args.publish_every)
                done = run_cycle(databases, settings, drop, args.publish_every or 0)
                tell(done)
                return 1 if done.problems or (done.publication is None and not args.publish_every) else 0
        finally:
            databases.close()


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """For one process at a time; the lock goes with the process, however it ends. Raises PickupRuns, NotFounded."""
    settings.console  # noqa: B018 -- raises NotFounded
    lock = os.open(settings.home / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PickupRuns(str(settings.home)) from error
        yield
    finally:
        os.close(lock)


def watch(databases: Databases, settings: Settings, drop: PickupDrop, interval: float, every: int | None) -> int:
    """Cycles until SIGTERM or SIGINT."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    period = settings.console.policy.publication if every is None else every
    told: tuple[str, ...] = ()
    first = True
    try:
        while True:
            done = run_cycle(databases, settings, drop, period, first=first)
            first = False
            if done.problems != told:
                tell(done)
            told = done.problems
            time.sleep(interval)
    except KeyboardInterrupt:
        return 0


def tell(done: Done) -> None:
    """Problems to standard error; no ids, so that a log tells nothing of a report."""
    for problem in done.problems:
        print(problem, file=sys.stderr, flush=True)
