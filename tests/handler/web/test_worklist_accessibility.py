"""The list in Chromium at 1,280 and on a tablet: axe finds nothing, it works by keyboard, and keys can be put off."""

from playwright.sync_api import Page, expect

from handler.cases.listing import open_case
from handler.cases.tables import Case
from handler.lifecycle.conflict import confirm
from handler.worklist.assigning import assign
from handler.worklist.filters import parse
from handler.worklist.ordering import reorder
from handler.worklist.saved import save
from tests.handler.caselist import page as every_case
from tests.handler.reporters import Reporter, Site
from tests.handler.web.test_accessibility import address, check, page, site
from tests.support.browser import screenshot

__all__ = ["address", "page", "site"]

ROUTINGS = (
    {"danger": "yes", "at-risk": "now", "knowers": "only-me"},
    {"danger": "unsure", "worried": "punished", "involves": "senior-leader", "affected": "pattern"},
    {},
    {"at-risk": "maybe"},
    {},
    {"kind": "grievance"},
)


def filled(site: Site) -> list[bytes]:
    """Cases of every look: late, due today, pinned, put off, assigned, restricted, from elsewhere."""
    site.deliver(*(Reporter.new(site).report("x", routing) for routing in ROUTINGS))
    hana = site.console.add_person("Hana Handler-Featherstonehaugh", "handler")
    desk = site.desk()
    with desk.databases.console.write() as console:
        ids = [case.id for case in every_case(console).cases]
        first, second, third, fourth, *_ = (console.get_one(Case, case_id) for case_id in ids)
        first.priority, second.priority, third.priority = 1, 2, 4
        second.state, third.state, second.unread = "investigating", "case-to-answer", False
        third.sides = "hold restricted"
        third.channel, fourth.stream, fourth.channel = "phone", "request", "partner"
    for case_id in ids[:4]:
        open_case(desk, case_id, "new")
        confirm(desk, case_id, ticked=True)
    assign(desk, ids[1:2], desk.unlocked.user_id)
    with desk.databases.write_both() as (console, _):
        console.get_one(Case, ids[2]).assigned = hana.user_id
    reorder(desk, ids[4], "top", "The hearing is on Monday.")
    reorder(desk, ids[0], "off", "A partner acts first.")
    save(desk, "Phone line, P1 or P2", parse("channel=phone&priority=1&priority=2"))
    site.console.clock.forward(5 * 60)
    return ids


def shot(page: Page, name: str) -> None:
    check(page)
    screenshot(page, name)


def test_list_filters_acts_and_help(page: Page, address: str, site: Site) -> None:
    ids = filled(site)
    page.goto(f"{address}/cases")
    shot(page, "list")
    page.get_by_text("Filter", exact=True).click()
    shot(page, "list-filters")
    page.get_by_label("P1").check()
    page.get_by_role("button", name="Show these").press("Enter")
    expect(page.get_by_text("Filtered.")).to_be_visible()
    check(page)
    page.get_by_label("Save this view as").fill("Mine")
    page.get_by_role("button", name="Save").press("Enter")
    page.get_by_role("alert").wait_for()
    shot(page, "list-view-refused")
    page.goto(f"{address}/cases")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    shot(page, "list-help")
    page.keyboard.press("Escape")
    for case_id in (ids[3], ids[5]):  # nobody is in danger there
        page.locator(f"#tick-{case_id.hex()}").check()
    page.get_by_role("button", name="Put aside as junk").press("Enter")
    page.get_by_role("button", name="Put aside").press("Enter")
    page.get_by_role("alert").wait_for()
    shot(page, "list-aside")
    page.get_by_label("Junk or a flood").check()
    page.get_by_role("button", name="Put aside").press("Enter")
    page.get_by_text("2 cases put aside.").wait_for()
    shot(page, "list-undo")
    page.goto(f"{address}/cases?aside=yes&ended=only")
    shot(page, "list-junk")


def test_by_keyboard(page: Page, address: str, site: Site) -> None:
    site.deliver(*(Reporter.new(site).report() for _ in range(3)))
    page.goto(f"{address}/cases")
    link = {number: page.get_by_role("link", name=f"PSU-2026-000{number}", exact=True) for number in (1, 2, 3)}
    page.keyboard.press("j")
    expect(link[1]).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("j")
    expect(link[3]).to_be_focused()
    page.keyboard.press("k")
    expect(link[2]).to_be_focused()
    page.keyboard.press("x")
    expect(page.get_by_label("Tick PSU-2026-0002")).to_be_checked()
    page.keyboard.press("/")
    box = page.get_by_label("Go to case")
    expect(box).to_be_focused()
    page.keyboard.type("jxk?")  # typing is typing
    expect(box).to_have_value("jxk?")
    expect(page.get_by_role("dialog")).to_be_hidden()
    box.fill("")
    box.blur()
    page.keyboard.press("Control+j")
    expect(link[1]).not_to_be_focused()
    page.keyboard.press("f")
    expect(page.get_by_role("button", name="Show these")).to_be_visible()
    page.keyboard.press("k")
    expect(link[3]).to_be_focused()
    page.keyboard.press("o")
    expect(page.get_by_role("heading", name="Why are you opening this case?")).to_be_visible()


def test_keys_can_be_put_off_and_on_again(page: Page, address: str, site: Site) -> None:
    site.deliver(Reporter.new(site).report())
    page.goto(f"{address}/cases")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Go to a case by its number")
    page.get_by_label("Shortcuts are on").uncheck()
    page.get_by_role("button", name="Close").press("Enter")
    page.reload()
    page.keyboard.press("?")
    page.keyboard.press("j")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("link", name="PSU-2026-0001", exact=True)).not_to_be_focused()
    page.get_by_role("button", name="Keyboard shortcuts").press("Enter")
    page.get_by_label("Shortcuts are on").check()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="PSU-2026-0001", exact=True)).to_be_focused()
