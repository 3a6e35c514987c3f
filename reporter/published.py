"""What consoles publish, in the database: one roster, a bulletin and a board a console, and the sets they have made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from crypto.state import encode_bulletins, set_id
from reporter.database import Database
from reporter.tables import publications, revision, roster, sets

ACCEPTED_SECONDS = 24 * 3600  # a set's stamps, after it was replaced
ALWAYS_ACCEPTED = 2  # sets, however old


@dataclass(frozen=True)
class BulletinSet:
    """A set of bulletins that /state shows or has shown. `replaced` is when it ceased to, in unix seconds."""

    number: int
    id: bytes
    replaced: int | None


@dataclass(frozen=True)
class Publication:
    """One console's latest: its number, its bulletin and its board as they came."""

    console: str
    number: int
    bulletin: bytes
    board: bytes


@dataclass(frozen=True)
class Snapshot:
    """All that is published at one revision; `sets` newest first."""

    revision: int
    roster: bytes
    publications: tuple[Publication, ...]
    sets: tuple[BulletinSet, ...]


def live_sets(known: Sequence[BulletinSet], now: float) -> list[BulletinSet]:
    """Of `known`, newest first, those whose stamps are still accepted (SPEC 6)."""
    return [
        known_set
        for place, known_set in enumerate(known)
        if place < ALWAYS_ACCEPTED or known_set.replaced is None or known_set.replaced > now - ACCEPTED_SECONDS
    ]


class Published:
    """Reads and replaces what is published."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def revision(self) -> int:
        """Rises with every publication."""
        with self._database.read() as connection:
            return int(connection.execute(select(revision.c.number)).scalar_one())

    def snapshot(self) -> Snapshot:
        """Everything, as of one moment."""
        with self._database.read() as connection:
            return Snapshot(
                connection.execute(select(revision.c.number)).scalar_one(),
                connection.execute(select(roster.c.raw)).scalar() or b"",
                tuple(_publications(connection)),
                tuple(BulletinSet(*row) for row in connection.execute(select(sets).order_by(sets.c.number.desc()))),
            )

    def replace(
        self, roster_serial: int, roster_raw: bytes, new: Publication, keep: Callable[[Publication], bool], now: float
    ) -> bool:
        """Roster, bulletin and board of one console in one transaction; whether they were newer than what is there.

        Of the other consoles' publications those stay that `keep` says fit the new roster.
        """
        with self._database.write() as connection:
            number = connection.execute(select(revision.c.number).with_for_update()).scalar_one()  # others now wait
            present = {publication.console: publication for publication in _publications(connection)}
            serial = connection.execute(select(roster.c.serial)).scalar() or 0
            same = present.pop(new.console, None)
            if roster_serial < serial or (same and new.number <= same.number):
                return False
            staying = [publication for publication in present.values() if keep(publication)]
            connection.execute(delete(publications).where(publications.c.console.not_in([p.console for p in staying])))
            connection.execute(insert(publications).values(vars(new)))
            connection.execute(delete(roster))
            connection.execute(insert(roster).values(one=1, serial=roster_serial, raw=roster_raw))
            _next_set(connection, [*staying, new], int(now))
            connection.execute(update(revision).values(number=number + 1))
            return True

    def drop_dead_sets(self, now: float) -> int:
        """Forgets sets that are no longer accepted; the number of the oldest that is."""
        with self._database.write() as connection:
            known = [BulletinSet(*row) for row in connection.execute(select(sets).order_by(sets.c.number.desc()))]
            lowest = min((live.number for live in live_sets(known, now)), default=0)
            connection.execute(delete(sets).where(sets.c.number < lowest))
            return lowest


def _publications(connection: Connection) -> list[Publication]:
    rows = [Publication(*row) for row in connection.execute(select(publications))]
    return sorted(rows, key=lambda publication: publication.console)  # spec: 7; a database may have another order


def _next_set(connection: Connection, shown: Sequence[Publication], now: int) -> None:
    ordered = sorted(shown, key=lambda publication: publication.console)
    number = (connection.execute(select(func.max(sets.c.number))).scalar() or 0) + 1
    connection.execute(update(sets).where(sets.c.replaced.is_(None)).values(replaced=now))
    bulletins = encode_bulletins([publication.bulletin for publication in ordered])
    connection.execute(insert(sets).values(number=number, id=set_id(bulletins), replaced=None))
