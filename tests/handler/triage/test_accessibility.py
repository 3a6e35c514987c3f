"""An assessment in Chromium at 1,280 and on a tablet, by keyboard: axe finds nothing."""

import pytest
from playwright.sync_api import Page

from handler.cases.listing import open_case
from handler.lifecycle import conflict
from handler.triage.assessment import read, save
from tests.handler.reporters import Reporter, Site
from tests.handler.triage import forms
from tests.handler.triage.forms import PLAIN, form
from tests.handler.web.casepages import case_id_of
from tests.handler.web.test_accessibility import address, check, page

__all__ = ["address", "page"]


@pytest.fixture
def where(site: Site, address: str) -> str:
    """A case that was assessed but for its danger check."""
    site.deliver(Reporter.new(site).report("He takes money.", {"danger": "yes", "about": "sexual"}))
    desk, case_id = site.desk(), case_id_of(site)
    open_case(desk, case_id, "new")
    conflict.confirm(desk, case_id, True)
    save(desk, case_id, "thrive", forms.thrive("medium"))
    save(desk, case_id, "grade", forms.grades(read(desk, case_id)))
    for name, answers in PLAIN.items():
        save(desk, case_id, name, answers)
    save(desk, case_id, "category", form(primary="sexual", apsp="yes"))
    save(desk, case_id, "score", forms.score("8", "4", overrides=["danger-now"]))
    save(desk, case_id, "override", form(priority="P2", words="The danger has passed."))
    return f"{address}/cases/{case_id.hex()}/assessment"


def test_an_assessment_by_keyboard_and_without_a_violation(page: Page, where: str) -> None:
    page.goto(where)
    check(page)
    page.get_by_role("link", name="Danger check").first.press("Enter")
    page.get_by_label("No, as far as we know").first.press("Space")
    page.get_by_role("button", name="Save").press("Enter")
    page.get_by_role("heading", name="There is a problem").wait_for()
    check(page)
    page.get_by_role("group", name="Is a child").get_by_label("Perhaps").press("Space")
    page.get_by_label("Who, where, and what was done").fill("Nobody is named.")
    page.get_by_role("button", name="Save").press("Enter")
    page.get_by_text("Danger check: saved.").wait_for()
    for section in ("score", "grade"):
        page.goto(f"{where}/{section}")
        check(page)
