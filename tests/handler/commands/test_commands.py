"""The command line as an operator meets it: exit codes, one line for a refusal, JSON for machines, secrets on stdin."""

import fcntl
import http.client
import io
import json
import re
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from handler.__main__ import main
from handler.commands import serve
from handler.errors import Refused
from handler.settings import Settings
from tests.handler.founded import PASSPHRASE, SUPERVISOR, FoundedConsole
from tests.support.processes import PYTHON, ROOT, Processes, free_port

COMMANDS = (
    "init", "root", "roster", "user", "key", "pickup", "serve", "recover", "backup", "restore", "restored", "sealed",
    "audit", "verify-receipt",
)  # fmt: skip


@dataclass
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Mapping[str, object]:
        found: Mapping[str, object] = json.loads(self.out)
        return found


def handler(*arguments: str | Path, stdin: str = "") -> Answer:
    """In this process; `test_the_module_runs_as_a_program` starts a real one."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", io.StringIO(stdin))
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as ended:
            code = int(ended.code or 0)
    return Answer(code, out.getvalue(), err.getvalue())


def init_words(folder: Path, *more: str | Path, name: str = "psu") -> list[str | Path]:
    return [
        *("init", "--home", folder / name, "--site-dir", folder / "site", "--name", name, "--groups", name),
        *("--drop-url", "https://127.0.0.1:1", "--supervisor", SUPERVISOR, *more),
    ]


def init(folder: Path, *more: str | Path, name: str = "psu", stdin: str = PASSPHRASE + "\n") -> Answer:
    return handler(*init_words(folder, *more, name=name), stdin=stdin)


def test_the_module_runs_as_a_program(tmp_path: Path) -> None:
    founding = init_words(tmp_path, "--audience", "1=psu", "--ceremony", tmp_path / "ceremony")
    certifying = ["key", "certify", "--home", tmp_path / "psu"]
    for words, passphrase, code in ((founding, PASSPHRASE, 0), (certifying, PASSPHRASE, 0), (certifying, "wrong", 1)):
        program = [PYTHON, "-m", "handler", *words]
        done = subprocess.run(program, input=passphrase + "\n", capture_output=True, text=True, cwd=ROOT, check=False)
        assert done.returncode == code, done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    answer = handler(command, "--help")
    assert (answer.code, answer.err) == (0, "")
    assert f"usage: handler {command}" in answer.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        (),
        ("init",),
        ("root",),
        ("user", "add", "--name", "x", "--role", "chief"),
        ("audit",),
        ("verify-receipt", "file", "--roots", "xyz"),
    ],
)
def test_wrong_usage_ends_with_2(arguments: tuple[str, ...]) -> None:
    assert handler(*arguments).code == 2


def test_init_and_join_and_sign_and_everyday_commands(tmp_path: Path) -> None:
    """The whole of a founding as an operator does it."""
    founded = init(tmp_path, "--audience", "1=psu", "--ceremony", tmp_path / "ceremony", "--shares", "2-of-3", "--json")
    assert (founded.code, founded.err) == (0, "")
    shares = founded.json["recovery_shares"]
    assert isinstance(shares, list)
    assert len(shares) == 3
    assert init(tmp_path, "--join", name="independent").code == 0
    told = handler(
        *("root", "sign", "--ceremony", tmp_path / "ceremony", "--site-dir", tmp_path / "site"),
        *("--request", tmp_path / "independent" / "join.request", "--audience", "2=independent", "--json"),
    )
    assert told.json["audiences"] == {"1": ["psu"], "2": ["independent"]}
    for name in ("psu", "independent"):
        assert handler("roster", "show", "--home", tmp_path / name, "--json").json["serial"] == 2
    home = ("--home", tmp_path / "psu")
    added = handler(
        "user",
        "add",
        *home,
        "--name",
        "Nina",
        "--role",
        "intake",
        "--json",
        stdin=f"{PASSPHRASE}\nnina long passphrase\n",
    )
    assert re.fullmatch("[A-Z2-7]{32}", str(added.json["totp_secret"]))
    refreshed = handler(
        "root", "refresh", "--ceremony", tmp_path / "ceremony", "--site-dir", tmp_path / "site", "--json"
    )
    assert refreshed.json["serial"] == 3
    assert handler("user", "disable", *home, "--name", "Nina", stdin=PASSPHRASE + "\n").code == 0
    assert "Nina: closed" in handler("user", "list", *home).out
    recovered = handler(
        "recover",
        *home,
        "--supervisor",
        "Rita",
        "--json",
        stdin="\n".join(["rita long passphrase", *shares[1:]]) + "\n",
    )
    assert recovered.code == 0
    assert handler("key", "certify", *home, "--by", "Rita", stdin="rita long passphrase\n").code == 0
    verified = handler("audit", "verify", *home, "--json").json
    assert (verified["entries"], verified["problem"]) == (6, None)


def test_a_refusal_is_one_line_on_standard_error_and_exit_1(console: FoundedConsole) -> None:
    home = ("--home", console.settings.home)
    refusals = {
        "not right": handler("key", "certify", *home, stdin="wrong\n"),
        "no console in this folder": handler("audit", "verify", "--home", console.settings.home / "nowhere"),
        "Nobody with an open account": handler("user", "disable", *home, "--name", "x", stdin=PASSPHRASE + "\n"),
        "too short": handler("user", "add", *home, "--name", "x", "--role", "intake", stdin=f"{PASSPHRASE}\nshort\n"),
        "standard input": handler("user", "add", *home, "--name", "x", "--role", "intake", stdin=""),
        "do not fit together": handler("recover", *home, stdin="a long passphrase\nnot a share\n"),
    }
    for sentence, answer in refusals.items():
        assert answer.code == 1, sentence
        assert sentence in answer.err
        assert answer.err.count("\n") == 1
        assert answer.out == ""


def test_only_a_supervisor_adds_people(console: FoundedConsole) -> None:
    olu = console.add_person("Olu", "intake")
    answer = handler(
        *("user", "add", "--home", console.settings.home, "--name", "x", "--role", "intake", "--by", "Olu"),
        stdin=f"{olu.passphrase}\nanother long passphrase\n",
    )
    assert answer.code == 1
    assert "no supervisor" in answer.err


def test_passphrases_are_no_arguments() -> None:
    for command in (("init",), ("user", "add"), ("user", "disable"), ("key", "rotate"), ("recover",)):
        assert "--pass" not in handler(*command, "--help").out


def test_interrupted_founding_can_be_repeated(tmp_path: Path, processes: Processes) -> None:
    """Killed while it works, it leaves no console and no site; what it left beside them stands in nobody's way."""
    arguments = [
        "init",
        "--home",
        tmp_path / "psu",
        "--site-dir",
        tmp_path / "site",
        "--name",
        "psu",
        "--groups",
        "psu",
    ]
    arguments += ["--drop-url", "https://127.0.0.1:1", "--supervisor", SUPERVISOR, "--ceremony", tmp_path / "ceremony"]
    running = subprocess.Popen(
        [str(PYTHON), "-m", "handler", *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd=ROOT
    )
    assert running.stdin is not None
    running.stdin.write(PASSPHRASE.encode() + b"\n")
    running.stdin.flush()
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob(".psu.making-*/console.db")) and time.monotonic() < deadline:
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    running.wait(30)
    assert not (tmp_path / "psu").exists()
    assert not (tmp_path / "site" / "site.json").exists()
    assert init(tmp_path, "--ceremony", tmp_path / "ceremony").code == 0


