"""The servers that other tests rely on are real, empty at the start, and gone at the end."""

import os
import signal
import time
from pathlib import Path

import pytest
import redis
import sqlalchemy as sa
from playwright.sync_api import Page

from tests.support.postgres import PostgresServer
from tests.support.processes import PYTHON, Processes, ProgramFailed, free_port, port_is_open


def test_postgres_database_is_fresh_and_keeps_what_is_written(postgres_url: str) -> None:
    engine = sa.create_engine(postgres_url)
    with engine.begin() as link:
        link.execute(sa.text("CREATE TABLE note (words text)"))
        link.execute(sa.text("INSERT INTO note VALUES ('kept')"))
    with engine.connect() as link:
        assert link.execute(sa.text("SELECT words FROM note")).scalar_one() == "kept"
        assert link.execute(sa.text("SELECT version()")).scalar_one().startswith("PostgreSQL")
    engine.dispose()


def test_postgres_databases_do_not_see_each_other(postgres_server: PostgresServer, postgres_url: str) -> None:
    other = postgres_server.create_database()
    with sa.create_engine(postgres_url).begin() as link:
        link.execute(sa.text("CREATE TABLE note (words text)"))
    engine = sa.create_engine(postgres_server.url(other))
    assert sa.inspect(engine).get_table_names() == []
    engine.dispose()
    postgres_server.drop_database(other)


@pytest.mark.parametrize("turn", [1, 2])
def test_redis_server_counts_and_is_empty_for_each_test(redis_url: str, turn: int) -> None:
    with redis.Redis.from_url(redis_url) as link:
        assert link.incr("visits") == 1, f"left over before turn {turn}"


def test_program_is_waited_for_by_line_and_by_port(processes: Processes) -> None:
    port = free_port()
    server = processes.python("-m", "http.server", str(port), "--bind", "127.0.0.1")
    assert str(port) in server.wait_for_line("Serving HTTP")
    server.wait_for_port(port)
    server.stop()
    assert not port_is_open(port)


def test_program_that_dies_early_shows_its_output(processes: Processes) -> None:
    program = processes.python("-c", "print('no disk left'); raise SystemExit(3)")
    with pytest.raises(ProgramFailed, match=r"ended \(3\)(?s:.*)no disk left"):
        program.wait_for_line("ready")


def test_stopping_a_program_ends_what_it_started(processes: Processes) -> None:
    child = f"import subprocess; print(subprocess.Popen([{str(PYTHON)!r}, '-c', 'import time; time.sleep(600)']).pid)"
    parent = processes.python("-c", f"{child}; print('started'); import time; time.sleep(600)")
    parent.wait_for_line("started")
    pid = int(parent.output().split()[0])
    os.kill(pid, 0)
    assert parent.stop() == -signal.SIGTERM
    end = time.monotonic() + 10  # a signal is not at once an end
    while is_running(pid) and time.monotonic() < end:
        time.sleep(0.05)
    assert not is_running(pid)


def is_running(pid: int) -> bool:
    """Whether the process exists and is no zombie that waits for the machine's first process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_phone_is_390_wide_and_runs_scripts(phone: Page) -> None:
    phone.set_content("<meta name=viewport content='width=device-width'><p id=p></p>")
    phone.evaluate("document.getElementById('p').textContent = innerWidth + 'x' + innerHeight")
    assert phone.inner_text("#p") == "390x844"
