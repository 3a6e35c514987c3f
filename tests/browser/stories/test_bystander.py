"""A bystander's two-minute report.

Given someone who saw two officers drunk on duty and has two minutes on a phone,
when they answer the one question that must be answered and take the way to the end,
then ten taps and one sentence are all it took, and the report that arrives holds that sentence and nothing else.
"""

from playwright.sync_api import Page

from crypto.post import Answer
from tests.browser.pages import CHECK, CODE, DANGER, INVOLVES, WHAT, ReporterSite
from tests.browser.site import LiveSite

TEXT = "Two officers were drunk on duty on Friday night."
MOST_TAPS = 10  # from the start page to the words, both included
MOST_LETTERS = 60

COUNT_TAPS = """
addEventListener('click', event => {
    if (event.isTrusted) sessionTaps += 1;
}, true);
globalThis.sessionTaps = 0;
"""


def test_a_bystander_reports_in_two_minutes(phone: Page, live: LiveSite) -> None:
    # given the start page, on which every tap is counted
    phone.add_init_script(COUNT_TAPS)
    site = ReporterSite(phone, live.url).open()

    # when they say what happened, and nothing else
    site.press("Start now").expect_heading("Before you start")
    site.press("Continue").expect_heading(DANGER)
    site.skip_to(WHAT).write(TEXT)
    site.press("Skip to the end").expect_heading(INVOLVES)
    site.skip().expect_heading(CHECK)
    words = site.press("Seal and send").expect_heading(CODE).words()

    # then it took little
    taps = phone.evaluate("sessionTaps")
    assert taps <= MOST_TAPS
    assert len(TEXT) <= MOST_LETTERS

    # and what the professional standards unit opens is the one answer
    report = live.psu.thread_of_words(words).posts[0].post.report
    assert report is not None
    assert report.answers == {"what": Answer((), TEXT)}
    assert report.routing == {}
