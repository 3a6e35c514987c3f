"""The two databases: migrations make what the code declares, commits are durable, a reader never waits for a writer."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import handler.tables  # noqa: F401
from handler.audit.log import SYSTEM, record
from handler.database import ConsoleBase, Database, KeyringBase, migrate_tree
from handler.keys.keyring import Keyring
from handler.keys.tables import Wrap
from tests.handler.founded import FoundedConsole
from tests.support.postgres import PostgresServer

TREES = {"console": ConsoleBase, "keyring": KeyringBase}


def differences(tree: str, url: str) -> list[object]:
    """Between the migrated tables and the declared ones; SQLite keeps no lengths, so types are not compared there."""
    migrate_tree(tree, url)
    migrate_tree(tree, url)  # a second time changes nothing
    database = Database(url)
    try:
        with database.engine.connect() as link:
            options = {"compare_type": link.dialect.name != "sqlite"}
            return list(compare_metadata(MigrationContext.configure(link, opts=options), TREES[tree].metadata))
    finally:
        database.close()


@pytest.mark.parametrize("tree", TREES)
def test_migrations_make_the_declared_tables_on_sqlite(tree: str, tmp_path: Path) -> None:
    assert differences(tree, f"sqlite:///{tmp_path / 'made.db'}") == []


@pytest.mark.parametrize("tree", TREES)
def test_migrations_make_the_declared_tables_on_postgresql(tree: str, postgres_server: PostgresServer) -> None:
    name = postgres_server.create_database()
    try:
        assert differences(tree, postgres_server.url(name)) == []
    finally:
        postgres_server.drop_database(name)


def test_sqlite_overwrites_what_is_deleted_and_syncs_every_commit(console: FoundedConsole) -> None:
    with console.databases.keyring.read() as session:
        pragmas = {
            name: session.execute(sa.text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}


def test_a_reader_sees_the_state_before_an_unfinished_act(any_console: FoundedConsole) -> None:
    count = sa.text("SELECT count(*) FROM audit_entries")
    database = any_console.databases.console
    with database.write() as writer:
        record(writer, SYSTEM, "began", clock=any_console.clock)
        with database.read() as reader:
            assert reader.execute(count).scalar_one() == 1
    with database.read() as reader:
        assert reader.execute(count).scalar_one() == 2


def test_what_a_reader_writes_is_not_kept(any_console: FoundedConsole) -> None:
    with any_console.databases.console.read() as session:
        record(session, SYSTEM, "by mistake", clock=any_console.clock)
    with any_console.databases.console.read() as session:
        assert session.execute(sa.text("SELECT count(*) FROM audit_entries")).scalar_one() == 1


def test_a_destroyed_key_is_in_no_file_of_the_keyring(console: FoundedConsole) -> None:
    with console.databases.keyring.write() as session:
        sealed = bytes(session.scalars(sa.select(Wrap.sealed).where(Wrap.purpose == "authority psu")).first() or b"")
        Keyring(session, bytes(16), b"").destroy("authority psu")
    assert sealed[200:232] in everything(console)
    console.databases.keyring.scrub()
    assert sealed[200:232] not in everything(console)


def everything(console: FoundedConsole) -> bytes:
    return b"".join(path.read_bytes() for path in console.settings.home.glob("keyring.db*"))


def test_emptying_the_log_serves_both_kinds_of_database(any_console: FoundedConsole) -> None:
    any_console.databases.keyring.scrub()
    with any_console.databases.keyring.write() as session:
        Keyring(session, bytes(16), b"").destroy("authority psu")
    with any_console.databases.keyring.read() as session:
        assert Keyring(session, bytes(16), b"").holders("authority psu") == set()


def test_errors_do_not_show_what_was_being_stored(any_console: FoundedConsole) -> None:
    with pytest.raises(sa.exc.DBAPIError) as caught, any_console.databases.console.write() as session:
        session.execute(sa.text("INSERT INTO nowhere VALUES (:words)"), {"words": "a reporter's words"})
    assert "a reporter's words" not in str(caught.value)


def test_a_reader_sees_one_moment_however_many_questions_it_asks(any_console: FoundedConsole) -> None:
    count = sa.text("SELECT count(*) FROM audit_entries")
    database = any_console.databases.console
    with database.read() as reader:
        before = reader.execute(count).scalar_one()
        with database.write() as writer:
            record(writer, SYSTEM, "meanwhile", clock=any_console.clock)
        assert reader.execute(count).scalar_one() == before
