"""The safeguarding pages in Chromium at 1,280 and on a tablet: axe finds nothing, nothing sticks out, and the form's
list of bodies follows the nation."""

from playwright.sync_api import Page, expect

from handler.cases.listing import open_case
from handler.lifecycle.conflict import confirm
from handler.safeguarding import advising, daily, flagging, tracking
from tests.handler.reporters import Site
from tests.handler.safeguarding.referrals import delivered, made, referred, set_clock
from tests.handler.web.signingin import sign_in
from tests.handler.web.test_accessibility import address, check, page, site
from tests.support.browser import screenshot

__all__ = ["address", "page", "site"]

LONG = "She is in a flat above the shop, and does not leave it alone. " * 6


def looked_at(page: Page, name: str) -> None:
    check(page)
    screenshot(page, name)


def test_the_pages_of_a_case_and_of_a_referral(page: Page, address: str, site: Site) -> None:
    page.goto(f"{address}/safeguarding")
    looked_at(page, "safeguarding-empty")

    site.cycle()
    case_id, desk = delivered(site, danger="yes", at_risk="now"), site.desk()
    open_case(desk, case_id, "new")
    confirm(desk, case_id, ticked=True)
    case = f"{address}/cases/{case_id.hex()}"
    page.goto(case)
    looked_at(page, "safeguarding-case-page")

    page.goto(f"{case}/safeguarding/refer")
    page.get_by_role("button", name="Write it down", exact=True).press("Enter")
    page.get_by_text("There is a problem").wait_for()
    looked_at(page, "safeguarding-refer-errors")
    page.get_by_label("A child (under 18)").press("Space")
    page.get_by_label("Who they are").fill("A girl of about twelve")
    page.get_by_label("The concern").fill("She may be made to work in the shop")
    page.get_by_label("Scotland").first.press("Space")
    expect(page.get_by_label("Social work, children (Scotland)")).to_be_visible()
    expect(page.get_by_label("Local authority children’s services", exact=True)).to_be_hidden()
    page.get_by_label("Police, 101").press("Space")
    page.get_by_label("Social work, children (Scotland)").press("Space")
    looked_at(page, "safeguarding-refer")
    page.get_by_role("button", name="show the words for the phone").press("Enter")
    page.get_by_text("I cannot say how we know").wait_for()
    looked_at(page, "safeguarding-phone")
    page.get_by_role("link", name="record that the referral was made").click()
    page.get_by_text("Record that it was made").first.click()
    looked_at(page, "safeguarding-pack-new")
    page.get_by_role("button", name="It was made").first.press("Enter")
    page.get_by_text("Say how it was made").first.wait_for()
    looked_at(page, "safeguarding-pack-error")


def test_a_queue_with_work_and_a_pack_with_a_story(page: Page, address: str, site: Site) -> None:
    set_clock(site, "2026-11-18T15:00")
    case_id, desk = delivered(site, danger="yes"), site.desk()
    daily.say_why(desk, case_id, "Nobody is named yet: the local force is asked whether they know the address.")
    flagging.flag_reporter(desk, case_id, flagging.WELFARE)
    set_clock(site, "2026-11-20T09:00")
    sign_in(page, address, site.console.supervisor, site.console.clock.now)
    page.goto(f"{address}/safeguarding")
    looked_at(page, "safeguarding-queue-late")
    told = referred(
        desk, case_id, source_risk=True, now=True, where=LONG, levels={"harm": "high", "risk": "medium"},
        lines={"harm": "He was hurt before."}, protection="Police are on the way", protected=desk.now(),
    )  # fmt: skip
    for number in (0, 1):
        tracking.make(desk, told, number, made(desk))
    tracking.acknowledge(desk, told, 0, LONG)
    tracking.end(desk, told, 0, "He is with his grandmother.")
    advice = {"role": "Child protection adviser", "advice": LONG, "followed": "no", "why": "The mother asked for time."}
    advising.advise(desk, told, advice)
    referred(desk, case_id, person="adult", levels={"harm": "low"}, destinations=("adults-england",))
    referred(desk, case_id, person="adult")
    set_clock(site, "2026-11-24T09:00")
    open_case(desk, case_id, "assigned")
    confirm(desk, case_id, ticked=True)
    sign_in(page, address, site.console.supervisor, site.console.clock.now)
    page.goto(f"{address}/safeguarding")
    looked_at(page, "safeguarding-queue")
    page.goto(f"{address}/safeguarding/{told.hex()}")
    looked_at(page, "safeguarding-pack")
    page.goto(f"{address}/cases/{case_id.hex()}/safeguarding")
    looked_at(page, "safeguarding-tab")
