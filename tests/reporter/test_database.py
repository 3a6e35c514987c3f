"""Migrations make the tables that the code expects, also when two start at once; deleted bytes are overwritten."""

import sqlite3
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from crypto.suite import h
from reporter.database import Database
from reporter.prepare import migrate
from reporter.settings import Settings
from reporter.storage import Storage
from reporter.tables import metadata
from tests.reporter.founded import envelope


def url_of(database_url: str, folder: Path) -> str:
    return database_url or f"sqlite:///{folder}/drop.db"


def test_two_that_migrate_at_once_make_the_tables_the_code_expects(database_url: str, tmp_path: Path) -> None:
    url, failed = url_of(database_url, tmp_path), []

    def start() -> None:
        try:
            migrate(url)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    database = Database(url)
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    database.close()


def test_sqlite_is_durable_and_overwrites_what_it_deletes(tmp_path: Path) -> None:
    url = url_of("", tmp_path)
    migrate(url)
    database = Database(url)
    with database.read() as connection:
        names = ("journal_mode", "synchronous", "secure_delete")
        pragmas = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in names]
    assert pragmas == ["wal", 2, 1]
    made = envelope()
    storage = Storage(database)
    storage.keep_envelope(h(made), made, 1, 1)
    storage.acknowledge_envelopes("psu", [h(made)], ["psu"])
    database.close()
    sqlite3.connect(tmp_path / "drop.db").execute("PRAGMA wal_checkpoint(TRUNCATE)")
    left = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert made[100:132] not in left


def test_a_reader_sees_one_moment_however_many_questions_it_asks(database_url: str, tmp_path: Path) -> None:
    url = url_of(database_url, tmp_path)
    migrate(url)
    database = Database(url)
    with database.read() as reader:
        before = reader.execute(text("SELECT number FROM revision")).scalar_one()
        with database.write() as writer:
            writer.execute(text("UPDATE revision SET number = number + 1"))
        assert reader.execute(text("SELECT number FROM revision")).scalar_one() == before
    database.close()


def test_tables_that_visits_touch_keep_no_order_of_arrival(tmp_path: Path) -> None:
    url = url_of("", tmp_path)
    migrate(url)
    with sqlite3.connect(tmp_path / "drop.db") as link:
        without_rowid = dict(link.execute("SELECT name, wr FROM pragma_table_list"))
    touched = ("envelopes", "accepted", "pieces", "envelope_acks", "piece_acks")
    assert {name: without_rowid[name] for name in touched} == dict.fromkeys(touched, 1)


def test_plain_postgresql_urls_are_read_with_the_installed_driver(tmp_path: Path) -> None:
    settings = Settings(candour_data=tmp_path, database_url="postgresql://u@h/d")
    assert settings.database == "postgresql+psycopg://u@h/d"


def test_settings_are_read_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"CANDOUR_DATA": str(tmp_path), "D_BASE": "12", "LIMIT": "5/second"}.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert (settings.candour_data, settings.d_base, settings.limit) == (tmp_path, 12, "5/second")
