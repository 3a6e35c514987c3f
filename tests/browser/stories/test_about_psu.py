"""A report about the professional standards unit.

Given someone whose concern is about the very people who open reports,
when they say so,
then the page tells them in plain words who can open it and who cannot, and so it is.
"""

from playwright.sync_api import Page, expect

from tests.browser.pages import KEEP_FROM, WHAT, ReporterSite
from tests.browser.site import LiveSite

ABOUT_THEM = "Professional standards, anti-corruption or vetting staff"
TEXT = "The head of the unit stops every case about his friends."


def test_a_report_about_the_unit_is_for_the_independent_recipient_only(phone: Page, live: LiveSite) -> None:
    # given a report that does not say yet whom it involves
    site = ReporterSite(phone, live.url).open().report(TEXT)
    assert "These people can open it: the professional standards unit." in site.text()

    # when they say that it is about professional standards
    site.press("Change who it involves").tick(ABOUT_THEM).go_on()
    if site.heading == KEEP_FROM:
        site.skip_to_the_end()

    # then the page says who can open it, and who cannot
    site.expect_heading("Check your answers")
    text = site.text()
    assert "These people can open it: the independent recipient (not part of professional standards)." in text
    assert "These people will not be able to open it: the professional standards unit." in text
    assert site.answers()[WHAT] == TEXT

    # and the independent recipient opens it
    words = site.send()
    report = live.independent.thread_of_words(words).posts[0].post.report
    assert report is not None
    assert report.answers["what"].text == TEXT
    assert report.routing["involves"].choices == ("standards-staff",)

    # and the unit holds the same sealed envelope, and cannot
    known = len(live.psu.threads)
    live.psu.collect()
    assert len(live.psu.threads) == known
    assert live.psu.unopened == 1

    # and its replies come from the independent recipient
    live.independent.reply(live.independent.thread_of_words(words), "We read it. You are safe to write here.")
    live.publish()
    site.finish(words).press("Clear the screen")
    site.open().check_replies(words).expect_heading("Your replies")
    expect(phone.get_by_role("article").filter(has_text="independent recipient")).to_be_visible()
