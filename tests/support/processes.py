"""Programs that a test starts: waited for, logged, and ended with everything they started themselves."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from deploy.local.programs import end_with_parent

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv" / "bin" / "python"


class ProgramFailed(AssertionError):
    """A program that the test needs ended, or did not get ready in time; its output follows."""


def free_port(host: str = "127.0.0.1") -> int:
    """A TCP port that nothing listens on. Another program could take it first: use it at once."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def port_is_open(port: int, host: str = "127.0.0.1") -> bool:
    """Whether something accepts connections there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


class Program:
    """A running program in its own process group, standard output and error together in `log`."""

    def __init__(self, arguments: Sequence[str | Path], log: Path, env: Mapping[str, str], cwd: Path) -> None:
        self.arguments = [str(argument) for argument in arguments]
        self.log = log
        with log.open("wb") as sink:
            self.process = subprocess.Popen(
                self.arguments,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **env},
                cwd=cwd,
                preexec_fn=end_with_parent,  # noqa: PLW1509 # one prctl call
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    def output(self) -> str:
        """All it has printed so far."""
        return self.log.read_text(errors="replace")

    def wait_for_line(self, text: str, seconds: float = 60, whole: bool = False) -> str:
        """The first line with `text` in it, or that is `text` (`whole`). Raises ProgramFailed when the program ends or
        time runs out before."""

        def found() -> list[str]:
            return [line for line in self.output().splitlines() if line == text or (text in line and not whole)]

        self._wait(lambda: bool(found()), f"the line {text!r}", seconds)
        return found()[0]

    def wait_for_port(self, port: int, seconds: float = 60) -> None:
        """Until the program's port accepts connections. Raises ProgramFailed like wait_for_line."""
        self._wait(lambda: port_is_open(port), f"port {port}", seconds)

    def wait_for_path(self, path: Path, seconds: float = 60) -> None:
        """Until a file or unix socket exists. Raises ProgramFailed like wait_for_line."""
        self._wait(path.exists, str(path), seconds)

    def wait_for_end(self, seconds: float = 60) -> int:
        """Its exit code, once it has ended by itself."""
        return self.process.wait(seconds)

    def send(self, number: signal.Signals) -> None:
        """To the program alone, not to its group."""
        self.process.send_signal(number)

    def kill(self) -> None:
        """SIGKILL to the whole group, as when the power goes."""
        self._signal_group(signal.SIGKILL)
        self.process.wait(10)

    def stop(self, seconds: float = 10) -> int:
        """SIGTERM to the group, SIGKILL to what is left of it; the exit code."""
        self._signal_group(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        self._signal_group(signal.SIGKILL)
        return self.process.wait(10)

    def _signal_group(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def _wait(self, ready: Callable[[], bool], what: str, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not ready():
            if self.process.poll() is not None:
                code = self.process.returncode
                raise ProgramFailed(f"{self.arguments} ended ({code}) before {what}:\n{self.output()}")
            if time.monotonic() > end:
                raise ProgramFailed(f"{self.arguments} gave no {what} in {seconds} s:\n{self.output()}")
            time.sleep(0.05)


class Processes:
    """Starts programs and remembers them, so that they can be ended together."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._programs: list[Program] = []

    def start(
        self,
        *arguments: str | Path,
        name: str = "program",
        env: Mapping[str, str] | None = None,
        cwd: Path = ROOT,
    ) -> Program:
        """Runs a program in the background. Its output goes to `LOGS/NUMBER-NAME.log`, its input is empty."""
        log = self._logs / f"{len(self._programs):02}-{name}.log"
        program = Program(arguments, log, env or {}, cwd)
        self._programs.append(program)
        return program

    def python(self, *arguments: str | Path, name: str = "python", env: Mapping[str, str] | None = None) -> Program:
        """The same for the project's Python: `processes.python("-m", "reporter", "serve")`."""
        return self.start(PYTHON, *arguments, name=name, env=env)

    def stop_all(self) -> None:
        for program in reversed(self._programs):
            program.stop()


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    """Starts programs; whatever they started too is dead when the test is over.

    program = processes.python("-m", "reporter", "serve", env={"DROP_PORT": str(port)})
    program.wait_for_port(port)
    """
    logs = tmp_path / "logs"
    logs.mkdir()
    running = Processes(logs)
    try:
        yield running
    finally:
        running.stop_all()


@pytest.fixture(scope="module")
def module_processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    """The same as `processes`, for programs that all tests of a file share."""
    running = Processes(tmp_path_factory.mktemp("logs"))
    try:
        yield running
    finally:
        running.stop_all()
