"""`make run`: the whole of Candour on this machine, for trying out. Nothing here is how it is really run: see deploy/.

Founds a site with demo keys in CANDOUR_HOME on the first run, then starts the drop's two listeners, two consoles and
their pickups, and waits. Ctrl-C, SIGTERM, or the end of any of them stops them all.
"""

import json
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from urllib.request import urlopen

from crypto.errors import ProtocolError
from crypto.pins import Pins
from crypto.state import choose_epoch, parse_state
from deploy.local.founding import Demo, SignIn, found_or_load
from deploy.local.programs import Failed, Programs, require_free

PICKUP_SECONDS = 2  # a console asks the drop this often
PUBLISH_SECONDS = 10  # a reply appears after this long; really it is six hours


@dataclass(frozen=True)
class Ports:
    drop: int
    pickup: int
    console: int
    independent: int

    @classmethod
    def from_environment(cls) -> "Ports":
        return cls(
            drop=port("DROP_PORT", 8000),
            pickup=port("PICKUP_PORT", 8001),
            console=port("CONSOLE_PORT", 8002),
            independent=port("INDEPENDENT_PORT", 8003),
        )


def port(variable: str, default: int) -> int:
    text = os.environ.get(variable) or str(default)
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Failed(f"{variable} is {text!r}: it must be a port, a number from 1 to 65535.")
    require_free(int(text), variable)
    return int(text)


def start(programs: Programs, demo: Demo, ports: Ports) -> None:
    """Each program in its own process group, ready to answer when this returns."""
    tls = demo.site / "tls"
    programs.start("drop", "reporter", "serve", "--listen", f"127.0.0.1:{ports.drop}", "--workers", "2")
    programs.start(
        *("drop-pickup", "reporter", "serve", "--pickup", "--listen", f"127.0.0.1:{ports.pickup}"),
        *("--cert", tls / "drop.pem", "--key", tls / "drop.key", "--ca", tls / "ca.pem"),
    )
    programs.wait_for_port("drop", ports.drop)
    programs.wait_for_port("drop-pickup", ports.pickup)
    for console, console_port in ((demo.psu, ports.console), (demo.independent, ports.independent)):
        home = ("--home", console.home)
        rhythm = ("--interval", str(PICKUP_SECONDS), "--publish-every", str(PUBLISH_SECONDS))
        programs.start(f"{console.name}-pickup", "handler", "pickup", *home, "--watch", *rhythm)
        programs.start(f"{console.name}-console", "handler", "serve", *home, "--listen", f"127.0.0.1:{console_port}")
        programs.wait_for_port(f"{console.name}-console", console_port)
    programs.wait_until(lambda: takes_reports(demo, ports.drop), "the consoles did not publish", "psu-pickup")


def takes_reports(demo: Demo, drop_port: int) -> bool:
    """Whether the drop shows what every console has published, so that a report can be sealed for it."""
    pins = Pins.from_json(json.loads((demo.site / "site.json").read_text()))
    try:
        with urlopen(f"http://127.0.0.1:{drop_port}/state", timeout=10) as response:  # http, and our own
            state = parse_state(response.read(), pins)
        choose_epoch(state, time.time())
    except (OSError, ProtocolError):
        return False
    return len(state.bulletins) == len(state.roster.consoles)


def tell(demo: Demo, ports: Ports, home: Path) -> None:
    """What a newcomer needs to try it."""
    drop = f"http://127.0.0.1:{ports.drop}"
    pins = shown(demo.site / "site.json")
    print(f"""
Candour runs on this machine, with demo keys. Only this machine can reach it.

  Report, or read a reply      {drop}/
  PSU's console                http://localhost:{ports.console}/
  Independent console          http://localhost:{ports.independent}/
  Pickup, for the consoles     https://127.0.0.1:{ports.pickup}/  (client certificates only)
  Its data, keys and logs      {home}

Demo sign-ins. A code holds for half a minute; `make codes` prints new ones, or give an authenticator app the secret.
""")
    print_sign_ins([*demo.sign_ins, *demo.colleagues])
    print(f"""
What to try
  1. Open {drop}/ and send a report with a photo. Write down the twelve words.
  2. Sign in to the PSU's console, open the sealed inbox, then the new case, and write an answer.{filled(demo)}
  3. About {PUBLISH_SECONDS} seconds later, check for replies at {drop}/ with the twelve words.
  4. The same without a browser (the words come on standard output):
       echo "What I saw" | .venv/bin/python -m reporter send --site {drop} --pins {pins} --to psu

Ctrl-C stops everything; `make run` again keeps the data.
ready""")


def filled(demo: Demo) -> str:
    """Where the invented cases are worth a look; empty for a site that was founded without them."""
    if not demo.words:
        return ""
    number, words = next(iter(demo.words.items()))
    return f"""
     Its 40 other cases are invented, in every state. Look at Approvals, at what is late, at a history; sign in as
     the invented senior decider, safeguarding lead or auditor, and see what each of them can open.
     The reporter of {number} reads your reply with: {words}"""


def shown(path: Path) -> str:
    """The shorter way to write it, from where `make run` was typed."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def print_sign_ins(sign_ins: list[SignIn]) -> None:
    form = "  {:<13}{:<22}{:<21}{:<34}{}"
    print(form.format("console", "name", "passphrase", "secret for codes", "code now"))
    for who in sign_ins:
        print(form.format(who.console, who.name, who.passphrase, who.totp_secret, who.code()))


def stop_on(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)


def main(arguments: list[str]) -> int:
    home = Path(os.environ.get("CANDOUR_HOME") or ".candour").resolve()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell that starts us in the background ignores it
    signal.signal(signal.SIGTERM, stop_on)
    signal.signal(signal.SIGHUP, stop_on)
    if arguments == ["codes"]:
        demo = Demo.load(home)
        print_sign_ins([*demo.sign_ins, *demo.colleagues])
        return 0
    ports = Ports.from_environment()
    demo = found_or_load(home, f"https://127.0.0.1:{ports.pickup}", f"http://127.0.0.1:{ports.drop}")
    with Programs(home / "logs", demo.environment) as programs:
        start(programs, demo, ports)
        tell(demo, ports, home)
        sys.stdout.flush()
        programs.watch()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failed as failed:
        print(f"make run: {failed}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("\nStopped.")
