"""Leaving, who can open a case, and oversight in Chromium: axe finds nothing, at a desk and on a phone."""

from playwright.sync_api import Page
from sqlalchemy import select, update

from handler.approvals.acts import for_person
from handler.approvals.carrying import carry
from handler.cases.listing import open_case
from handler.cases.restricting import restrict
from handler.cases.sharing import share
from handler.cases.tables import Case
from handler.lifecycle import tasks
from handler.lifecycle.conflict import confirm
from handler.oversight import breakglass, destruction, hold
from handler.oversight.tables import DestroyedCase
from handler.triage.stasetting import Setting, set_priorities
from tests.handler.reporters import Reporter, Site
from tests.handler.web.signingin import sign_in
from tests.handler.web.test_accessibility import address, check, page, site
from tests.support.browser import screenshot

__all__ = ["address", "page", "site"]


def shot(page: Page, name: str) -> None:
    check(page)
    screenshot(page, name)


def test_leaving(page: Page, address: str, site: Site) -> None:
    hana = site.console.add_person("Hana Handler", "handler", "senior-decider")
    site.console.add_person("Omar Oke", "handler", "auditor")
    for number in range(3):
        site.deliver(Reporter.new(site).report(f"Report {number}"))
    with site.console.databases.console.write() as console:
        first, second, third = console.scalars(select(Case).order_by(Case.sequence)).all()
        first.assigned = second.assigned = hana.user_id
    open_case(site.desk(hana), first.id, "assigned")
    tasks.add(site.desk(hana), first.id, "Ring the bank.", "2026-12-24")
    site.cycle()
    restrict(site.desk(), third.id, [hana.user_id])
    page.goto(f"{address}/people/close?person={hana.user_id.hex()}")
    shot(page, "people-leaver-alone")
    with site.console.databases.console.write() as console:
        console.execute(update(Case).where(Case.id == third.id).values(sides=""))
    share(site.desk(hana), third.id, site.console.supervisor.user_id)
    page.reload()
    page.get_by_role("button", name="Close the account").press("Enter")
    page.get_by_text("There is a problem").wait_for()
    shot(page, "people-leaver")
    page.get_by_label("Who takes over the assigned cases").select_option("Omar Oke")
    page.get_by_label("Hand-over note").fill("She knows the bank’s contact.")
    page.get_by_role("button", name="Close the account").press("Enter")
    page.get_by_text("Keys they still hold").wait_for()
    shot(page, "people-left")


def test_restricting_holding_destroying_and_reading_one_case(page: Page, address: str, site: Site) -> None:
    hana = site.console.add_person("Hana Handler", "handler")
    ann = site.console.add_person("Ann Auditor", "auditor")
    site.deliver(Reporter.new(site).report("He takes money."), Reporter.new(site).report("Another."))
    with site.console.databases.console.read() as console:
        first, second = console.scalars(select(Case).order_by(Case.sequence)).all()
    desk, path = site.desk(), f"{address}/cases/{first.id.hex()}"
    open_case(desk, first.id, "supervise")
    confirm(desk, first.id, ticked=True)
    page.goto(f"{path}/restrict")
    page.get_by_role("button", name="Restrict the case").wait_for()
    page.get_by_label("Sam Supervisor").uncheck()
    page.get_by_role("button", name="Restrict the case").press("Enter")
    page.get_by_text("There is a problem").wait_for()
    shot(page, "restrict")
    restrict(desk, first.id, [site.console.supervisor.user_id, hana.user_id])
    page.goto(f"{path}/access")
    shot(page, "access-restricted")
    hold.set_hold(desk, first.id, "Tribunal 2301234 wants it.")
    page.goto(f"{path}/hold")
    shot(page, "hold")
    breakglass.ask(site.desk(ann), first.number, "complaint")
    with site.console.databases.console.read() as console:
        waiting = for_person(console, desk)[0]
    carry(desk, waiting)
    page.goto(path)
    shot(page, "case-visited")
    with site.console.databases.console.write() as console:
        console.execute(update(Case).values(state="retention"))
        console.add(
            DestroyedCase(
                number="PSU-2024-0012", received=20_000, reason="period-over", asked_by=ann.user_id,
                approved_by=site.console.supervisor.user_id, destroyed=desk.today(), complete=desk.today() + 7,
            )
        )  # fmt: skip
    page.goto(f"{address}/oversight")
    shot(page, "oversight-supervisor")
    page.get_by_role("link", name="Priorities of the strategic threat assessment").click()
    page.get_by_role("button", name="Set the priorities").press("Enter")
    page.get_by_text("There is a problem").wait_for()
    check(page)
    set_priorities(desk, Setting("2026-04-01", "2027-03-31", ("drugs", "disclosure"), "new-period"))
    page.goto(f"{address}/threat-priorities")
    page.get_by_text("As they were set").first.wait_for()
    shot(page, "threat-priorities")
    destruction.ask(desk, second.id, "period-over")
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, address, ann, site.console.clock.now)
    page.goto(f"{address}/oversight")
    shot(page, "oversight-auditor")
    page.goto(f"{address}/approvals")
    shot(page, "approvals-auditor")
