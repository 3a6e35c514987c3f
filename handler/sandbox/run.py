"""Starts a program on a stranger's bytes and takes what it writes, in a process that can reach nothing.

With bubblewrap: no network, none of the machine's files but the program and its libraries, read-only, no capabilities,
no other processes in sight. With or without it: little memory and time, no file can be written, no process started, no
environment. The bytes go in and out by pipes and are never on a disk.
"""

import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from handler.errors import Refused

INSIDE = Path(__file__).parent / "inside"
AT = "/sandbox"
"""Where the console's own scripts are, seen from inside."""

CHUNK = 65_536


class Unreadable(Refused):
    """This file cannot be shown: it is broken, or is not what its name says."""


class TooSlow(Refused):
    """This file cannot be shown: looking at it took too long, as it does with files that are made to do harm."""


class TooMuch(Refused):
    """This file cannot be shown: it unpacks to more than the console takes, as files do that are made to do harm."""


@dataclass(frozen=True)
class Limits:
    """What a program may use. `memory`, `output`, `files` in bytes, `cpu` and `seconds` in seconds."""

    memory: int = 1 << 30
    cpu: int = 15
    seconds: float = 25
    output: int = 32 << 20
    files: int = 0  # of a file that is written; more only where the sandbox has a disk of its own, in memory

    def encoded(self) -> str:
        return json.dumps(
            {
                "RLIMIT_CORE": 0,
                "RLIMIT_NOFILE": 64,
                "RLIMIT_NPROC": 0,
                "RLIMIT_FSIZE": self.files,
                "RLIMIT_CPU": self.cpu,
                "RLIMIT_AS": self.memory,
            }
        )


@dataclass(frozen=True)
class Program:
    """What is run: a script of the console's or a system program, its arguments, and which folders it reads.

    `packages`: Python packages that a script imports; `libraries`: a folder of the system that it imports from.
    """

    path: Path
    arguments: tuple[str, ...] = ()
    reads: tuple[Path, ...] = ()
    packages: tuple[Path, ...] = ()
    libraries: str = ""
    python: Path = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"


DEFAULT = Limits()


def walled() -> bool:
    """Whether bubblewrap is here and works, so that a program is cut off and not only limited."""
    found = shutil.which("bwrap")
    return found is not None and _works(found)


def run(program: Program, content: bytes, limits: Limits = DEFAULT) -> bytes:
    """What the program writes. Raises Unreadable, TooSlow, TooMuch."""
    command = _command(program, limits)
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd="/",
        start_new_session=True, bufsize=0,
    ) as process:  # fmt: skip
        try:
            written = _talk(process, content, limits)
            code = process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            raise TooSlow from None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)  # its own session: whatever it began goes with it
    if code == 3 or code < 0 or code > 128:
        raise TooMuch
    if code:
        raise Unreadable
    return written


def _talk(process: "subprocess.Popen[bytes]", content: bytes, limits: Limits) -> bytes:
    """Feeds and reads at once, so that neither side waits for the other. Raises TooSlow, TooMuch."""
    source, sink = process.stdout, process.stdin
    if source is None or sink is None:
        raise AssertionError("both are pipes")
    left, written, end = memoryview(content), bytearray(), time.monotonic() + limits.seconds
    with selectors.DefaultSelector() as ready:
        for pipe, event in ((source, selectors.EVENT_READ), (sink, selectors.EVENT_WRITE)):
            os.set_blocking(pipe.fileno(), False)
            ready.register(pipe, event)
        while ready.get_map():
            rest = end - time.monotonic()
            if rest <= 0:
                raise TooSlow
            for key, _ in ready.select(rest):
                if key.fileobj is source:
                    got = source.read(CHUNK)
                    if got == b"":
                        ready.unregister(source)
                        _close(sink, ready)
                    written += got or b""
                    if len(written) > limits.output:
                        raise TooMuch
                elif not sink.closed:
                    left = _feed(process, left)
                    if not left:
                        _close(sink, ready)
    return bytes(written)


def _feed(process: "subprocess.Popen[bytes]", left: memoryview) -> memoryview:
    """What is left to write; nothing where the program reads no more."""
    if process.stdin is None:
        raise AssertionError("it is a pipe")
    try:
        return left[os.write(process.stdin.fileno(), left[:CHUNK]) :] if left else left
    except BrokenPipeError:
        return left[:0]


def _close(pipe: object, ready: selectors.BaseSelector) -> None:
    for key in list(ready.get_map().values()):
        if key.fileobj is pipe:
            ready.unregister(key.fileobj)
            os.set_blocking(key.fd, True)
            key.fileobj.close()  # type: ignore[union-attr]


def _command(program: Program, limits: Limits) -> list[str]:
    wall = walled()
    script = program.path.suffix == ".py"
    libraries = program.libraries
    if program.packages:
        libraries = f"{AT}/packages" if wall else str(program.packages[0].parent)
    path = f"{AT}/{program.path.name}" if wall and script else str(program.path)
    launch = f"{AT}/launch.py" if wall else str(INSIDE / "launch.py")
    inner = [str(program.python), "-I", "-S", "-B", launch, limits.encoded(), libraries, path, *program.arguments]
    return [*_wall(program, limits), *inner] if wall else inner


def _wall(program: Program, limits: Limits) -> list[str]:
    words = [shutil.which("bwrap") or "bwrap", *_shut()]
    for folder in _system(program):
        words += _bound(folder)
    words += ["--dir", AT, "--ro-bind", str(INSIDE / "launch.py"), f"{AT}/launch.py"]
    if program.path.suffix == ".py":
        words += ["--ro-bind", str(program.path), f"{AT}/{program.path.name}"]
    for package in program.packages:
        words += ["--ro-bind", str(package), f"{AT}/packages/{package.name}"]
    if limits.files:
        words += ["--tmpfs", "/tmp"]  # noqa: S108 - the sandbox's own, in memory
    return [*words, "--remount-ro", "/", "--chdir", "/", "--"]


def _shut() -> list[str]:
    return [
        "--unshare-all", "--unshare-user", "--uid", "65534", "--gid", "65534", "--cap-drop", "ALL", "--new-session",
        "--die-with-parent", "--clearenv",
    ]  # fmt: skip


def _system(program: Program) -> list[Path]:
    """The interpreter, the libraries of the system, and what the program names, the outermost only."""
    prefix = program.python.resolve().parents[1]
    own = () if program.path.suffix == ".py" else (program.path,)
    wanted = [Path("/lib"), Path("/lib64"), Path("/usr/lib"), Path("/usr/lib64"), prefix, *own, *program.reads]
    there = [path for path in wanted if path.exists() or path.is_symlink()]
    return [path for path in there if not any(other in path.parents for other in there if not other.is_symlink())]


def _bound(path: Path) -> list[str]:
    if path.is_symlink():
        return ["--symlink", str(path.readlink()), str(path)]
    return ["--ro-bind", str(path), str(path)]


@cache
def _works(bubblewrap: str) -> bool:
    """Tried once: some machines forbid what it needs."""
    program = shutil.which("true") or "/usr/bin/true"
    words = [bubblewrap, *_shut()]
    for folder in _system(Program(Path(program))):
        words += _bound(folder)
    try:
        tried = subprocess.run([*words, "--", program], env={}, capture_output=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0
