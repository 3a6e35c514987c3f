"""The script of a form in Chromium: kept while writing, offered again, restored or discarded; leaving warns."""

import pytest
from playwright.sync_api import Dialog, Page, expect
from sqlalchemy import select

from handler.cases.listing import open_case
from handler.drafts.tables import Draft
from handler.lifecycle.conflict import confirm
from tests.handler.reporters import Reporter, Site
from tests.handler.web.casepages import case_id_of
from tests.handler.web.test_accessibility import address, check, page, site
from tests.support.browser import screenshot

__all__ = ["address", "page", "site"]


@pytest.fixture
def path(site: Site, address: str) -> str:
    site.deliver(Reporter.new(site).report())
    case_id = case_id_of(site)
    open_case(site.desk(), case_id, "new")
    confirm(site.desk(), case_id, ticked=True)
    return f"{address}/cases/{case_id.hex()}"


def number_of_drafts(site: Site) -> int:
    with site.console.databases.console.read() as console:
        return len(console.scalars(select(Draft.form)).all())


def test_what_was_typed_is_kept_offered_and_restored(page: Page, path: str, site: Site) -> None:
    form = f"{path}/record/return-risk"
    page.goto(form)
    page.get_by_label("What is done about it").fill("They sit apart.")
    page.get_by_label("No", exact=True).check()
    page.get_by_text("Draft kept,").wait_for()
    page.goto(form)
    page.get_by_text("You began this on").wait_for()
    check(page)
    screenshot(page, "draft-offer")
    page.get_by_role("button", name="Restore it").press("Enter")
    expect(page.get_by_label("What is done about it")).to_have_value("They sit apart.")
    expect(page.get_by_label("No", exact=True)).to_be_checked()
    expect(page.get_by_text("You began this on")).to_have_count(0)
    page.get_by_role("button", name="Record it").click()
    page.get_by_text("recorded.").wait_for()
    assert number_of_drafts(site) == 0
    page.goto(form)
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text("You began this on")).to_have_count(0)


def test_a_draft_is_discarded(page: Page, path: str, site: Site) -> None:
    page.goto(path)
    page.get_by_label("Your reply").fill("Thank you.")
    page.get_by_text("Draft kept,").wait_for()
    page.goto(path)
    page.get_by_role("button", name="Discard it").press("Enter")
    expect(page.get_by_text("You began this on")).to_have_count(0)
    page.wait_for_load_state("networkidle")
    assert number_of_drafts(site) == 0
    expect(page.get_by_label("Your reply")).to_have_value("")


def test_leaving_with_words_that_are_not_kept_warns_and_otherwise_does_not(page: Page, path: str) -> None:
    warned: list[str] = []

    def stay(dialog: Dialog) -> None:
        warned.append(dialog.type)
        dialog.accept()

    page.on("dialog", stay)
    page.goto(path)
    page.get_by_label("Your reply").press_sequentially("Thank")
    page.goto(f"{path}/records")
    assert warned == ["beforeunload"]
    page.goto(path)
    page.get_by_label("Your reply").press_sequentially("Thank you")
    page.get_by_text("Draft kept,").wait_for()
    page.goto(f"{path}/records")
    page.goto(path)
    page.get_by_label("Your reply").fill("Thank you.")
    page.get_by_role("button", name="Send the reply").click()
    page.get_by_text("Your reply is in the queue").wait_for()
    assert warned == ["beforeunload"]
