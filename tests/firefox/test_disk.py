"""Firefox saves what is typed, seconds later, for the day when it crashes. Of this site it must not."""

import json
import time
from pathlib import Path
from typing import Any

from tests.browser.pages import CHECK, INVOLVES, KEEP_FROM, WHAT
from tests.browser.site import LiveSite
from tests.firefox.driver import Firefox
from tests.firefox.pages import FirefoxSite, until
from tests.support.control import careless_site
from tests.support.disk import ALL_FIELDS, CANARY, files_with, forms_of, unpacked
from tests.support.processes import Processes

OFTEN = {"browser.sessionstore.interval": 1000}  # ms; 15,000 otherwise
SAVED = Path("profile/sessionstore-backups/recovery.jsonlz4")
FIRST, KEPT = "CanaryText77", "CanaryOther78"


def _tabs(home: Path) -> list[dict[str, Any]]:
    """What Firefox would open again after a crash."""
    saved = json.loads(unpacked((home / SAVED).read_bytes())) if (home / SAVED).exists() else {"windows": []}
    return [tab for window in saved["windows"] for tab in window["tabs"] if tab.get("entries")]


def _form_of(home: Path, url: str) -> dict[str, Any]:
    return next((tab.get("formdata", {}) for tab in _tabs(home) if tab["entries"][-1]["url"].startswith(url)), {})


def _wait_for(home: Path, url: str, text: str) -> None:
    """Until Firefox has saved what was typed into the other site's text box."""
    until(lambda: text in json.dumps(_form_of(home, url)), lambda: f"{text} of {url} is not in {_tabs(home)}")


def _write_and_send(site: FirefoxSite) -> list[str]:
    """A report that ends on the page that asks for two of its words, with something in every field."""
    site.open().begin().skip_to(WHAT).write(FIRST).go_on().skip_to(INVOLVES).tick("My own line management").go_on()
    site.expect_heading(KEEP_FROM).write(FIRST).go_on().skip_to(CHECK)
    words = site.send()
    site.press("I have written them down").expect_heading("Type two of your words").write(words[0])
    site.evaluate(ALL_FIELDS)
    return words


def test_nothing_written_ticked_or_shown_is_on_disk_after_a_crash(
    live: LiveSite, package_processes: Processes, tmp_path: Path
) -> None:
    firefox = Firefox(package_processes, tmp_path, OFTEN)
    with careless_site() as other:
        careless = FirefoxSite(firefox, other)
        firefox.ask("open", url=other)
        careless.write(KEPT)
        _wait_for(tmp_path, other, KEPT)
        site = FirefoxSite(firefox, live.url)
        words = _write_and_send(site)
        time.sleep(2)  # two more times at which Firefox saves
        site.evaluate("document.title")
        firefox.kill()
        assert _form_of(tmp_path, other), "Firefox saves what is typed"
        (ours,) = [tab for tab in _tabs(tmp_path) if tab["entries"][-1]["url"].startswith(live.url)]
        assert "formdata" not in ours
        found = files_with(tmp_path, [KEPT, FIRST, CANARY, *forms_of(words)])
        assert {word for here in found.values() for word in here} == {KEPT}, found


def test_a_crash_and_a_restored_session_bring_back_the_start_page(
    live: LiveSite, package_processes: Processes, tmp_path: Path
) -> None:
    firefox = Firefox(package_processes, tmp_path, OFTEN)
    site = FirefoxSite(firefox, live.url)
    site.open().begin().skip_to(WHAT).write(FIRST).go_on()
    until(lambda: any(tab["entries"][-1]["url"].startswith(live.url) for tab in _tabs(tmp_path)), lambda: "not saved")
    time.sleep(2)
    firefox.kill()
    again = Firefox(package_processes, tmp_path, {**OFTEN, "browser.startup.page": 3})
    until(lambda: again.ask("take", url=live.url), lambda: "the tab is not restored")
    site.firefox = again
    until(lambda: "Report a concern" in site.heading, lambda: site.heading)
    assert FIRST not in site.evaluate("document.body.innerHTML")
    assert site.evaluate("[...document.querySelectorAll('textarea')].map(field => field.value).join('')") == ""
    again.stop()


def test_private_browsing_leaves_no_word_and_no_address(
    live: LiveSite, package_processes: Processes, tmp_path: Path
) -> None:
    firefox = Firefox(package_processes, tmp_path, {**OFTEN, "browser.privatebrowsing.autostart": True})
    words = _write_and_send(FirefoxSite(firefox, live.url))
    time.sleep(2)
    firefox.kill()
    assert files_with(tmp_path, [FIRST, CANARY, *forms_of(words), live.url]) == {}
