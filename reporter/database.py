"""The drop's database: SQLite by default or PostgreSQL by URL, durable at commit."""

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import PoolProxiedConnection

if TYPE_CHECKING:
    import psycopg  # 8 MB that a worker on SQLite does without

BUSY_SECONDS = 10
CONNECTIONS = 20  # a worker; more than its threads


class Database:
    """One engine. `write()` is a transaction, on the disk when its block ends; `read()` is one that changes nothing.

    The engine must not cross a fork: each worker makes its own.
    """

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self.sqlite = self.engine.dialect.name == "sqlite"
        self._reading = self.engine.execution_options(candour_reading=True)
        if not self.sqlite:  # where each statement otherwise sees what was committed before it, so not one moment
            self._reading = self._reading.execution_options(isolation_level="REPEATABLE READ")
        file = make_url(url).database
        self._turn = _Turn(Path(file + "-turn")) if self.sqlite and file else None

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Commits durably at the end of the block, or undoes everything. On SQLite writers take turns."""
        with self._turn or nullcontext(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view. Never waits for a writer."""
        with self._reading.connect() as connection:
            yield connection

    def close(self) -> None:
        self.engine.dispose()
        if self._turn:
            self._turn.close()


class _Turn:
    """Whose turn it is to write, among the threads of this process and then among processes.

    SQLite allows it one writer, and lets the others sleep and look again, up to 100 ms at a time. Here they wait in the
    kernel, and the next one goes on at once.
    """

    def __init__(self, path: Path) -> None:
        self._threads = threading.Lock()
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def __enter__(self) -> None:
        self._threads.acquire()
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_error: object) -> None:
        fcntl.flock(self._file, fcntl.LOCK_UN)
        self._threads.release()

    def close(self) -> None:
        os.close(self._file)


def make_engine(url: str) -> Engine:
    """An engine whose errors never show what was being stored."""
    if make_url(url).get_backend_name() == "sqlite":
        wait = {"timeout": BUSY_SECONDS}
        engine = create_engine(url, hide_parameters=True, pool_size=CONNECTIONS, connect_args=wait)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(url, hide_parameters=True, pool_size=CONNECTIONS)
        event.listen(engine, "connect", _prepare_postgresql)
    return engine


WAL_TRIES = 200  # of 50 ms


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # this module begins transactions, not the driver
    for tries_left in reversed(range(WAL_TRIES)):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            break
        except sqlite3.OperationalError:  # another process starts too, and SQLite does not wait for this one change
            if not tries_left:
                raise
            time.sleep(0.05)
    for pragma in ("synchronous=FULL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads and then writes fails at once when another wrote between; so writers begin as writers.
    reading = connection.get_execution_options().get("candour_reading", False)
    _driver(connection.connection).execute("BEGIN" if reading else "BEGIN IMMEDIATE")


def _driver(pooled: PoolProxiedConnection) -> sqlite3.Connection:
    connection: sqlite3.Connection = pooled.driver_connection  # type: ignore[assignment]
    return connection


def _prepare_postgresql(connection: "psycopg.Connection[Any]", _record: object) -> None:
    connection.execute("SET SESSION synchronous_commit = on")  # an operator's default may be less
    connection.commit()
