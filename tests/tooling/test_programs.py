"""`make run` ends what it started, says which program failed, and never touches a real installation's databases."""

import os
import signal
import time
from pathlib import Path

import pytest

from deploy.local.programs import Failed, Programs, clean_environment, command, is_open, require_free
from tests.support.processes import Processes, free_port, port_is_open


def test_leaving_stops_every_program(tmp_path: Path) -> None:
    ports = [free_port(), free_port()]
    with Programs(tmp_path, {}) as programs:
        for port in ports:
            programs.start(f"web-{port}", "http.server", str(port), "--bind", "127.0.0.1")
            programs.wait_for_port(f"web-{port}", port)
    assert [port for port in ports if is_open(port)] == []


def test_the_end_of_one_program_is_told_with_its_last_words(tmp_path: Path) -> None:
    with Programs(tmp_path, {}) as programs, pytest.raises(Failed, match=r"web ended with (?s:.*)not-a-port"):
        programs.start("web", "http.server", "not-a-port")
        programs.watch()


def test_a_busy_port_is_named_with_its_variable(tmp_path: Path) -> None:
    port = free_port()
    with Programs(tmp_path, {}) as programs:
        programs.start("web", "http.server", str(port), "--bind", "127.0.0.1")
        programs.wait_for_port("web", port)
        with pytest.raises(Failed, match=f"port {port} is in use.*DROP_PORT="):
            require_free(port, "DROP_PORT")


def test_a_failed_command_says_what_it_said() -> None:
    with pytest.raises(Failed, match=r"json\.tool(?s:.*)Expecting value"):
        command("json.tool", stdin="not json", env={})


def test_a_real_installations_settings_do_not_reach_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    real = ["DATABASE_URL", "KEYRING_URL", "REDIS_URL", "CANDOUR_SITE", "CANDOUR_CONSOLE"]
    for variable in real:
        monkeypatch.setenv(variable, "a real one")
    assert clean_environment({"CANDOUR_SITE": "the demo"})["CANDOUR_SITE"] == "the demo"
    assert clean_environment({})["PATH"] == os.environ["PATH"]
    assert "a real one" not in clean_environment({}).values()


def test_codes_before_the_first_run_say_what_to_do(processes: Processes, tmp_path: Path) -> None:
    program = processes.python("-m", "deploy.local.run", "codes", env={"CANDOUR_HOME": str(tmp_path)})
    assert program.wait_for_end() == 1
    assert "`make run` founds one" in program.output()


def test_a_folder_with_other_data_is_left_alone(processes: Processes, tmp_path: Path) -> None:
    mine = tmp_path / "site" / "mine.txt"
    mine.parent.mkdir()
    mine.write_text("kept")
    ports = {name: str(free_port()) for name in ("DROP_PORT", "PICKUP_PORT", "CONSOLE_PORT", "INDEPENDENT_PORT")}
    program = processes.python("-m", "deploy.local.run", env={"CANDOUR_HOME": str(tmp_path), **ports})
    assert program.wait_for_end() == 1
    assert "has other data (site)" in program.output()
    assert mine.read_text() == "kept"


def test_a_port_that_is_none_is_refused(processes: Processes, tmp_path: Path) -> None:
    program = processes.python("-m", "deploy.local.run", env={"CANDOUR_HOME": str(tmp_path), "DROP_PORT": "http"})
    assert program.wait_for_end() == 1
    assert "DROP_PORT is 'http'" in program.output()


def test_programs_restores_the_signals_it_held_off(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGINT)
    with Programs(tmp_path, {}):
        pass
    assert signal.getsignal(signal.SIGINT) == before


def test_programs_end_when_make_run_itself_is_killed(processes: Processes, tmp_path: Path) -> None:
    port = free_port()
    runner = processes.python(
        "-c",
        "from pathlib import Path; from deploy.local.programs import Programs\n"
        f"with Programs(Path({str(tmp_path)!r}), {{}}) as programs:\n"
        f"    programs.start('web', 'http.server', '{port}', '--bind', '127.0.0.1')\n"
        f"    programs.wait_for_port('web', {port}); print('started'); programs.watch()",
    )
    runner.wait_for_line("started")
    runner.kill()
    end = time.monotonic() + 20
    while port_is_open(port) and time.monotonic() < end:
        time.sleep(0.1)
    assert not port_is_open(port)
