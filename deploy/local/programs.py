"""Programs that run together and end together."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
STOP_SECONDS = 10
OURS = ("CANDOUR_", "DATABASE_URL", "KEYRING_URL", "REDIS_URL", "LIMIT")


PR_SET_PDEATHSIG = 1  # linux/prctl.h
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def end_with_parent() -> None:
    """For a child, before it becomes its program: Linux ends it when its parent is gone, even by kill -9."""
    if LIBC:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Failed(Exception):
    """Something that the demo needs did not work; the message says what, and what to do."""


def clean_environment(more: Mapping[str, str]) -> dict[str, str]:
    """The shell's variables without any that point Candour at a real installation's databases."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return {**kept, "PYTHONUNBUFFERED": "1", **more}


def command(package: str, *arguments: str | Path, stdin: str = "", env: Mapping[str, str]) -> str:
    """Runs `python -m PACKAGE ...` to its end; its standard output. Raises Failed with what it said."""
    line = [sys.executable, "-m", package, *map(str, arguments)]
    done = subprocess.run(
        line, input=stdin, capture_output=True, text=True, cwd=ROOT, env=clean_environment(env), check=False
    )
    if done.returncode:
        raise Failed(f"`{' '.join(line[1:])}` ended with {done.returncode}.\n{done.stderr or done.stdout}")
    return done.stdout


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def require_free(port: int, variable: str) -> None:
    """Raises Failed when something listens there already."""
    if is_open(port):
        raise Failed(f"port {port} is in use. Stop what uses it, or choose another: make run {variable}={port + 100}")


class Programs:
    """What runs in the background. Leaving the `with` block stops all of it, the children's children too."""

    def __init__(self, logs: Path, env: Mapping[str, str]) -> None:
        self._logs = logs
        self._env = clean_environment(env)
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> "Programs":
        self._logs.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        # A second Ctrl-C must not leave half of them running.
        held = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
        self._stop()
        for number, handler in held.items():
            signal.signal(number, handler)

    def _stop(self) -> None:
        for program in reversed(self._running.values()):
            self._signal(program, signal.SIGTERM)
        end = time.monotonic() + STOP_SECONDS
        for program in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                program.wait(max(0, end - time.monotonic()))
            self._signal(program, signal.SIGKILL)
            program.wait()

    def start(self, name: str, package: str, *arguments: str | Path) -> None:
        """`python -m PACKAGE ...`, with its output in LOGS/NAME.log."""
        with (self._logs / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                [sys.executable, "-m", package, *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                env=self._env,
                preexec_fn=end_with_parent,  # noqa: PLW1509 # no other thread runs here
                start_new_session=True,  # Ctrl-C reaches this program only, which then stops them in order
            )

    def wait_for_port(self, name: str, port: int) -> None:
        """Until the program answers. Raises Failed when it ends, or is not there in time."""
        self.wait_until(lambda: is_open(port), f"{name} did not answer on port {port}", name)

    def wait_until(self, ready: Callable[[], bool], otherwise: str, about: str) -> None:
        """Until `ready`. Raises Failed when a program ends, and saying `otherwise` when time runs out."""
        end = time.monotonic() + START_SECONDS
        while not ready():
            self._require_alive()
            if time.monotonic() > end:
                raise Failed(f"{otherwise} in {START_SECONDS} s.\n{self._last_words(about)}")
            time.sleep(0.1)

    def watch(self) -> None:
        """Stays until one of them ends, and raises Failed then."""
        while True:
            self._require_alive()
            time.sleep(0.5)

    def _require_alive(self) -> None:
        for name, program in self._running.items():
            if program.poll() is not None:
                code = program.returncode
                raise Failed(f"{name} ended with {code}; the rest was stopped.\n{self._last_words(name)}")

    def _last_words(self, name: str) -> str:
        log = self._logs / f"{name}.log"
        return f"{log} ends:\n" + "\n".join(log.read_text(errors="replace").splitlines()[-15:])

    @staticmethod
    def _signal(program: subprocess.Popen[bytes], number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(program.pid, number)
