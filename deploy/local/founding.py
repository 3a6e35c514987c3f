"""The demo site: two consoles with two handlers each, founded through the same commands as a real one.

Its secrets lie open in CANDOUR_HOME/demo.json, for `make run` to print; a real site's are written down by people. The
PSU's console is filled with invented cases; their colleagues' sign-ins lie beside it in invented.json.
"""

import json
import secrets
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyotp

from deploy.local.programs import Failed, command

# A publication every 10 s that stays two hours: the board is as large as a real one of 1.4 MiB.
POLICY = ("--publication", "10", "--slots", "2", "--hold", "720", "--decoys", "30")
PEOPLE = {"psu": ("Morgan", "Ellis"), "independent": ("Amari", "Quinn")}  # the supervisor first
INVENTED = "invented.json"
FOLDERS = ("site", "drop", "ceremony", "psu", "independent")


@dataclass(frozen=True)
class SignIn:
    """How a demo handler signs in."""

    console: str
    name: str
    passphrase: str
    totp_secret: str

    def code(self) -> str:
        """The six digits of this half minute."""
        return pyotp.TOTP(self.totp_secret).now()


@dataclass(frozen=True)
class Console:
    name: str
    home: Path


@dataclass(frozen=True)
class Demo:
    """A founded demo site below `home`."""

    home: Path
    sign_ins: list[SignIn]

    @property
    def site(self) -> Path:
        return self.home / "site"

    @property
    def psu(self) -> Console:
        return Console("psu", self.home / "psu")

    @property
    def independent(self) -> Console:
        return Console("independent", self.home / "independent")

    @property
    def colleagues(self) -> list[SignIn]:
        """Invented people of the PSU, where the console was filled."""
        return [
            SignIn("psu", who["name"], who["passphrase"], who["totp_secret"])
            for who in self._invented("colleagues", [])
        ]

    @property
    def words(self) -> dict[str, str]:
        """Of reporters, by the number of their case."""
        return dict(self._invented("words", {}))

    def _invented(self, name: str, otherwise: Any) -> Any:
        path = self.home / INVENTED
        return json.loads(path.read_text())[name] if path.exists() else otherwise

    @property
    def environment(self) -> dict[str, str]:
        return {"CANDOUR_SITE": str(self.site), "CANDOUR_DATA": str(self.home / "drop")}

    def save(self) -> None:
        path = self.home / "demo.json"
        path.touch(mode=0o600)
        path.write_text(json.dumps([asdict(who) for who in self.sign_ins], indent=2) + "\n")

    @classmethod
    def load(cls, home: Path) -> "Demo":
        """Raises Failed when nothing was founded there."""
        path = home / "demo.json"
        if not path.exists():
            raise Failed(f"there is no demo site in {home} yet. `make run` founds one.")
        return cls(home, [SignIn(**who) for who in json.loads(path.read_text())])


def found_or_load(home: Path, pickup_url: str, address: str) -> Demo:
    """The demo site in `home`: a new one on the first run, the same one ever after. The public pages are built anew."""
    if (home / "demo.json").exists():
        demo = Demo.load(home)
    else:
        print(f"Founding a demo site in {home} ...", flush=True)
        demo = found(home, pickup_url)
    for console in (demo.psu, demo.independent):
        point_at(console, pickup_url)
    print("Building the public site ...", flush=True)
    command("reporter", "build", "--site-dir", demo.site, "--address", address, env=demo.environment)
    sign(demo)
    return demo


def sign(demo: Demo) -> None:
    """The built site, where the demo's root key still lies and has not signed just this build."""
    ceremony = demo.home / "ceremony"
    if (ceremony / "root.key").exists() and not (demo.site / "site" / "manifest.sig").exists():
        where = ("--ceremony", ceremony, "--site-dir", demo.site)
        command("handler", "root", "sign-site", *where, env=demo.environment)


def found(home: Path, pickup_url: str) -> Demo:
    """Keys, roster, databases and handlers. `home/founding` marks a founding that did not finish: it is begun again."""
    begun = home / "founding"
    left = [name for name in FOLDERS if (home / name).exists()]
    if left and not begun.exists():
        raise Failed(f"{home} has other data ({', '.join(left)}). Choose another: make run CANDOUR_HOME=FOLDER")
    for name in left:
        shutil.rmtree(home / name)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    begun.touch()

    demo = Demo(home, [])
    demo.sign_ins.append(init(demo, demo.psu, pickup_url, "--audience", "1=psu", "--ceremony", home / "ceremony"))
    demo.sign_ins.append(init(demo, demo.independent, pickup_url, "--join"))
    command(
        *("handler", "root", "sign", "--ceremony", home / "ceremony", "--site-dir", demo.site),
        *("--request", demo.independent.home / "join.request", "--audience", "2=independent"),
        env=demo.environment,
    )
    for supervisor in list(demo.sign_ins):
        demo.sign_ins.append(add_handler(demo, supervisor))
    demo.sign_ins.sort(key=lambda who: list(PEOPLE).index(who.console))
    fill(demo)
    demo.save()
    begun.unlink()
    return demo


def point_at(console: Console, pickup_url: str) -> None:
    """Tells the console where the drop's pickup listener is this time: PICKUP_PORT may have changed."""
    path = console.home / "console.json"
    settings = json.loads(path.read_text())
    path.write_text(json.dumps({**settings, "drop_url": pickup_url}, indent=2) + "\n")


def init(demo: Demo, console: Console, pickup_url: str, *more: str | Path) -> SignIn:
    """A console and its first supervisor."""
    name, passphrase = PEOPLE[console.name][0], new_passphrase()
    answer = command(
        *("handler", "init", "--home", console.home, "--site-dir", demo.site, "--name", console.name),
        *("--groups", console.name, "--drop-url", pickup_url, "--drop-host", "127.0.0.1", "--supervisor", name),
        *(*POLICY, *more, "--json"),
        stdin=passphrase + "\n",
        env=demo.environment,
    )
    return SignIn(console.name, name, passphrase, json.loads(answer)["totp_secret"])


def add_handler(demo: Demo, supervisor: SignIn) -> SignIn:
    """The console's second handler, who may open reports too."""
    name, passphrase = PEOPLE[supervisor.console][1], new_passphrase()
    answer = command(
        *("handler", "user", "add", "--home", demo.home / supervisor.console, "--name", name),
        *("--role", "handler", "--role", "intake", "--by", supervisor.name, "--json"),
        stdin=f"{supervisor.passphrase}\n{passphrase}\n",
        env=demo.environment,
    )
    return SignIn(supervisor.console, name, passphrase, json.loads(answer)["totp_secret"])


def fill(demo: Demo) -> None:
    """Invented cases for the PSU's console, led by its two people."""
    print("Filling the PSU's console with invented cases ...", flush=True)
    people = [who for who in demo.sign_ins if who.console == demo.psu.name]
    answer = command(
        *("handler", "demo", "--home", demo.psu.home, "--json"),
        *(part for who in people for part in ("--as", who.name)),
        stdin="".join(f"{who.passphrase}\n" for who in people),
        env=demo.environment,
    )
    path = demo.home / INVENTED
    path.touch(mode=0o600)
    path.write_text(json.dumps(json.loads(answer), indent=2) + "\n")


def new_passphrase() -> str:
    """64 random bits, to be copied from the screen."""
    return "-".join(secrets.token_hex(2) for _ in range(4))
