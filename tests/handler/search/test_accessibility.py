"""People, search, alerts and deconfliction in Chromium at 1,280 and on a tablet: axe finds nothing."""

import pytest
from playwright.sync_api import Page

from handler.people.acts import save
from tests.handler.deconfliction.test_candidates import REWORDED, STORY
from tests.handler.people.forms import entry, group, new_case
from tests.handler.reporters import Site
from tests.handler.web.looking import check, enter
from tests.handler.web.test_accessibility import address, page
from tests.support.browser import screenshot

__all__ = ["address", "page"]


@pytest.fixture
def case(site: Site, address: str) -> str:
    """The address of a case with people, alerts and an alike case."""
    first, second = new_case(site, STORY), new_case(site, REWORDED)
    save(site.desk(), first, entry("John Smith", staff="N123456", grade="senior"))
    made = save(site.desk(), second, entry("Jon Smyth", status="probation", staff="N123456"))
    save(site.desk(), second, entry("Jonathan Smyth", status="probation", notes="As HR has it. " * 20), made)
    save(site.desk(), second, entry("A child of the family", role="witness", age="child"))
    save(site.desk(), second, group())
    return f"{address}/cases/{second.hex()}"


def shown(page: Page, name: str) -> None:
    check(page)
    screenshot(page, name)


def test_people_search_alerts_and_deconfliction(page: Page, address: str, case: str) -> None:
    for name, where in (
        ("deconfliction", f"{case}/record/deconfliction"),
        ("case-alerts", case),
    ):
        page.goto(where)
        shown(page, name)
    page.goto(f"{address}/search")
    page.get_by_label("Names, numbers or words").fill("Smith garage")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="2 cases").wait_for()
    shown(page, "search")
    page.get_by_label("Names, numbers or words").fill("the")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="There is a problem").wait_for()
    check(page)
    page.goto(f"{case}/people/new")
    page.get_by_role("button", name="Save").press("Enter")
    page.get_by_role("heading", name="There is a problem").wait_for()
    check(page)
    page.goto(case)
    enter(page.locator("summary", has_text="Answer it").first, page.get_by_role("button", name="Answer the alert"))
    check(page)
    page.get_by_role("button", name="Answer the alert").first.press("Enter")
    page.get_by_role("heading", name="There is a problem").wait_for()
    check(page)
