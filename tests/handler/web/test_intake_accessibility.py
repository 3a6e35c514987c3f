"""Entering a report, giving words, naming and merging, in Chromium: axe finds nothing, and nothing sticks out."""

from playwright.sync_api import Page

from crypto.post import Answer, Report
from handler.cases.listing import open_case
from handler.lifecycle.conflict import confirm
from tests.handler.intake.test_linking import AGAIN, LOST, case_ids
from tests.handler.reporters import QUESTIONNAIRE, Reporter, Site
from tests.handler.web.test_accessibility import address, check, page, site
from tests.support.browser import screenshot

__all__ = ["address", "page", "site"]


def shot(page: Page, name: str) -> None:
    check(page)
    screenshot(page, name)


def test_a_report_is_entered_by_keyboard_and_the_words_are_cleared(page: Page, address: str) -> None:
    page.goto(f"{address}/intake/new")
    page.get_by_role("button", name="Make the case").press("Enter")
    page.get_by_text("There is a problem").wait_for()
    page.get_by_label("Phone line").press("Space")
    page.get_by_role("button", name="Make the case").press("Enter")
    page.get_by_role("link", name="Write down what happened, as the person told it.").press("Enter")
    assert page.evaluate("document.activeElement.id") == "what-text"
    shot(page, "intake-new-refused")
    page.keyboard.type("Her manager asks her for money.")
    page.get_by_label("It is happening now").press("Space")
    page.get_by_role("button", name="Make the case").press("Enter")
    page.get_by_role("heading", name="The twelve words").wait_for()
    assert page.locator("#words li").count() == 12
    shot(page, "intake-entered")
    page.get_by_role("button", name="Clear the screen").press("Enter")
    page.wait_for_url("**/cases")
    assert page.locator("#words").count() == 0


def test_a_case_without_words(page: Page, address: str, site: Site) -> None:
    page.goto(f"{address}/intake/new")
    page.get_by_label("Letter").check()
    page.get_by_label("What happened?").fill("A letter without a name.")
    page.get_by_label("No words").check()
    page.get_by_role("button", name="Make the case").press("Enter")
    page.get_by_text("This person has no words").wait_for()
    shot(page, "intake-no-words")
    (case_id,) = case_ids(site)
    opened(site, case_id)
    page.goto(f"{address}/cases/{case_id.hex()}")
    shot(page, "case-no-words")


def opened(site: Site, *ids: bytes) -> None:
    for case_id in ids:
        open_case(site.desk(), case_id, "new")
        confirm(site.desk(), case_id, ticked=True)


def test_who_was_named_and_what_was_merged(page: Page, address: str, site: Site) -> None:
    site.console.add_person("Hana Okafor", "handler")
    named = {"keep-from": Answer((), "Keep it from Hana in vetting, please: she is his friend.")}
    site.deliver(Reporter.new(site).report("The man in accounts takes money."))
    site.deliver(Reporter.new(site).seal(Report(QUESTIONNAIRE, named, {"what": Answer((), AGAIN)})))
    earlier, newer = case_ids(site)
    opened(site, earlier, newer)
    page.goto(f"{address}/approvals")
    page.get_by_role("link", name="Read and decide").press("Enter")
    page.get_by_role("heading", name="Did the reporter name Hana Okafor?").wait_for()
    page.get_by_role("button", name="Decide").press("Enter")
    page.get_by_text("There is a problem").wait_for()
    check(page)
    page.get_by_label("Another person: give Hana Okafor the key").press("Space")
    page.get_by_role("button", name="Decide").press("Enter")
    page.get_by_text("They can open the case now.").wait_for()
    path = f"{address}/cases/{newer.hex()}"
    page.goto(path)
    shot(page, "case-warns")
    page.goto(f"{path}/link")
    page.get_by_label("Number of the earlier case").fill("PSU-2026-0001")
    page.get_by_label("The same reporter, whose earlier words were lost").check()
    page.get_by_label("What you asked").fill(LOST.asked)
    page.get_by_label("What was answered").fill(LOST.answered)
    page.get_by_role("button", name="Link them for good").press("Enter")
    page.get_by_role("link", name="Say why you are sure").wait_for()
    check(page)
    page.get_by_label("Why you are sure").fill(LOST.reason)
    page.get_by_role("button", name="Link them for good").press("Enter")
    page.get_by_text("goes on in PSU-2026-0001 now").wait_for()
    shot(page, "case-took-in")
    page.goto(path)
    shot(page, "case-merged")
