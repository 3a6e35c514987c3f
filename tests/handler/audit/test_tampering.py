"""What the owner of the database can do to the audit, guards removed: verification says so, exit 1 and one line."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from crypto import compactjson
from crypto.audit import next_head
from handler.audit.log import SYSTEM, current_head, record
from handler.audit.verify import Place, go_on, verify
from handler.database import Database
from tests.handler.audit.test_audit import fill, publish
from tests.handler.commands.test_commands import Answer, handler
from tests.handler.founded import FoundedConsole

LAST = 7  # of the entries in each of these chains


def unguard(session: Session) -> None:
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("DROP TRIGGER audit_entries_UPDATE"))
        session.execute(text("DROP TRIGGER audit_entries_DELETE"))
    else:
        session.execute(text("DROP TRIGGER audit_append_only ON audit_entries"))


def run(*statements: str) -> Callable[[Session], None]:
    def act(session: Session) -> None:
        for statement in statements:
            session.execute(text(statement))

    return act


def copy_last_as(number: int) -> str:
    columns = "entry, head, time, actor, act, case_id"
    return (
        f"INSERT INTO audit_entries (number, {columns}) SELECT {number}, {columns} FROM audit_entries WHERE number = 7"
    )


def rewrite(first: int, change: Callable[[dict[str, Any]], None]) -> Callable[[Session], None]:
    """Changes an entry and computes every head from there on, the noted one too: the chain fits itself again."""

    def act(session: Session) -> None:
        rows = session.execute(text("SELECT number, entry, head FROM audit_entries ORDER BY number")).all()
        head = bytes(32)
        for number, raw, had in rows:
            entry: Any = compactjson.decode(bytes(raw))
            if number == first:
                change(entry)
            body = compactjson.encode(entry)
            head = next_head(head, number, body)
            assert number >= first or head == bytes(had)
            session.execute(
                text("UPDATE audit_entries SET entry = :e, head = :h, act = :a, actor = :w WHERE number = :n"),
                {"e": body, "h": head, "n": number, "a": entry["act"], "w": entry["actor"]},
            )
        session.execute(text("UPDATE audit_head SET head = :h"), {"h": head})

    return act


def cut(keep: int) -> Callable[[Session], None]:
    """The newest entries and the note of where the chain ends."""
    return run(
        f"DELETE FROM audit_entries WHERE number > {keep}",
        f"UPDATE audit_head SET number = {keep}, head = (SELECT head FROM audit_entries WHERE number = {keep})",
    )


def blame(entry: dict[str, Any]) -> None:
    entry["actor"] = "ab" * 16


@dataclass(frozen=True)
class Tampering:
    """One way, and how the line that is told begins."""

    do: Callable[[Session], None]
    told: str


TAMPERINGS = {
    "an entry's bytes changed": Tampering(run("UPDATE audit_entries SET entry = head WHERE number = 3"), "entry 3"),
    "an entry's head changed": Tampering(
        run("UPDATE audit_entries SET head = (SELECT head FROM audit_head) WHERE number = 3"), "entry 3"
    ),
    "the first entry changed": Tampering(run("UPDATE audit_entries SET entry = head WHERE number = 1"), "entry 1"),
    "the last entry changed": Tampering(run(f"UPDATE audit_entries SET entry = head WHERE number = {LAST}"), "entry 7"),
    "two entries' contents exchanged": Tampering(
        run(
            "UPDATE audit_entries SET entry = (SELECT e.entry FROM audit_entries e WHERE number = 5) WHERE number = 4",
            "UPDATE audit_entries SET entry = head WHERE number = 5",
        ),
        "entry 4",
    ),
    "hidden from searches by person": Tampering(
        run("UPDATE audit_entries SET actor = 'console ' WHERE number = 2"), "entry 2"
    ),
    "hidden from searches by act": Tampering(run("UPDATE audit_entries SET act = 'act' WHERE number = 2"), "entry 2"),
    "hidden from searches by case": Tampering(
        run("UPDATE audit_entries SET case_id = 'ab' WHERE number = 2"), "entry 2"
    ),
    "hidden from searches by day": Tampering(run("UPDATE audit_entries SET time = 0 WHERE number = 2"), "entry 2"),
    "an entry removed": Tampering(run("DELETE FROM audit_entries WHERE number = 4"), "entry 4"),
    "the first entry removed": Tampering(run("DELETE FROM audit_entries WHERE number = 1"), "entry 1"),
    "an entry removed and the others moved up": Tampering(
        run(
            "DELETE FROM audit_entries WHERE number = 4",
            "UPDATE audit_entries SET number = number - 1 WHERE number = 5",
            "UPDATE audit_entries SET number = number - 1 WHERE number = 6",
            "UPDATE audit_entries SET number = number - 1 WHERE number = 7",
        ),
        "entry 4",
    ),
    "two entries exchanged": Tampering(
        run(
            "UPDATE audit_entries SET number = 99 WHERE number = 3",
            "UPDATE audit_entries SET number = 3 WHERE number = 6",
            "UPDATE audit_entries SET number = 6 WHERE number = 99",
        ),
        "entry 3",
    ),
    "an entry put in at the end": Tampering(
        run(copy_last_as(8)),
        "entry 8",
    ),
    "an entry put in before the first": Tampering(
        run(copy_last_as(0)),
        "entry 1",
    ),
    "the tail cut off": Tampering(run("DELETE FROM audit_entries WHERE number > 5"), "entry 6"),
    "all cut off": Tampering(run("DELETE FROM audit_entries"), "entry 1"),
    "the note of the end changed": Tampering(run("UPDATE audit_head SET number = 3"), "entry 7"),
    "the tail cut off with the note, after a bulletin": Tampering(cut(4), "bulletin 1"),
    "somebody else blamed and the chain computed anew": Tampering(rewrite(3, blame), "bulletin 1"),
    "a bulletin spoilt": Tampering(
        run("UPDATE publications SET bulletin = audit_head.head FROM audit_head"), "bulletin 1"
    ),
}


def tampered(console: FoundedConsole, tampering: Tampering) -> Database:
    fill(console)
    database = console.databases.console
    with database.write() as session:
        publish(session, 1)
    with database.write() as session:
        unguard(session)
        tampering.do(session)
    return database


def command(console: FoundedConsole, monkeypatch: pytest.MonkeyPatch, *more: str) -> Answer:
    monkeypatch.setenv("DATABASE_URL", console.settings.console_database)
    monkeypatch.setenv("KEYRING_URL", console.settings.keyring_database)
    return handler("audit", "verify", "--home", console.settings.home, *more)


@pytest.mark.parametrize("name", TAMPERINGS)
def test_each_tampering_is_told_in_one_line(
    any_console: FoundedConsole, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tampered(any_console, TAMPERINGS[name])
    answer = command(any_console, monkeypatch)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.count("\n") == 1
    assert answer.err.startswith(f"handler audit: the chain is broken at {TAMPERINGS[name].told}: ")


def test_without_tampering_it_is_whole(any_console: FoundedConsole, monkeypatch: pytest.MonkeyPatch) -> None:
    tampered(any_console, Tampering(run(), ""))
    answer = command(any_console, monkeypatch)
    assert (answer.code, answer.err) == (0, "")
    assert "whole: 7 entries, 1 published" in answer.out


def test_a_tail_cut_off_since_the_last_bulletin_is_told_by_what_a_log_server_was_given(
    any_console: FoundedConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one thing that neither the chain nor the bulletins can tell."""
    fill(any_console)
    with any_console.databases.console.write() as session:
        publish(session, 1)
        record(session, SYSTEM, "what somebody would rather not have done", clock=any_console.clock)
        noted = current_head(session)
        expect = f"{noted.number}:{noted.head.hex()}"
    assert command(any_console, monkeypatch, "--expect", expect).code == 0
    with any_console.databases.console.write() as session:
        unguard(session)
        cut(LAST)(session)
    assert command(any_console, monkeypatch).code == 0
    answer = command(any_console, monkeypatch, "--expect", expect)
    assert answer.code == 1
    assert "broken at entry 8: it does not have the head that was noted elsewhere" in answer.err


@pytest.mark.parametrize(
    "noted", ["", "7", "7:", "0:" + "ab" * 32, "7:" + "AB" * 32, "7:" + "ab" * 31, "x:" + "ab" * 32]
)
def test_what_is_no_number_and_head_is_wrong_usage(console: FoundedConsole, noted: str) -> None:
    assert handler("audit", "verify", "--home", console.settings.home, "--expect", noted).code == 2


def test_in_parts_it_comes_to_the_same(any_console: FoundedConsole, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handler.audit.verify.AT_ONCE", 2)
    tampered(any_console, Tampering(run(), ""))
    with any_console.databases.console.read() as session:
        place, parts = Place(), 0
        while True:
            found = go_on(session, place, lambda: True)
            if found.done:
                break
            assert found.place.number == place.number + 2
            place, parts = found.place, parts + 1
        assert parts == 3
        assert (found.entries, found.bulletins, found.problem) == (7, 1, None)
        assert verify(session) == found


def test_a_part_does_not_trust_a_place_that_the_chain_never_was_at(console: FoundedConsole) -> None:
    fill(console)
    with console.databases.console.read() as session:
        found = go_on(session, Place(3, b"x" * 32), lambda: False)
    assert found.problem is not None
    assert found.problem.entry == 4
