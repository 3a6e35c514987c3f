"""kill -9 of drop and console under load: what was acknowledged is read by the console, exactly once."""

import http.cookiejar
import random
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from pathlib import Path

import pytest

from tests.story.desk import cases, desk_of, open_everything, report_of
from tests.story.traffic import REFUSED, Crowd
from tests.story.world import Account, World
from tests.support.processes import Processes, Program

ROUNDS = 10
REPORTERS = 3
MOST = 400  # reports a reporter


class Reporter(threading.Thread):
    """Sends one report after the other, each until it is acknowledged, as a phone does; gives a few up half way."""

    def __init__(self, world: World, number: int, enough: threading.Event) -> None:
        super().__init__(daemon=True)
        self.crowd = Crowd(world.drop_url, world.site / "site.json")
        self.number = number
        self.enough = enough
        self.acknowledged: list[str] = []
        self.given_up: list[str] = []
        self.failures = 0

    def run(self) -> None:
        for count in range(MOST):
            if self.enough.is_set():
                return
            sealed = self.crowd.seal(f"{self.number}{count:04}")
            while True:
                try:
                    status = self.crowd.post(sealed)
                    if status == 201:
                        self.acknowledged.append(sealed.number)
                        break
                    self.crowd.refresh()
                except REFUSED:
                    self.failures += 1
                    if self.failures % 7 == 0:
                        self.given_up.append(sealed.number)
                        break
                    time.sleep(0.05)


class Opener(threading.Thread):
    """A handler who opens the sealed inbox again and again, through the console's pages, whatever happens to it."""

    def __init__(self, url: str, account: Account, enough: threading.Event) -> None:
        super().__init__(daemon=True)
        self.url = url
        self.enough = enough
        self.batches = 0
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.browser.addheaders = [("Accept", "text/html")]
        page = self.get("/")
        form = {"name": account.name, "passphrase": account.passphrase, "code": account.code()}
        page = self.submit(page.geturl(), page.read().decode(), form)
        assert "Sign out" in page

    def get(self, path: str) -> urllib.response.addinfourl:  # type: ignore[name-defined]
        return self.browser.open(urllib.parse.urljoin(self.url, path), timeout=30)

    def submit(self, url: str, page: str, form: dict[str, str]) -> str:
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        data = urllib.parse.urlencode({**form, "csrf_token": token.group(1) if token else ""}).encode()
        request = urllib.request.Request(url, data, {"Referer": url})
        return str(self.browser.open(request, timeout=30).read().decode())

    def run(self) -> None:
        while not self.enough.is_set():
            try:
                page = self.get("/inbox").read().decode()
                action = re.search(r'<form method="post" action="([^"]*open[^"]*)"', page)
                if action:
                    self.submit(urllib.parse.urljoin(self.url, action.group(1)), page, {})
                    self.batches += 1
            except (OSError, urllib.error.URLError, *REFUSED):
                pass
            time.sleep(0.2)


def watch(world: World) -> Program:
    """The PSU's pickup, on its own timer."""
    return world.processes.python(
        "-m", "handler", "pickup", "--home", world.psu.home, "--watch", "--interval", "1", "--publish-every", "2",
        name="watch",
    )  # fmt: skip


def kill_and_restart(
    world: World, console: Program, watcher: Program, chance: random.Random
) -> tuple[Program, Program]:
    """Both applications, at two random moments; each comes back by itself."""
    time.sleep(chance.uniform(0.2, 2.0))
    assert world.drop is not None
    assert world.pickup is not None
    world.drop.kill()
    if chance.random() < 0.5:
        world.pickup.kill()
    else:
        world.pickup.stop()
    time.sleep(chance.uniform(0.0, 1.0))
    console.kill()
    watcher.kill()
    console, watcher = world.spawn_console(world.psu), watch(world)
    world.start_drop(workers=2)
    console.wait_for_port(world.psu.port)
    return console, watcher


@pytest.mark.timeout(900)
def test_every_acknowledged_report_is_read_exactly_once(tmp_path: Path, processes: Processes) -> None:
    """Given ten kills of everything while reports come in; then each 201 is one case, and no report is two."""
    chance = random.Random(41)
    world = World(tmp_path / "world", processes)
    world.found()
    world.start_drop(workers=2)
    world.publish()
    console, watcher = world.start_console(world.psu), watch(world)
    enough = threading.Event()
    reporters = [Reporter(world, number, enough) for number in range(1, REPORTERS + 1)]
    opener = Opener(world.psu.url, world.psu.supervisor, enough)
    for thread in (*reporters, opener):
        thread.start()
    for _ in range(ROUNDS):
        console, watcher = kill_and_restart(world, console, watcher, chance)
    time.sleep(1)
    enough.set()
    for thread in (*reporters, opener):
        thread.join(60)
        assert not thread.is_alive()
    watcher.stop()
    world.publish(world.psu)

    with desk_of(world.psu) as desk:
        open_everything(desk)
        read = Counter(report_of(view).answers["what"].text for view in cases(desk))
    acknowledged = {f"report number {number}" for one in reporters for number in one.acknowledged}
    maybe = {f"report number {number}" for one in reporters for number in one.given_up}
    assert len(acknowledged) > 50
    assert opener.batches > 0
    assert sum(one.failures for one in reporters) >= ROUNDS // 2, "the kills were felt"
    assert acknowledged <= set(read), "an acknowledged report was lost"
    assert set(read) <= acknowledged | maybe, "a report that nobody sent"
    assert {text for text, times in read.items() if times > 1} == set(), "a report was read twice"
