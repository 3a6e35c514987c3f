"""The audit chain: appended with the act, whole under many writers, and any tampering found and named."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from crypto import compactjson
from handler.audit.log import SYSTEM, current_head, record
from handler.audit.verify import Verdict, verify
from handler.database import Database
from tests.handler.founded import Browser, FoundedConsole


def fill(console: FoundedConsole, acts: int = 6) -> None:
    with console.databases.console.write() as session:
        for number in range(acts):
            record(session, SYSTEM, f"act {number}", clock=console.clock)


def verdict(console: FoundedConsole) -> Verdict:
    with console.databases.console.read() as session:
        return verify(session)


def tamper(database: Database, *statements: str, **values: Any) -> None:
    """As somebody who owns the database."""
    with database.write() as session:
        if database.engine.dialect.name == "sqlite":
            session.execute(text("DROP TRIGGER audit_entries_UPDATE"))
            session.execute(text("DROP TRIGGER audit_entries_DELETE"))
        else:
            session.execute(text("DROP TRIGGER audit_append_only ON audit_entries"))
        for statement in statements:
            session.execute(text(statement), values)


def test_a_whole_chain_is_found_whole(any_console: FoundedConsole) -> None:
    fill(any_console)
    found = verdict(any_console)
    assert (found.entries, found.problem) == (7, None)


def test_the_database_refuses_to_change_or_remove_entries(any_console: FoundedConsole) -> None:
    for statement in ("UPDATE audit_entries SET entry = head", "DELETE FROM audit_entries"):
        with pytest.raises(DatabaseError, match="append-only"), any_console.databases.console.write() as session:
            session.execute(text(statement))


def test_an_edited_entry_is_named(any_console: FoundedConsole) -> None:
    fill(any_console)
    with any_console.databases.console.read() as session:
        raw = session.execute(text("SELECT entry FROM audit_entries WHERE number = 4")).scalar_one()
    value: Any = compactjson.decode(bytes(raw))
    value["act"] = "nothing happened"
    tamper(
        any_console.databases.console,
        "UPDATE audit_entries SET entry = :e WHERE number = 4",
        e=compactjson.encode(value),
    )
    problem = verdict(any_console).problem
    assert problem is not None
    assert problem.entry == 4


def test_a_removed_entry_is_named(any_console: FoundedConsole) -> None:
    fill(any_console)
    tamper(any_console.databases.console, "DELETE FROM audit_entries WHERE number = 3")
    problem = verdict(any_console).problem
    assert problem is not None
    assert problem.entry == 3


def test_reordered_entries_are_named(any_console: FoundedConsole) -> None:
    fill(any_console)
    tamper(
        any_console.databases.console,
        "UPDATE audit_entries SET number = 99 WHERE number = 3",
        "UPDATE audit_entries SET number = 3 WHERE number = 5",
        "UPDATE audit_entries SET number = 5 WHERE number = 99",
    )
    problem = verdict(any_console).problem
    assert problem is not None
    assert problem.entry == 3


def test_entries_cut_off_at_the_end_are_named(any_console: FoundedConsole) -> None:
    fill(any_console)
    tamper(any_console.databases.console, "DELETE FROM audit_entries WHERE number > 5")
    problem = verdict(any_console).problem
    assert problem is not None
    assert problem.entry == 6


def publish(session: Session, number: int) -> None:
    """What publication keeps: the bulletin with the head of the moment."""
    body = compactjson.encode({"audit": current_head(session).head.hex()})
    raw = b"\1\4" + len(body).to_bytes(4, "big") + body + bytes(64)
    columns = {row["name"] for row in _columns(session)}
    values: dict[str, Any] = {"number": number, "bulletin": raw}
    for name in columns - set(values):
        values[name] = b"" if name in ("board", "roster") else 0
    session.execute(
        text(f"INSERT INTO publications ({', '.join(values)}) VALUES ({', '.join(':' + name for name in values)})"),
        values,
    )


def _columns(session: Session) -> Any:
    from sqlalchemy import inspect

    return inspect(session.connection()).get_columns("publications")


def test_a_chain_rewritten_as_a_whole_does_not_fit_the_published_bulletins(any_console: FoundedConsole) -> None:
    """The owner of the database computes every head anew; what was published outside still tells."""
    from crypto.audit import next_head

    fill(any_console)
    with any_console.databases.console.write() as session:
        publish(session, 1)
    assert verdict(any_console).problem is None
    with any_console.databases.console.read() as session:
        rows = session.execute(text("SELECT number, entry FROM audit_entries ORDER BY number")).all()
    statements: list[str] = []
    values: dict[str, bytes] = {}
    head = bytes(32)
    for number, raw in rows:
        entry = bytes(raw).replace(b"act 2", b"act X")
        head = next_head(head, number, entry)
        statements.append(f"UPDATE audit_entries SET entry = :e{number}, head = :h{number} WHERE number = {number}")
        statements.append(f"UPDATE audit_entries SET act = 'act X' WHERE number = {number} AND act = 'act 2'")
        values |= {f"e{number}": entry, f"h{number}": head}
    statements.append("UPDATE audit_head SET head = :last")
    tamper(any_console.databases.console, *statements, last=head, **values)
    problem = verdict(any_console).problem
    assert problem is not None
    assert (problem.entry, problem.bulletin) == (None, 1)


def test_writers_at_once_make_one_chain(any_console: FoundedConsole) -> None:
    def write(number: int) -> None:
        for _ in range(5):
            with any_console.databases.console.write() as session:
                record(session, SYSTEM, f"writer {number}", clock=any_console.clock)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    found = verdict(any_console)
    assert (found.entries, found.problem) == (21, None)


def test_an_act_that_fails_leaves_no_entry(any_console: FoundedConsole) -> None:
    with pytest.raises(ZeroDivisionError), any_console.databases.console.write() as session:
        record(session, SYSTEM, "began", clock=any_console.clock)
        raise ZeroDivisionError
    assert verdict(any_console).entries == 1


def test_two_equal_acts_differ_so_that_a_head_confirms_no_guess(console: FoundedConsole) -> None:
    fill(console, 1)
    fill(console, 1)
    with console.databases.console.read() as session:
        entries = session.execute(text("SELECT entry FROM audit_entries WHERE number > 1")).scalars().all()
    assert len(set(entries)) == 2


def test_signing_in_refusals_and_reading_the_audit_are_recorded(console: FoundedConsole) -> None:
    app = console.app()
    browser = Browser(app)
    browser.sign_in(console.supervisor, console.clock.now, passphrase="wrong")
    browser.sign_in(console.supervisor, console.clock.now)
    browser.get("/audit")
    page = browser.get("/audit").text
    for act in ("console founded", "sign-in refused", "signed in", "audit read"):
        assert act in page
    assert "Sam Supervisor" in page
