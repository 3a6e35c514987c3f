"""Exit this page: at once, from everywhere, with nothing of what was typed or read left for Back to find."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from reporter import rendering
from tests.browser.pages import CODE, ReporterSite
from tests.browser.site import LiveSite
from tests.support.browser import FLAGS, chromium_path, phone_context

ELSEWHERE = rendering.exit_url()
WHAT = "What happened?"
START = re.compile("Report a concern")


def _elsewhere(page: Page) -> None:
    """The other site, without a network."""
    page.route(f"{ELSEWHERE}*", lambda route: route.fulfill(body="<h1>Weather</h1>", content_type="text/html"))


def _fields(page: Page) -> str:
    """What is in every field, and what is ticked."""
    fields = "[...document.querySelectorAll('input, textarea')].map(field => [field.value, field.checked]).join()"
    return str(page.evaluate(fields))


def _held(page: Page) -> str:
    """All that the document and its fields hold."""
    return page.content() + _fields(page)


def _blank(page: Page) -> bool:
    return page.evaluate("document.body.hidden && !document.querySelector('main').childElementCount") is True


def _three_times_shift(site: ReporterSite) -> None:
    for _ in range(3):
        site.page.keyboard.press("Shift")


def _second_link(site: ReporterSite) -> None:
    """As someone does who hears the page: the second thing on it, by keys alone."""
    site.page.evaluate("document.activeElement.blur()")
    site.page.get_by_role("link", name="Skip to main content").focus()
    site.page.keyboard.press("Tab")
    expect(site.page.get_by_role("link", name="Exit this page", exact=True)).to_be_focused()
    site.page.keyboard.press("Enter")


WAYS: dict[str, Callable[[ReporterSite], object]] = {
    "button": ReporterSite.leave,
    "keys": _three_times_shift,
    "second link": _second_link,
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_back_after_exit_finds_nothing_that_was_typed_ticked_or_added(
    phone: Page, live: LiveSite, tmp_path: Path, way: Callable[[ReporterSite], object]
) -> None:
    _elsewhere(phone)
    note = tmp_path / "Canary-name.txt"
    note.write_bytes(b"x")
    site = ReporterSite(phone, live.url).open()
    untouched = _fields(phone)
    site.report("Canary text 77", involves=["The Director General"])
    site.press("Change Files").visible("[data-files]").set_input_files(str(note))
    site.press("Send it as it is").expect_heading("Add files")
    assert "Canary-name" in _held(phone)
    way(site)
    phone.wait_for_url(f"{ELSEWHERE}*")
    for _ in range(3):
        phone.go_back()
        site.expect_heading(START)
        assert "Canary" not in _held(phone)
        assert _fields(phone) == untouched


def test_back_after_exit_finds_nothing_that_was_read(phone: Page, live: LiveSite) -> None:
    _elsewhere(phone)
    site = ReporterSite(phone, live.url).open().report("x")
    words = site.send()
    live.psu.reply(live.psu.thread_of_words(words), "Canary reply 78")
    live.publish()
    site.open().check_replies(words).expect_heading("Your replies")
    assert "Canary" in _held(phone)
    site.leave()
    phone.wait_for_url(f"{ELSEWHERE}*")
    phone.go_back()
    site.expect_heading(START)
    held = _held(phone)
    assert "Canary" not in held
    assert " ".join(words) not in held


def test_the_code_page_lets_go_at_once(phone: Page, live: LiveSite) -> None:
    _elsewhere(phone)
    asked: list[str] = []

    def accept(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    phone.on("dialog", accept)
    site = ReporterSite(phone, live.url).open().report("x")
    words = site.send()
    site.expect_heading(CODE).leave()
    phone.wait_for_url(f"{ELSEWHERE}*")
    phone.go_back()
    site.expect_heading(START)
    assert f"<li>{words[0]}</li>" not in _held(phone)
    assert asked == []


def test_the_screen_is_blank_and_empty_before_the_other_site_has_answered(phone: Page, live: LiveSite) -> None:
    press = """() => {
        document.querySelector('.govuk-exit-this-page__button').click();
        const values = [...document.querySelectorAll('input, textarea')].map(field => field.value).join('');
        return [document.body.hidden, document.querySelector('main').childElementCount, values];
    }"""
    phone.route(f"{ELSEWHERE}*", lambda _route: None)
    site = ReporterSite(phone, live.url).open().begin().skip().skip().write("Canary text 79")
    assert phone.evaluate(press) == [True, 0, ""]

    phone.unroute(f"{ELSEWHERE}*")
    site.open().begin().skip().skip().write("Canary text 80")
    phone.context.set_offline(True)
    assert phone.evaluate(press) == [True, 0, ""]


def test_presses_are_counted_aloud_and_capital_letters_do_not_count(phone: Page, live: LiveSite) -> None:
    _elsewhere(phone)
    site = ReporterSite(phone, live.url).open().begin().skip().skip()
    box = phone.get_by_role("textbox")
    box.focus()
    for letter in "ABC":
        phone.keyboard.press(f"Shift+{letter}")
    site.expect_heading(WHAT)
    said = phone.locator("[data-announce]")
    phone.keyboard.press("Shift")
    expect(said).to_have_text("Press two more times to leave.")
    phone.keyboard.press("Shift")
    expect(said).to_have_text("Press one more time to leave.")
    expect(phone.locator(".govuk-exit-this-page__indicator-light--on")).to_have_count(2)
    phone.keyboard.press("x")
    expect(phone.locator(".govuk-exit-this-page__indicator")).to_be_hidden()
    phone.keyboard.press("Shift")
    phone.keyboard.press("Shift")
    site.expect_heading(WHAT)
    assert box.input_value() == "ABCx"
    phone.keyboard.press("Escape")  # Tor Browser tells a page of this key and not of Shift
    phone.wait_for_url(f"{ELSEWHERE}*")


def test_what_leads_away_is_explained_before_the_first_question(phone: Page, live: LiveSite) -> None:
    site = ReporterSite(phone, live.url).open().press("Start now").expect_heading("Before you start")
    assert "Press “Exit this page”, or the Shift or Esc key three times." in site.text()
    assert "Your browser still lists this site among those you visited." in site.text()


def test_a_page_that_the_browser_kept_is_empty_when_back_shows_it(live: LiveSite, chromium: Browser) -> None:
    """The browser of the other tests keeps no page for Back; this one does, and is told that it may keep ours."""
    kept = chromium.browser_type.launch(
        executable_path=chromium_path(), args=FLAGS, ignore_default_args=["--disable-back-forward-cache"]
    )
    page = phone_context(kept).new_page()
    site = ReporterSite(page, live.url).open().begin().skip().skip().write("Canary text 81")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    assert _blank(page)
    assert "Canary" not in _held(page)
    with page.expect_navigation():
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    site.expect_heading(START)
    kept.close()
