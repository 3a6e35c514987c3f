"""Founded consoles: `console` on SQLite, `any_console` on SQLite and on PostgreSQL in turn."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from argon2.low_level import hash_secret_raw

from handler.founding.plan import Founded
from tests.handler.founded import FoundedConsole, copy_console, found, open_console
from tests.support.postgres import PostgresServer


@pytest.fixture(scope="package", autouse=True)
def quick_passphrases() -> Iterator[None]:
    """Passphrases cost as little as Argon2id allows: they are opened hundreds of times here, and what they cost is
    the matter of the published vectors, of the benchmarks and of the stories, whose consoles are processes."""

    def quick(secret: bytes, salt: bytes, _passes: int, _memory: int, _lanes: int, *more: Any) -> bytes:
        return hash_secret_raw(secret, salt, 1, 8, 1, *more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("crypto.wrapping.hash_secret_raw", quick)
        yield


@pytest.fixture(scope="package")
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


@pytest.fixture(scope="package")
def founded_on_postgres(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer
) -> tuple[Path, Founded, tuple[str, str]]:
    """One founding on PostgreSQL; its two databases are templates that tests copy."""
    folder = tmp_path_factory.mktemp("founded-on-postgres")
    names = (postgres_server.create_database(), postgres_server.create_database())
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DATABASE_URL", postgres_server.url(names[0]))
        environment.setenv("KEYRING_URL", postgres_server.url(names[1]))
        return folder, found(folder), names


@pytest.fixture(params=["sqlite", "postgresql"])
def any_console(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FoundedConsole]:
    """A founded console on each kind of database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("console")
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    folder, founded, templates = request.getfixturevalue("founded_on_postgres")
    shutil.copytree(folder, tmp_path / "founded")
    names = [f"test_{uuid4().hex}" for _ in templates]
    for name, template in zip(names, templates, strict=True):
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    urls = {"database_url": server.url(names[0]), "keyring_url": server.url(names[1])}
    made = open_console(tmp_path / "founded" / "psu", founded, **urls)
    try:
        yield made
    finally:
        made.databases.close()
        for name in names:
            server.drop_database(name)
