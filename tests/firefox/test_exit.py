"""Exit, Back, Forward and reload in Firefox, as it comes and as Tor Browser sets it."""

import re
from collections.abc import Callable

import pytest

from reporter import rendering
from tests.browser.pages import ABOUT, CHECK, DANGER, WHAT
from tests.browser.site import LiveSite
from tests.firefox.pages import FirefoxSite

ELSEWHERE = rendering.exit_url()
START = re.compile("Report a concern")
FIELDS = "[...document.querySelectorAll('input, textarea')].map(field => [field.value, field.checked]).join()"


def _held(site: FirefoxSite) -> str:
    """All that the document and its fields hold."""
    return str(site.evaluate(f"document.documentElement.outerHTML + {FIELDS}"))


def _elsewhere(site: FirefoxSite) -> None:
    site.firefox.ask("elsewhere", url=ELSEWHERE, body="<!DOCTYPE html><h1>Weather</h1>")


def _three_times(site: FirefoxSite) -> None:
    """Within five seconds; a machine too busy for that presses again."""
    for _ in range(3):
        site.keys("Shift", "Shift", "Shift", "Escape", "Escape", "Escape")  # a Firefox that resists tells of Esc only
        if not site.stays(3.0):
            return


WAYS: dict[str, Callable[[FirefoxSite], object]] = {"button": FirefoxSite.leave, "keys": _three_times}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_back_after_exit_finds_nothing_that_was_typed_or_ticked(
    site: FirefoxSite, way: Callable[[FirefoxSite], object]
) -> None:
    _elsewhere(site)
    site.open()
    untouched, entries = site.evaluate(FIELDS), site.evaluate("history.length")
    site.begin().skip().tick("Bullying").go_on().write("Canary text 77").go_on()
    steps = site.evaluate("history.length") - entries
    assert "Canary" in _held(site)
    way(site)
    site.expect_url(ELSEWHERE).expect_heading("Weather")
    assert site.evaluate("history.length") == entries + steps, "another entry than the one that was replaced"
    for _ in range(2):
        site.go_back().expect_url(site.url).expect_heading(START)
        assert "Canary" not in _held(site)
        assert site.evaluate(FIELDS) == untouched


def test_back_after_exit_finds_nothing_that_was_read(site: FirefoxSite, live: LiveSite) -> None:
    _elsewhere(site)
    site.open().report("x")
    words = site.send()
    live.psu.reply(live.psu.thread_of_words(words), "Canary reply 78")
    live.publish()
    site.open().check_replies(words).expect_heading("Your replies")
    assert "Canary" in _held(site)
    site.leave().expect_url(ELSEWHERE).go_back().expect_url(site.url).expect_heading(START)
    held = _held(site)
    assert "Canary" not in held
    assert " ".join(words) not in held


def test_the_code_page_lets_go_at_once(site: FirefoxSite) -> None:
    _elsewhere(site)
    site.open().report("x")
    words = site.send()
    site.leave().expect_url(ELSEWHERE).go_back().expect_url(site.url).expect_heading(START)
    assert f"<li>{words[0]}</li>" not in _held(site)


def test_the_screen_is_blank_and_empty_before_the_other_site_has_answered(site: FirefoxSite) -> None:
    site.open().begin().skip().skip().write("Canary text 79")
    left = site.evaluate(
        """(() => {
            document.querySelector('.govuk-exit-this-page__button').click();
            const values = [...document.querySelectorAll('input, textarea')].map(field => field.value).join('');
            return [document.body.hidden, document.querySelector('main').childElementCount, values];
        })()"""
    )
    assert left == [True, 0, ""]


def test_a_page_that_firefox_kept_for_back_is_empty_and_begins_afresh(site: FirefoxSite) -> None:
    site.open().begin().skip().skip().write("Canary text 81")
    site.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    assert site.evaluate("document.body.hidden && !document.querySelector('main').childElementCount") is True
    assert "Canary" not in _held(site)
    site.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    site.expect_heading(START)


def test_going_to_another_site_by_the_address_bar_and_back_finds_nothing(site: FirefoxSite) -> None:
    _elsewhere(site)
    site.open().begin().skip().skip().write("Canary text 82")
    site.firefox.ask("open", url=ELSEWHERE)
    site.expect_heading("Weather").go_back().expect_url(site.url).expect_heading(START)
    assert "Canary" not in _held(site)


def test_back_and_forward_go_through_the_questions_one_by_one(site: FirefoxSite) -> None:
    site.open().begin().skip().skip().expect_heading(WHAT).write("Kept")
    site.go_back().expect_heading(ABOUT).go_back().expect_heading(DANGER)
    site.go_forward().expect_heading(ABOUT).go_forward().expect_heading(WHAT).go_on()
    site.go_back().expect_heading(WHAT)
    assert site.evaluate("document.activeElement.tagName") == "H1"
    assert site.evaluate("scrollY") == 0
    assert site.evaluate("[...document.querySelectorAll('textarea')].map(field => field.value).join('')") == "Kept"
    assert site.evaluate("location.href") == f"{site.url}/"


def test_a_reload_begins_afresh_with_empty_fields(site: FirefoxSite) -> None:
    site.open()
    untouched = site.evaluate(FIELDS)
    site.begin().tick("No").go_on().tick("Bullying").go_on().write("Canary text 83").go_on()
    site.skip_to(CHECK).reload().expect_heading(START)
    assert site.evaluate(FIELDS) == untouched
    assert "Canary" not in _held(site)
