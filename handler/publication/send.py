"""Bringing the newest publication to the drop: again and unchanged after a crash, until it is taken or refused."""

import time as clocks
from collections.abc import Callable

from sqlalchemy import update

from crypto.calendar import day_of
from handler.database import Database
from handler.pickup.alarms import clear_alarm, raise_alarm
from handler.pickup.drop import Drop, PublicationRefused
from handler.publication.board import board_bytes
from handler.publication.publish import TAKEN, prepare, publisher
from handler.publication.queue import last_publication
from handler.publication.tables import Publication
from handler.roster import current_roster
from handler.settings import Settings

FRESH = 1_800  # seconds in which an unsent publication is still sent; the drop takes times within an hour of its clock
ALARM = "publication"
Clock = Callable[[], float]
OTHER_ADVICE = "Replies do not reach the board until this is mended; tell an administrator."
ADVICE = {
    "RolledBack": "It knows a newer publication or roster. The next publication goes on with a higher number; "
    "if this stays, put the newest roster.bin into the console's folder.",
    "BadTime": "Its clock and this machine's differ by more than an hour. Set them right.",
}


def publish(database: Database, settings: Settings, drop: Drop, every: int, clock: Clock = clocks.time) -> int | None:
    """Sends what was made and not sent; otherwise, when due, makes the next and sends it. The number that was taken.

    `every`: seconds between publications, 0 for at once. A refusal becomes an alarm. Raises DropUnreachable, Refused.
    """
    now = int(clock())
    with database.read() as console:
        last = last_publication(console)
    if last is not None and last.outcome == "" and now - last.time <= FRESH:
        return _send(database, settings, drop, last, now)
    if last is not None and last.outcome != "" and now - last.time < every:
        return None
    return _send(database, settings, drop, _make(database, settings, now), now)


def _make(database: Database, settings: Settings, now: int) -> Publication:
    """Durable when this returns."""
    roster = current_roster(settings, day_of(now))
    with database.write() as console:
        return prepare(console, settings.console, roster, publisher(settings.publisher_key_path), now)


def _send(database: Database, settings: Settings, drop: Drop, row: Publication, now: int) -> int | None:
    roster = current_roster(settings, day_of(now)).raw
    with database.read() as console:
        board = board_bytes(console, settings.console.policy.hold)
    outcome = TAKEN
    try:
        drop.publish(roster, row.bulletin, board)
    except PublicationRefused as refusal:
        outcome = refusal.reason or "refused"
    with database.write() as console:
        console.execute(update(Publication).where(Publication.number == row.number).values(outcome=outcome))
        if outcome == TAKEN:
            clear_alarm(console, ALARM)
        else:
            text = f"The drop refused publication {row.number}: {outcome}. {ADVICE.get(outcome, OTHER_ADVICE)}"
            raise_alarm(console, ALARM, text, day_of(now))
    return row.number if outcome == TAKEN else None