def test_serve_answers_on_this_machine_and_keeps_no_access_log(console: FoundedConsole, processes: Processes) -> None:
    port = free_port()
    program = processes.python(
        "-m", "handler", "serve", "--home", console.settings.home, "--listen", f"127.0.0.1:{port}", name="console"
    )
    program.wait_for_port(port)
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    link.request("GET", "/sign-in", headers={"User-Agent": "canary-agent"})
    answer = link.getresponse()
    assert answer.status == 200
    assert "<h1" in answer.read().decode()
    assert "canary-agent" not in program.output()
    assert "GET /sign-in" not in program.output()


def test_serve_on_a_unix_socket_lets_only_its_own_group_in(console: FoundedConsole, processes: Processes) -> None:
    with tempfile.TemporaryDirectory(prefix="candour-") as short:  # a socket's path has at most 107 bytes
        path = Path(short) / "console.sock"
        program = processes.python(
            "-m", "handler", "serve", "--home", console.settings.home, "--listen", f"unix:{path}", name="console"
        )
        program.wait_for_path(path)
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(60)
            link.connect(str(path))
            link.sendall(b"GET /sign-in HTTP/1.0\r\nHost: console\r\n\r\n")
            assert link.recv(12)[8:] == b" 200"
        assert stat.S_IMODE(path.stat().st_mode) & 0o007 == 0


def test_serve_without_tls_refuses_to_be_reached_from_outside(console: FoundedConsole) -> None:
    answer = handler("serve", "--home", console.settings.home, "--listen", "0.0.0.0:8002")
    assert answer.code == 1
    assert "only on this machine" in answer.err
    assert issubclass(serve.WouldBeReadable, Refused)
    heard = {
        "127.0.0.1:1": True,
        "[::1]:1": True,
        "localhost:1": True,
        "unix:/x": True,
        "10.0.0.1:1": False,
        "[::]:1": False,
    }
    assert {listen: serve.only_here(listen) for listen in heard} == heard


def test_the_folder_is_the_one_the_environment_names_and_never_the_home_of_the_user(
    console: FoundedConsole, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(console.settings.home))
    monkeypatch.setenv("ORIGIN", "https://elsewhere.example")
    monkeypatch.delenv("CANDOUR_CONSOLE", raising=False)
    assert (Settings().home, Settings().origin) == (Path("console"), "")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CANDOUR_CONSOLE", str(console.settings.home))
    assert main(["audit", "verify"]) == 0


def test_a_pickup_says_what_is_wrong_with_its_periods_before_it_begins(console: FoundedConsole) -> None:
    (console.settings.home / "deadlines.toml").write_text("triage_p3 = 0\n")
    answer = handler("pickup", "--home", console.settings.home)
    assert answer.code == 1
    assert "deadlines.toml is not in order" in answer.err


def test_a_second_pickup_of_one_folder_says_so_and_ends(console: FoundedConsole) -> None:
    home = console.settings.home
    with (home / "pickup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        answer = handler("pickup", "--home", home)
    assert answer.code == 1
    assert "Another `handler pickup` works for this folder already." in answer.err
    assert "works for this folder" not in handler("pickup", "--home", home).err


@pytest.mark.parametrize(("slots", "hold"), [("35", "118"), ("0", "120"), ("4", "0")])
def test_init_refuses_a_board_that_no_client_would_take(tmp_path: Path, slots: str, hold: str) -> None:
    answer = init(tmp_path, "--ceremony", tmp_path / "ceremony", "--slots", slots, "--hold", hold)
    assert answer.code == 1
    assert "at most 4,096" in answer.err
    assert list(tmp_path.iterdir()) == []
