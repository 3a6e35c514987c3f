"""The console's two databases, SQLite by default or PostgreSQL by URL, and their migrations.

Contents and acts are in the console database; wrapped keys are in the keyring database, which has backups of its own.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session

from handler.errors import Refused
from handler.settings import Settings

MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"
BUSY_MS = 30_000
WRITERS = 0x63616E646F7572  # the advisory lock on PostgreSQL that every writer shares
AFTERWARDS = "candour-afterwards"


class NeverStill(Refused):
    """Somebody wrote to the databases for half a minute without a pause. Nothing was copied: try again."""


class ConsoleBase(DeclarativeBase):
    """Tables of the console database."""


class KeyringBase(DeclarativeBase):
    """Tables of the keyring database."""


class Database:
    """One database: `write()` for a transaction that commits, `read()` for one that cannot."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self._reading = self.engine.execution_options(candour_reading=True)
        if self.engine.dialect.name == "postgresql":  # where each statement otherwise sees what was committed before it
            self._reading = self._reading.execution_options(isolation_level="REPEATABLE READ")

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Commits at the end of the block, or undoes everything. On SQLite it waits for other writers at its start."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A consistent view, undone at the end. Never waits for a writer."""
        with Session(self._reading, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def still(self) -> Iterator[None]:
        """Nobody writes within the block, which begins when those who were writing are done. Raises NeverStill."""
        with self.engine.connect().execution_options(candour_alone=True) as link:
            try:
                begun = link.begin()
            except OperationalError as error:
                raise NeverStill from error
            with begun:
                yield

    def scrub(self) -> None:
        """After keys were destroyed: empties SQLite's log, where pages stand as they were; vacuums PostgreSQL."""
        if self.engine.dialect.name == "sqlite":
            link = self.engine.raw_connection()
            try:
                link.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                link.close()
            return
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM")

    def close(self) -> None:
        self.engine.dispose()


@dataclass(frozen=True)
class Databases:
    """Both databases of a console."""

    console: Database
    keyring: Database

    @contextmanager
    def write_both(self) -> Iterator[tuple[Session, Session]]:
        """(console, keyring), the keyring committed first: a key without its record does no harm, the reverse would.

        Whoever writes to both does it by this, so that writers always wait in the same order.
        """
        with self.console.write() as console, self.keyring.write() as keyring:
            yield console, keyring
        for act in console.info.pop(AFTERWARDS, []):
            act()

    @contextmanager
    def still(self) -> Iterator[None]:
        """Nobody writes to either within the block: what is read of both is of one moment. Raises NeverStill."""
        with self.console.still(), self.keyring.still():
            yield

    def close(self) -> None:
        self.console.close()
        self.keyring.close()


def afterwards(console: Session, act: Callable[[], None]) -> None:
    """Has something done once both databases of a `write_both()` have committed, and not when that came to nothing."""
    console.info.setdefault(AFTERWARDS, []).append(act)


def open_databases(settings: Settings) -> Databases:
    """Both databases, already migrated."""
    return Databases(Database(settings.console_database), Database(settings.keyring_database))


def make_engine(url: str) -> Engine:
    """An engine whose commits are on the disk when they return, and whose errors never show what was being stored.

    Deleted rows are overwritten on SQLite.
    """
    engine = create_engine(url, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    elif engine.dialect.name == "postgresql":
        event.listen(engine, "begin", _begin_postgresql)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # this module begins transactions, not the driver
    for pragma in (
        f"busy_timeout={BUSY_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "secure_delete=ON",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that reads and then writes fails at once when another wrote between; so writers queue here.
    reading = connection.get_execution_options().get("candour_reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("candour_alone", False):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {BUSY_MS}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS})")
    elif not options.get("candour_reading", False):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock_shared({WRITERS})")


def migrate(settings: Settings) -> None:
    """Brings both databases to the newest revision. Safe to repeat."""
    for tree, url in (("console", settings.console_database), ("keyring", settings.keyring_database)):
        migrate_tree(tree, url)


def migrate_tree(tree: str, url: str) -> None:
    """One tree of `migrations/`, in one transaction of its own."""
    engine = make_engine(url)
    try:
        with engine.begin() as connection:
            command.upgrade(alembic_config(tree, connection), "head")
    finally:
        engine.dispose()


def alembic_config(tree: str, connection: Connection) -> Config:
    """Alembic's configuration for one tree, on an open connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS / tree))
    attributes: dict[str, Any] = config.attributes
    attributes["connection"] = connection
    return config
