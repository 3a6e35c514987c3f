"""Nothing yet.

Given someone who sent a report and looks for a reply the same evening,
when there is none,
then the page says kindly that this is normal, until which day, what to do then, and that their words are right.
"""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from tests.browser.pages import ReporterSite
from tests.browser.site import LiveSite


def test_nothing_yet_is_kind_clear_and_dated(phone: Page, live: LiveSite) -> None:
    # given a report, sent and acknowledged by no one yet
    site = ReporterSite(phone, live.url).open().report("x")
    words = site.send()
    site.finish(words).press("Clear the screen")
    asked = list(site.requests)

    # when they look
    site.check_replies(words).expect_heading("Nothing yet")

    # then it is normal, until a day that is named, and their words are right
    week = datetime.now(UTC) + timedelta(days=7)
    text = site.text()
    assert f"normal until {week.day} {week:%B %Y}" in text
    assert "Your words look right." in text
    assert "No reply yet does not mean that you are ignored." in text

    # and there is something to do: add to it, talk to someone, or try other words
    expect(phone.get_by_role("button", name="Add to your report")).to_be_visible()
    expect(
        phone.get_by_role("link", name="Type other words").or_(phone.get_by_role("button", name="Type other words"))
    ).to_be_visible()
    site.press("Talk to someone else").expect_heading("Talk to someone first").back().expect_heading("Nothing yet")

    # and looking asked nobody for anything: the words never leave the phone
    assert site.requests == asked
