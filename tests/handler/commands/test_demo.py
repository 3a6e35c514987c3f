"""`handler demo`: who may, what is refused, what it prints, and how to begin anew after it was stopped."""

import io
import json
import os
import signal
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import select

from handler.__main__ import main
from handler.cases.tables import Case
from handler.identity.tables import User
from tests.handler.founded import PASSPHRASE, SUPERVISOR, FoundedConsole

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(console: FoundedConsole, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command; its exit code and all that it printed."""

    def command(*more: str, stdin: str = PASSPHRASE) -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{stdin}\n"))
        code = main(["demo", "--home", str(console.settings.home), *more])
        return code, "".join(capsys.readouterr())

    return command


def test_it_fills_the_console_tells_the_colleagues_and_refuses_a_second_time(run: Run) -> None:
    code, answer = run("--as", SUPERVISOR, "--json")
    assert code == 0
    told = json.loads(answer)
    assert (told["cases"], told["sealed"]) == (40, 2)
    assert {role for who in told["colleagues"] for role in who["roles"]} >= {"senior-decider", "auditor"}
    assert all(len(words.split()) == 12 for words in told["words"].values())
    code, refused = run("--as", SUPERVISOR)
    assert code == 1
    assert "has no cases yet" in refused


@pytest.mark.parametrize(
    ("people", "stdin", "said"),
    [
        ([SUPERVISOR], "wrong", "is not right"),
        ([SUPERVISOR, "Nobody"], PASSPHRASE, "expected on standard input"),
        (["Hana Handler"], "four quite unrelated words", "led by a supervisor"),
    ],
)
def test_who_may_not(console: FoundedConsole, run: Run, people: list[str], stdin: str, said: str) -> None:
    console.add_person("Hana Handler", "handler", "intake")
    code, told = run(*(part for name in people for part in ("--as", name)), stdin=stdin)
    assert code == 1
    assert said in told
    assert number_of(console, Case) == 0
    assert number_of(console, User) == 2, "nobody was invented"


def test_stopped_on_the_way_it_says_how_to_begin_anew(console: FoundedConsole, run: Run) -> None:
    def stop_once_a_case_is_there() -> None:
        while number_of(console, Case) == 0:
            pass
        os.kill(os.getpid(), signal.SIGINT)

    watcher = threading.Thread(target=stop_once_a_case_is_there)
    watcher.start()
    code, told = run("--as", SUPERVISOR)
    watcher.join()
    assert code == 1
    assert "To begin anew, remove the console's folder" in told
    code, told = run("--as", SUPERVISOR)
    assert code == 1
    assert "to begin anew, remove the console's folder" in told


def number_of(console: FoundedConsole, table: type[Case] | type[User]) -> int:
    with console.databases.console.read() as session:
        return len(session.scalars(select(table.id)).all())
