"""Leaving in the middle.

Given someone who is writing a report when a colleague comes in,
when they press "Exit this page",
then the weather is on the screen at once, Back shows a start page that knows nothing, and nothing was sent.
"""

import re

from playwright.sync_api import Page

from reporter import rendering
from tests.browser.pages import SOURCE, WHAT, ReporterSite
from tests.browser.site import LiveSite

ELSEWHERE = rendering.exit_url()
TEXT = "My sergeant sells what we seize."
KEPT = """async () => [
    localStorage.length, sessionStorage.length, document.cookie, (await caches.keys()).length,
    (await indexedDB.databases()).length,
]"""
FIELDS = "[...document.querySelectorAll('input:checked, textarea')].map(field => field.value).join()"


def test_leaving_in_the_middle_leaves_nothing(phone: Page, live: LiveSite) -> None:
    # given a report half written
    phone.route(f"{ELSEWHERE}*", lambda route: route.fulfill(body="<h1>Weather</h1>", content_type="text/html"))
    site = ReporterSite(phone, live.url).open()
    untouched = phone.evaluate(FIELDS)
    site.begin().skip_to(WHAT).write(TEXT).go_on().skip_to(SOURCE).tick("I saw or heard it")

    # when a colleague comes in
    site.leave()

    # then another site is there
    phone.wait_for_url(f"{ELSEWHERE}*")
    assert site.heading == "Weather"

    # and Back shows the start page, with nothing of the report in it
    phone.go_back()
    site.expect_heading(re.compile("Report a concern"))
    assert TEXT not in phone.content()
    assert phone.evaluate(FIELDS) == untouched
    phone.go_forward()
    phone.wait_for_url(f"{ELSEWHERE}*")

    # and nothing was sent, nor is anything kept on the phone
    assert not [request for request in site.requests if request.startswith("POST")]
    phone.go_back()
    assert phone.evaluate(KEPT) == [0, 0, "", 0, 0]
