"""A child at risk: from arrival to an acknowledged referral inside its clock, by a handler and a lead at once."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from handler.cases.tables import Case
from handler.lifecycle.tables import CaseClock
from tests.handler.reporters import Reporter
from tests.handler.stories.office import Office

STORY = "I heard him shout at his boy in the car park, and saw him hit the child twice."
MONDAY = datetime(2026, 11, 30, 10, 0, tzinfo=ZoneInfo("Europe/London")).timestamp()


def test_a_child_at_risk_is_p1_and_referred_inside_the_clock(at_work: Office) -> None:
    site, number = at_work.site, "PSU-2026-0001"
    site.console.clock.now = MONDAY
    site.cycle()
    hana = at_work.hire("Hana Handler", "handler", "intake")
    lena = at_work.hire("Lena Lead", "safeguarding-lead")
    supervisor = at_work.supervisor
    site.drop.take(Reporter.new(site).report(STORY, {"danger": "yes", "at-risk": "now"}))
    site.cycle()
    hana.open_inbox()
    lena.go("/safeguarding").sees(number, "at the latest by 1 December 2026, 17:00")
    hana.go("/cases")
    first = hana.page.get_by_role("row").nth(1)
    assert number in first.inner_text() and "Danger now" in first.inner_text(), "danger is on top"

    hana.open_case(number).sees("Someone is in danger now").step("assessing").triage("8", "5", at_risk="now")
    with site.console.databases.console.read() as console:
        assert console.scalars(select(Case.priority).where(Case.number == number)).one() == 1
    path = hana.case_path
    hana.go(f"{path}/safeguarding/refer").fill({
        "person": "child", "who": "A boy of about ten", "where": "At home", "concern": "He may be hit at home",
        "nation": "england", "destinations": ["police-101", "childrens-england"],
    })  # fmt: skip
    hana.page.get_by_role("button", name="Write it down, and show the words for the phone").click()
    hana.sees("I am calling from the National Crime Agency", "A boy of about ten").sees_not("car park")

    lena.go("/safeguarding").page.get_by_role("link", name="SG-0001").click()
    lena.sees("A boy of about ten", "Not made yet").sees_not("car park")
    pack = lena.page.url.removeprefix(at_work.address)
    assert lena.status(path) == 404, "the lead reads the referral and not the case"
    for body in ("0", "1"):
        call = {f"how-{body}": "phone", f"taken-by-{body}": "PC Smith", f"reference-{body}": "L 77"}
        hana.go(pack).send(f"/recipients/{body}/made", call).sees("PC Smith")
    with site.console.databases.console.read() as console:
        clock = console.scalars(select(CaseClock).where(CaseClock.kind == "referral")).one()
    assert clock.done is not None and clock.done <= clock.due, "the referral was made inside its clock"
    lena.go(pack).send("/recipients/1/acknowledged", {"acknowledged-1": "A social worker sees him today."})
    lena.sees("A social worker sees him today.")
    hana.go(pack).sees("A social worker sees him today.")
    supervisor.go("/safeguarding").sees("SG-0001")
