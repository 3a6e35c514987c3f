"""Founded consoles: `console` on SQLite, `any_console` on SQLite and on PostgreSQL in turn."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from handler.founding.plan import Founded
from tests.handler.founded import FoundedConsole, copy_console, found, open_console
from tests.support.postgres import PostgresServer


@pytest.fixture(scope="session")
def founded_site(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Founded]:
    """One founding, which tests copy."""
    folder = tmp_path_factory.mktemp("founded")
    return folder, found(folder)


@pytest.fixture
def console(founded_site: tuple[Path, Founded], tmp_path: Path) -> Iterator[FoundedConsole]:
    """A founded console on SQLite."""
    made = copy_console(*founded_site, tmp_path / "founded")
    try:
        yield made
    finally:
        made.databases.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_console(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FoundedConsole]:
    """A founded console on each kind of database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("console")
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    names = [server.create_database() for _ in range(2)]
    console_url, keyring_url = (server.url(name) for name in names)
    monkeypatch.setenv("DATABASE_URL", console_url)
    monkeypatch.setenv("KEYRING_URL", keyring_url)
    made = open_console(tmp_path / "psu", found(tmp_path))
    try:
        yield made
    finally:
        made.databases.close()
        for name in names:
            server.drop_database(name)
