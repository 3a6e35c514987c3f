"""A founded Candour on this machine, as an agency would run it: one drop, the PSU's console, the independent one's.

Everything is made through the command lines, and nothing is faked. Publication happens when a test says so
(`publish`), not by the clock; that is the only difference from `make run`.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyotp

from tests.support.processes import PYTHON, ROOT, Processes, Program, free_port

SUPERVISOR = "Sam Supervisor"
PASSPHRASE = "correct horse battery staple 41"


@dataclass
class Account:
    """A handler's way in: name, passphrase and the secret of the second factor."""

    name: str
    passphrase: str
    totp_secret: str

    def code(self, at: float | None = None) -> str:
        """The six digits of this half minute."""
        totp = pyotp.TOTP(self.totp_secret)
        return totp.now() if at is None else totp.at(int(at))


@dataclass
class Console:
    """One console: its name, its folder, its port and its first supervisor."""

    name: str
    home: Path
    port: int
    supervisor: Account

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class World:
    """Founding, processes and addresses of one whole site below `folder`."""

    def __init__(self, folder: Path, processes: Processes, env: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.processes = processes
        self.site = folder / "site"
        self.data = folder / "drop"
        self.ceremony = folder / "ceremony"
        self.drop_port, self.pickup_port = free_port(), free_port()
        self.env = {"CANDOUR_SITE": str(self.site), "CANDOUR_DATA": str(self.data), **(env or {})}
        self.drop: Program | None = None
        self.pickup: Program | None = None
        self.psu: Console
        self.independent: Console

    @property
    def drop_url(self) -> str:
        return f"http://127.0.0.1:{self.drop_port}"

    @property
    def pickup_url(self) -> str:
        return f"https://127.0.0.1:{self.pickup_port}"

    # -- founding ---------------------------------------------------------------------------------------------------

    def found(self, decoys: int = 0) -> None:
        """Both consoles and the built site. `decoys` an hour: none by default, so that a test counts its own posts."""
        self.data.mkdir(parents=True)
        self.psu = self._found_console("psu", decoys, "--audience", "1=psu", "--ceremony", self.ceremony)
        self.independent = self._found_console("independent", decoys, "--join")
        self.handler(
            "root", "sign", "--ceremony", self.ceremony, "--site-dir", self.site,
            "--request", self.independent.home / "join.request", "--audience", "2=independent",
        )  # fmt: skip
        self.reporter("build", "--site-dir", self.site)

    def _found_console(self, name: str, decoys: int, *more: str | Path) -> Console:
        home = self.folder / name
        answer = self.handler(
            "init", "--home", home, "--site-dir", self.site, "--name", name, "--groups", name,
            "--drop-url", self.pickup_url, "--drop-host", "127.0.0.1", "--supervisor", SUPERVISOR,
            "--decoys", str(decoys), *more, "--json",
            stdin=PASSPHRASE + "\n",
        )  # fmt: skip
        account = Account(SUPERVISOR, PASSPHRASE, json.loads(answer)["totp_secret"])
        return Console(name, home, free_port(), account)

    # -- running ----------------------------------------------------------------------------------------------------

    def start_drop(self, workers: int = 1) -> None:
        """The public listener and the pickup listener."""
        self.drop = self.processes.python(
            "-m", "reporter", "serve", "--listen", f"127.0.0.1:{self.drop_port}", "--workers", str(workers),
            name="drop", env=self.env,
        )  # fmt: skip
        tls = self.site / "tls"
        self.pickup = self.processes.python(
            "-m", "reporter", "serve", "--pickup", "--listen", f"127.0.0.1:{self.pickup_port}",
            "--cert", tls / "drop.pem", "--key", tls / "drop.key", "--ca", tls / "ca.pem",
            name="pickup", env=self.env,
        )  # fmt: skip
        self.drop.wait_for_port(self.drop_port)
        self.pickup.wait_for_port(self.pickup_port)

    def start_console(self, console: Console) -> Program:
        """The console's pages, once they answer."""
        program = self.spawn_console(console)
        program.wait_for_port(console.port)
        return program

    def spawn_console(self, console: Console) -> Program:
        """The console's pages, which answer some seconds later."""
        return self.processes.python(
            "-m", "handler", "serve", "--home", console.home, "--listen", f"127.0.0.1:{console.port}",
            name=f"console-{console.name}",
        )  # fmt: skip

    def start(self) -> None:
        """Everything: found, serve, and a first publication of each console."""
        self.found()
        self.start_drop()
        self.publish()
        for console in (self.psu, self.independent):
            self.start_console(console)

    def publish(self, *consoles: Console) -> None:
        """One cycle of pickup and publication of each console, as its timer would start it."""
        for console in consoles or (self.psu, self.independent):
            self.handler("pickup", "--home", console.home)

    def add_handler(self, console: Console, name: str) -> Account:
        """One more handler with intake, by the console's supervisor."""
        passphrase = f"{name} and a long passphrase"
        answer = self.handler(
            "user", "add", "--home", console.home, "--name", name, "--role", "handler", "--role", "intake",
            "--by", console.supervisor.name, "--json",
            stdin=f"{console.supervisor.passphrase}\n{passphrase}\n",
        )  # fmt: skip
        return Account(name, passphrase, json.loads(answer)["totp_secret"])

    # -- command lines ----------------------------------------------------------------------------------------------

    def handler(self, *arguments: str | Path, stdin: str = "") -> str:
        """`python -m handler …`; its standard output. An exit code but 0 is an AssertionError with what it said."""
        return self._command("handler", arguments, stdin)

    def reporter(self, *arguments: str | Path, stdin: str = "") -> str:
        """`python -m reporter …`, likewise."""
        return self._command("reporter", arguments, stdin)

    def _command(self, package: str, arguments: tuple[str | Path, ...], stdin: str) -> str:
        done = subprocess.run(
            [str(PYTHON), "-m", package, *map(str, arguments)],
            input=stdin, capture_output=True, text=True, cwd=ROOT, env={**os.environ, **self.env}, timeout=300,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{package} {arguments[:2]} exited {done.returncode}: {done.stderr}{done.stdout}"
        return done.stdout

    def copy_of(self, console: Console, to: Path) -> Path:
        """The console's folder as somebody who took its disk has it."""
        return Path(shutil.copytree(console.home, to))
