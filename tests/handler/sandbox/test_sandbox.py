"""The sandbox for real: what a program in it can reach, and how it ends when it takes too much."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from handler.sandbox.run import INSIDE, Limits, Program, TooMuch, TooSlow, Unreadable, run, walled

SCRIPTS = {
    "socket": "import socket, sys; socket.create_connection(('127.0.0.1', int(sys.argv[1])), 3); print('did')",
    "read": "import sys; print(open('/etc/passwd').read()); print('did')",
    "write": "import sys; f = open(sys.argv[2], 'wb', 0); f.write(b'x'); print('did')",
    "list": "import os; print(os.listdir('/proc')); print('did')",
    "memory": "bytearray(3 << 30); print('did')",
    "environment": "import os; print(sorted(os.environ))",
    "echo": "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())",
    "spin": "while True: pass",
    "sleep": "import time; time.sleep(60)",
    "flood": "import sys\nwhile True: sys.stdout.buffer.write(bytes(65536))",
    "deaf": "print('did')",
}
SHORT = Limits(seconds=30, cpu=5)


@pytest.fixture
def port() -> Iterator[int]:
    """Somebody listens there."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def without_bubblewrap(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


def tried(folder: Path, name: str, *arguments: str, content: bytes = b"", limits: Limits = SHORT) -> bytes:
    script = folder / f"{name}.py"
    script.write_text(SCRIPTS[name])
    return run(Program(script, arguments), content, limits)


def test_bubblewrap_is_here() -> None:
    assert walled()


@pytest.mark.parametrize("name", ["socket", "read", "write", "list", "memory"])
def test_a_payload_reaches_nothing(tmp_path: Path, port: int, name: str) -> None:
    with pytest.raises(Unreadable):
        tried(tmp_path, name, str(port), str(tmp_path / "written"))
    assert not (tmp_path / "written").exists()


@pytest.mark.parametrize("name", ["write", "memory"])
def test_without_bubblewrap_it_still_writes_nothing_and_takes_little(
    tmp_path: Path, port: int, name: str, without_bubblewrap: None
) -> None:
    assert not walled()
    with pytest.raises(Unreadable):
        tried(tmp_path, name, str(port), str(tmp_path / "written"))
    left = tmp_path / "written"
    assert not left.exists() or left.read_bytes() == b""


@pytest.mark.parametrize("wall", [True, False])
def test_no_environment_and_bytes_in_and_out_by_pipes(
    tmp_path: Path, wall: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANARY", "secret")
    if not wall:
        monkeypatch.setenv("PATH", str(tmp_path))
    assert b"CANARY" not in tried(tmp_path, "environment")
    content = os.urandom(3_000_000)
    assert tried(tmp_path, "echo", content=content) == content
    assert tried(tmp_path, "deaf", content=content) == b"did\n"  # reads nothing of it


@pytest.mark.parametrize("wall", [True, False])
@pytest.mark.parametrize(("name", "refusal"), [("spin", TooMuch), ("sleep", TooSlow), ("flood", TooMuch)])
def test_what_takes_too_much_is_ended(
    tmp_path: Path, name: str, refusal: type[Exception], wall: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not wall:
        monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(refusal):
        tried(tmp_path, name, limits=Limits(seconds=3 if refusal is TooSlow else 60, cpu=1, output=1 << 20))


def test_a_limit_that_cannot_be_set_ends_it_before_it_reads(tmp_path: Path) -> None:
    """So it is where the console's service may not set limits."""
    script = tmp_path / "deaf.py"
    script.write_text(SCRIPTS["deaf"])
    for limits, done in (('{"RLIMIT_CORE": 0}', b"did\n"), ('{"RLIMIT_NONE": 0}', b"")):
        command = [sys.executable, "-I", "-S", INSIDE / "launch.py", limits, "", script]
        ended = subprocess.run(command, capture_output=True, check=False)
        assert (ended.stdout, ended.returncode == 0) == (done, bool(done))
