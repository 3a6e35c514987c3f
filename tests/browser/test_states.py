"""Every page, as a person reaches it: no complaint of the browser, no fault that axe finds, no sideways scroll."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from crypto.board import Kind
from tests.browser.axe import faults_by_axe
from tests.browser.pages import (
    ABOUT,
    ADVICE,
    AFFECTED,
    AT_RISK,
    CHECK,
    FILES,
    IDENTITY,
    INVOLVES,
    KEEP_FROM,
    KNOWERS,
    KNOWN,
    PLACE,
    REACH,
    SOURCE,
    STATEMENTS,
    WHAT,
    WHEN,
    WHERE,
    WHO,
    WISH,
    WORRIED,
    ReporterSite,
)
from tests.browser.site import LiveSite
from tests.support.browser import PHONE_HEIGHT, phone_context, screenshot

LATER = {
    "who": WHO, "involves": INVOLVES, "keep-from": KEEP_FROM, "at-risk": AT_RISK, "source": SOURCE, "when": WHEN,
}  # fmt: skip
LAST = {"affected": AFFECTED, "known-before": KNOWN, "knowers": KNOWERS, "worried": WORRIED, "wish": WISH}
EMPTY_NOTES = b"%PDF-1.4 nothing"


class Tour:
    """A visit that looks at each page it comes to."""

    def __init__(self, site: ReporterSite, seen: dict[str, list[str]]) -> None:
        self.site = site
        self.seen = seen

    def look(self, name: str) -> "Tour":
        page = self.site.page
        page.set_viewport_size({"width": 390, "height": PHONE_HEIGHT})
        screenshot(page, f"site-{name}")
        faults = faults_by_axe(page)
        for width in (320, 390):
            page.set_viewport_size({"width": width, "height": PHONE_HEIGHT})
            if self.site.wider_than_the_screen():
                faults.append(f"wider than {width} px")
        if page.get_by_role("heading", level=1).count() != 1:
            faults.append("not one heading of the first level")
        if page.title() != ("Error: Staff information" if name.endswith("-error") else "Staff information"):
            faults.append(f"titled {page.title()}")
        if not page.get_by_role("button", name="Exit this page").is_visible():
            faults.append("no way out")
        self.seen[name] = faults
        return self


def report_pages(tour: Tour, live: LiveSite, folder: Path) -> None:
    site = tour.site
    tour.look("start")
    site.press("Start now")
    tour.look("before")
    site.go_on()
    tour.look("danger")
    site.tick("Yes").go_on().expect_heading("Get help now")
    tour.look("emergency")
    site.press("I have done that, or it is not needed").expect_heading(ABOUT)
    tour.look("about")
    site.skip().go_on().expect_heading(WHAT)
    tour.look("what-error")
    site.write("It happened on Tuesday. I am the only one who saw it.").go_on().expect_heading(WHO).back()
    site.expect_heading(WHAT)
    tour.look("what")
    site.go_on()
    for name, heading in LATER.items():
        site.expect_heading(heading)
        tour.look(name)
        site.skip()
    site.expect_heading(WHERE)
    tour.look("where")
    site.tick("During an operation").go_on().expect_heading(PLACE)
    tour.look("place")
    site.skip()
    for name, heading in LAST.items():
        site.expect_heading(heading)
        tour.look(name)
        site.skip()
    site.expect_heading(FILES)
    notes = folder / "notes.pdf"
    notes.write_bytes(EMPTY_NOTES)
    site.visible("[data-files]").set_input_files(str(notes))
    site.expect_heading("We cannot clean this file")
    tour.look("file-choice")
    site.press("Send it as it is").expect_heading(FILES)
    tour.look("files")
    site.go_on().expect_heading(IDENTITY)
    tour.look("identity")
    site.tick("Yes").go_on().expect_heading(REACH)
    tour.look("reach")
    site.back().tick("No, I want to stay anonymous").go_on().expect_heading(CHECK)
    tour.look("check")
    words = site.send()
    tour.look("code")
    site.press("I have written them down")
    site.page.get_by_role("textbox").first.fill("wrong")
    site.go_on()
    tour.look("code-typed-error")
    site.type_two(words)
    tour.look("done")


def reply_pages(tour: Tour, live: LiveSite, folder: Path) -> None:
    site = tour.site
    words = site.report("Something else happened.").send()
    site.finish(words).press("Clear the screen")
    site.press("Check for replies").write("abandon " * 12).go_on()
    tour.look("words-error")
    site.write(" ".join(words)).go_on().expect_heading("Nothing yet")
    tour.look("nothing")
    thread = live.psu.thread_of_words(words)
    live.psu.acknowledge(thread)
    live.psu.reply(thread, "question", Kind.STATUS)
    live.psu.reply(thread, "Which day was it?")
    live.publish()
    site.open().check_replies(words).expect_heading("Your replies")
    tour.look("inbox")
    site.press("Withdraw my report").expect_heading("Withdraw your report")
    tour.look("withdraw")
    site.back().press("Write an answer").go_on()
    tour.look("answer-error")
    site.write("On Tuesday.").go_on().expect_heading("Your new words")
    tour.look("new-words")
    new = site.words()
    site.press("I have written them down")
    tour.look("new-words-typed")
    site.type_two(new).expect_heading("Sent")
    tour.look("answer-sent")


def advice_pages(tour: Tour, live: LiveSite, folder: Path) -> None:
    for name in ADVICE:
        tour.site.press("Start page").press(name).expect_heading(name)
        tour.look(name.lower().replace(" ", "-").replace(",", ""))
    for link, heading in STATEMENTS.items():
        tour.site.press(link).expect_heading(heading)
    tour.site.press("Start page").press("Check for replies").press("I have lost my words")
    tour.look("lost")


@pytest.mark.parametrize("walk", [report_pages, reply_pages, advice_pages], ids=lambda walk: walk.__name__)
def test_every_page_is_accessible_and_fits_a_phone(
    walk: Callable[[Tour, LiveSite, Path], None],
    live: LiveSite,
    chromium: Browser,
    tmp_path: Path,
) -> None:
    context = phone_context(chromium)
    tour = Tour(ReporterSite(context.new_page(), live.url).open(), {})
    try:
        walk(tour, live, tmp_path)
    finally:
        context.close()
    assert {name: faults for name, faults in tour.seen.items() if faults} == {}
    assert tour.site.complaints == []


def test_every_page_of_the_document_passes_axe_even_those_that_are_hard_to_reach(phone: Page, live: LiveSite) -> None:
    ReporterSite(phone, live.url).open()
    phone.evaluate(
        """() => {
            for (const page of document.querySelectorAll('[data-page]')) page.hidden = false;
            for (const [n, label] of document.querySelectorAll('[data-typed] label').entries())
                label.textContent = `Word ${n + 1}`;
        }"""
    )
    assert faults_by_axe(phone, several_headings=True) == []


def _offline(route: Route) -> None:
    route.abort()


def _garbled(route: Route) -> None:
    body = bytearray(route.fetch().body())
    body[100] ^= 1
    route.fulfill(body=bytes(body))


@pytest.mark.parametrize(
    ("answer", "heading"),
    [(_garbled, "Do not use this page now"), (_offline, "We cannot reach the server")],
    ids=["forged", "offline"],
)
def test_problem_pages_are_accessible_and_nothing_is_sent(
    answer: Callable[[Route], None],
    heading: str,
    live: LiveSite,
    chromium: Browser,
) -> None:
    context = phone_context(chromium)
    page = context.new_page()
    page.route("**/state", answer)
    site = ReporterSite(page, live.url)
    page.goto(live.url)
    page.wait_for_timeout(500)
    site.press("Check for replies").write("abandon " * 11 + "about").go_on().expect_heading(re.compile(heading))
    tour = Tour(site, {}).look(heading.split(maxsplit=1)[0].lower() + "-problem")
    assert tour.seen == {name: [] for name in tour.seen}
    assert not [request for request in site.requests if request.startswith("POST")]
    context.close()
