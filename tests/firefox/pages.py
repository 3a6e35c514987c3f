"""The reporter's site in Firefox, in the words of the Chromium stories: what ReporterSite does through Playwright,
FirefoxSite does through drive.mjs; what is made of such steps is inherited.
"""

import json
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.browser.pages import ReporterSite
from tests.firefox.driver import Firefox

WAIT = 30.0
ASIDE = re.compile(r"\w+ (data:|blob:|\S+/assets/icon-)")
SHOWN = "document.querySelector('[data-page]:not([hidden])')"


def until(true: Callable[[], object], what: Callable[[], str]) -> None:
    """Looks again and again. Raises AssertionError with what was there instead."""
    end = time.monotonic() + WAIT
    while not true():
        assert time.monotonic() < end, what()
        time.sleep(0.05)


class FirefoxSite(ReporterSite):
    """One visit, in a new tab."""

    def __init__(self, firefox: Firefox, url: str) -> None:
        self.firefox = firefox
        self.url = url
        firefox.ask("tab")

    @property
    def requests(self) -> list[str]:  # type: ignore[override]
        """But for the tab's icon, which Firefox fetches when it has time."""
        asked = [one for one in self.firefox.ask("requests") if not ASIDE.match(one)]
        return [one.replace(f" {self.url}", " ", 1) for one in asked]

    @property
    def complaints(self) -> list[str]:  # type: ignore[override]
        return list(self.firefox.ask("complaints"))

    def evaluate(self, script: str) -> Any:
        return self.firefox.ask("evaluate", script=script)

    def close(self) -> None:
        self.firefox.ask("close")

    # -- moving about -----------------------------------------------------------------------------------------------

    def open(self) -> "FirefoxSite":
        before = self.requests.count("GET /state")
        self.firefox.ask("open", url=self.url)
        until(lambda: self.requests.count("GET /state") > before, lambda: "the page did not ask for /state")
        return self

    @property
    def heading(self) -> str:
        shown = "[...document.querySelectorAll('h1')].find(one => one.checkVisibility())"
        return str(self.evaluate(f"{shown}?.innerText ?? ''"))

    def expect_heading(self, text: str | re.Pattern[str]) -> "FirefoxSite":
        wanted = re.compile(text if isinstance(text, re.Pattern) else rf"^{re.escape(text)}$")
        until(lambda: wanted.search(self.heading), lambda: f"“{self.heading}” stands where {text} should")
        return self

    def expect_another_heading(self, text: str) -> "FirefoxSite":
        until(lambda: self.heading != text, lambda: f"“{text}” is still there")
        return self

    def expect_url(self, url: str) -> "FirefoxSite":
        until(lambda: self.firefox.ask("url").startswith(url), lambda: f"{self.firefox.ask('url')} instead of {url}")
        return self

    def press(self, *names: str) -> "FirefoxSite":
        self.firefox.ask("press", roles=["button", "link"], names=names)
        return self

    def unfold(self, name: str) -> "FirefoxSite":
        self.firefox.ask("press", roles=["summary"], names=[name])
        return self

    def leave(self) -> "FirefoxSite":
        self.firefox.ask("press", roles=["button"], names=["Exit this page"])
        return self

    def stays(self, seconds: float) -> bool:
        """Whether the address is still the site's after that time."""
        end = time.monotonic() + seconds
        while self.firefox.ask("url").startswith(self.url):
            if time.monotonic() > end:
                return True
            time.sleep(0.05)
        return False

    def keys(self, *keys: str) -> "FirefoxSite":
        self.firefox.ask("keys", keys=keys)
        return self

    def go_back(self) -> "FirefoxSite":
        """By the button of the window."""
        self.firefox.ask("traverse", delta=-1)
        return self

    def go_forward(self) -> "FirefoxSite":
        self.firefox.ask("traverse", delta=1)
        return self

    def reload(self) -> "FirefoxSite":
        self.firefox.ask("reload")
        return self

    def text(self) -> str:
        return str(self.evaluate("document.querySelector('main').innerText"))

    def errors(self) -> list[str]:
        return self._texts("[role=alert] li")

    # -- a report ---------------------------------------------------------------------------------------------------

    def tick(self, *answers: str) -> "FirefoxSite":
        for answer in answers:
            self.firefox.ask("press", roles=["radio", "checkbox"], names=[answer])
        return self

    def write(self, text: str) -> "FirefoxSite":
        self.firefox.ask("fill", text=text)
        return self

    def add_files(self, *paths: Path) -> "FirefoxSite":
        self.firefox.ask(
            "upload", selector="[data-page]:not([hidden]) [data-files]", paths=[str(path) for path in paths]
        )
        busy = "document.querySelector('[data-file-list][aria-busy=true]') !== null"
        until(lambda: not self.evaluate(busy), lambda: "still at the files")
        return self

    def files(self) -> list[str]:
        return self._texts("[data-file-list] strong")

    def words(self) -> list[str]:
        return self._texts("ol li")

    def type_two(self, words: Sequence[str]) -> "FirefoxSite":
        for label in self._texts("form label"):
            self.firefox.ask("fill", names=[label], text=words[int(label.split()[-1]) - 1])
        return self.go_on()

    # -- replies ----------------------------------------------------------------------------------------------------

    def messages(self) -> list[str]:
        return self._texts("article p")

    def _texts(self, selector: str) -> list[str]:
        """Texts of what the selector finds on the page that is shown."""
        return list(self.evaluate(f"[...{SHOWN}.querySelectorAll({json.dumps(selector)})].map(one => one.innerText)"))
