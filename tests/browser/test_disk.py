"""Chromium saves its tabs for the day when it crashes, what is typed in them too. Of this site it must not."""

import time
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.pages import CHECK, INVOLVES, KEEP_FROM, WHAT, ReporterSite
from tests.browser.site import LiveSite
from tests.support.browser import FLAGS, chromium_path
from tests.support.control import careless_site
from tests.support.disk import ALL_FIELDS, CANARY, files_with, forms_of
from tests.support.processes import Processes

FIRST, KEPT = "CanaryText77", "CanaryOther78"
WAIT = 30.0


def test_nothing_written_or_shown_is_on_disk_after_a_crash(
    chromium: Browser, live: LiveSite, processes: Processes, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    program = processes.start(
        chromium_path(), *FLAGS, "--headless", "--remote-debugging-port=0", f"--user-data-dir={home / 'profile'}",
        "about:blank", name="chromium", env={"HOME": str(home)},
    )  # fmt: skip
    endpoint = program.wait_for_line("DevTools listening on ").split()[-1]
    visitor = chromium.browser_type.connect_over_cdp(endpoint).contexts[0]
    with careless_site() as other:
        site = ReporterSite(visitor.new_page(), live.url).open()
        site.begin().skip_to(WHAT).write(FIRST).go_on().skip_to(INVOLVES).tick("My own line management").go_on()
        site.expect_heading(KEEP_FROM).write(FIRST).go_on().skip_to(CHECK)
        words = site.send()
        site.press("I have written them down").expect_heading("Type two of your words")
        site.page.get_by_role("textbox").first.fill(words[0])
        site.page.evaluate(ALL_FIELDS)
        site.page.evaluate("history.pushState(null, '')")  # a moment at which Chromium saves
        careless = visitor.new_page()
        careless.goto(other)
        careless.get_by_role("textbox").fill(KEPT)
        careless.evaluate("history.pushState(null, '')")
        end = time.monotonic() + WAIT
        while not files_with(home, [KEPT]):
            assert time.monotonic() < end, "Chromium does not save what is typed into another site"
            time.sleep(0.2)
        program.kill()
    found = files_with(home, [KEPT, FIRST, CANARY, *forms_of(words)])
    assert {word for here in found.values() for word in here} == {KEPT}, found
