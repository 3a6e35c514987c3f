"""The public site as visitors have it: built, served by a real drop, with two miniature consoles behind it."""

import atexit
import copy
import shutil
import tempfile
import time
import urllib.request
from dataclasses import dataclass, replace
from pathlib import Path

from reporter.build import Built, build
from reporter.languages import TRANSLATIONS
from tests.browser.founding import Founding
from tests.browser.miniature import MiniatureConsole
from tests.support.processes import Processes, free_port, port_is_open


@dataclass
class Template:
    """A founded and built site that serves as often as its port is free: building takes longer than most tests."""

    folder: Path
    port: int
    founding: Founding
    built: Built

    def copy_to(self, folder: Path) -> tuple[Founding, Built]:
        """The same site in a folder of its own."""
        shutil.copytree(self.folder, folder)
        founding = copy.copy(self.founding)
        founding.folder = folder
        return founding, replace(self.built, folder=folder / self.built.folder.name)


_made: list[Template] = []


def _template(translations: Path) -> Template:
    known = [one for one in _made if not port_is_open(one.port)] if translations == TRANSLATIONS else []
    if known:
        return known[0]
    folder, port = Path(tempfile.mkdtemp(prefix="candour-site-")), free_port()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    founding = Founding(folder)
    made = Template(folder, port, founding, build(folder, address=_url(port), translations=translations))
    if translations == TRANSLATIONS:
        _made.append(made)
    return made


def _url(port: int) -> str:
    return f"http://127.0.0.1:{port}"


class LiveSite:
    """One drop on two ports; `psu` and `independent` publish to it and collect from it.

    Its pages are in the languages of `translations`.
    """

    def __init__(self, folder: Path, processes: Processes, translations: Path = TRANSLATIONS) -> None:
        self.folder = folder / "site"
        template = _template(translations)
        self.port, self.pickup_port = template.port, free_port()
        self.founding, self.built = template.copy_to(self.folder)
        env = {"CANDOUR_SITE": str(self.folder), "CANDOUR_DATA": str(folder / "data")}
        (folder / "data").mkdir()
        tls = self.folder / "tls"
        self.drop = processes.python(
            "-m", "reporter", "serve", "--listen", f"127.0.0.1:{self.port}", "--workers", "1", name="drop", env=env
        )
        self.pickup = processes.python(
            "-m", "reporter", "serve", "--pickup", "--listen", f"127.0.0.1:{self.pickup_port}",
            "--cert", tls / "drop.pem", "--key", tls / "drop.key", "--ca", tls / "ca.pem", name="pickup", env=env,
        )  # fmt: skip
        self.drop.wait_for_port(self.port)
        self.pickup.wait_for_port(self.pickup_port)
        self.psu = MiniatureConsole(self.founding, "psu", self.pickup_port)
        self.independent = MiniatureConsole(self.founding, "independent", self.pickup_port)
        self.publish()

    @property
    def url(self) -> str:
        return _url(self.port)

    def publish(self) -> None:
        """A publication of each console; returns when the drop shows them to visitors."""
        for console in (self.psu, self.independent):
            console.publish()
        for _ in range(200):
            state = self.state()
            if all(console.last_bulletin in state for console in (self.psu, self.independent)):
                return
            time.sleep(0.05)
        raise AssertionError("the drop does not show what was published")

    def state(self) -> bytes:
        """What every visitor gets now."""
        with urllib.request.urlopen(f"{self.url}/state") as response:
            return bytes(response.read())
