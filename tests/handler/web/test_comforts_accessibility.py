"""The pages of working comfort in Chromium at 1,280 and on a tablet: axe finds nothing, nothing sticks out."""

from playwright.sync_api import Page, expect

from handler.conversation.sending import Reply, send
from handler.lifecycle.tasks import add, finish
from tests.handler.reporters import Site
from tests.handler.web.casepages import case_id_of
from tests.handler.web.test_accessibility import address, check, page, site
from tests.handler.web.test_case_accessibility import worked_on
from tests.support.browser import screenshot

__all__ = ["address", "page", "site"]


def test_undo_own_replies_settings_and_the_ways_from_the_top(page: Page, address: str, site: Site) -> None:
    path = address + worked_on(site)
    desk, case_id = site.desk(), case_id_of(site)
    send(desk, case_id, Reply("Thank you. " * 90, asks=False))
    finish(desk, case_id, add(desk, case_id, "Ask for the rota of the month.", "2026-12-01"))
    page.goto(path)
    check(page)
    screenshot(page, "case-ways")
    page.get_by_role("link", name="Write a reply").press("Enter")
    expect(page.get_by_label("Your reply")).to_be_focused()
    page.get_by_label("Being assessed").check()
    page.get_by_role("button", name="Tell the reporter").press("Enter")
    page.get_by_role("button", name="Undo", exact=True).wait_for()
    check(page)
    screenshot(page, "undo-banner")
    page.get_by_role("button", name="Undo", exact=True).press("Enter")
    page.get_by_text("Taken back: the reporter is not told this.").wait_for()
    check(page)
    for name, part in (("own-replies", f"{address}/board#own"), ("records-untick", f"{path}/records")):
        page.goto(part)
        check(page)
        screenshot(page, name)
    page.goto(f"{address}/settings")
    page.get_by_label("Show times as in").select_option("America/New_York")
    page.get_by_role("button", name="Save").press("Enter")
    page.get_by_text("Times are shown in New York time").wait_for()
    check(page)
    page.goto(path)
    check(page)


def test_keys_stand_where_shortcuts_look_for_them(page: Page, address: str, site: Site) -> None:
    page.goto(address + worked_on(site))
    keys = page.eval_on_selector_all("[data-key]", "all => all.map(one => one.dataset.key)")
    assert sorted(keys) == ["a", "h", "n", "r", "t"]
