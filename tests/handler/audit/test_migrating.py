"""Entries that were there before they could be searched: the migration fills the columns and puts the guards back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from crypto import compactjson
from crypto.audit import next_head
from handler.audit.entries import Filters, page
from handler.audit.verify import verify
from handler.database import Database, alembic_config, make_engine
from tests.support.postgres import PostgresServer

BEFORE, CASE, PERSON = "0006", "ab" * 16, "cd" * 16


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'older.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.create_database()
    yield server.url(name)
    server.drop_database(name)


def upgrade(url: str, to: str) -> None:
    engine = make_engine(url)
    with engine.begin() as link:
        command.upgrade(alembic_config("console", link), to)
    engine.dispose()


def test_older_entries_can_be_searched_and_are_guarded_as_before(url: str) -> None:
    upgrade(url, BEFORE)
    database = Database(url)
    head = bytes(32)
    with database.write() as session:
        for number in range(1, 4):
            entry = {
                "salt": "00" * 16, "time": 1_795_000_000 + number, "actor": PERSON, "act": f"act {number}",
                "case": CASE if number == 2 else "", "facts": {},
            }  # fmt: skip
            raw = compactjson.encode(entry)
            head = next_head(head, number, raw)
            session.execute(
                text("INSERT INTO audit_entries (number, entry, head) VALUES (:n, :e, :h)"),
                {"n": number, "e": raw, "h": head},
            )
        session.execute(text("UPDATE audit_head SET number = 3, head = :h"), {"h": head})
    upgrade(url, "head")
    with database.read() as session:
        assert verify(session).problem is None
        assert [line.act for line in page(session, Filters(act="act 2"), None, 9)] == ["act 2"]
        assert [line.case for line in page(session, Filters(person=PERSON), None, 9)] == ["", CASE[:8], ""]
    for statement in ("UPDATE audit_entries SET act = ''", "DELETE FROM audit_entries"):
        with pytest.raises(DatabaseError, match="append-only"), database.write() as session:
            session.execute(text(statement))
    database.close()
