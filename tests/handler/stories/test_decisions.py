"""Adopt, decline, refer; two people to close; the third message of a reporter. Several people signed in at once."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from handler.cases.tables import Case
from tests.handler.reporters import Reporter, Site
from tests.handler.stories.office import Office, Worker
from tests.handler.triage import forms


def state_of(site: Site, number: str) -> str:
    with site.console.databases.console.read() as console:
        return console.scalars(select(Case.state).where(Case.number == number)).one()


def day(site: Site, days: int) -> str:
    return (datetime.fromtimestamp(site.console.clock.now, UTC) + timedelta(days=days)).date().isoformat()


def to_decision(handler: Worker, number: str) -> None:
    handler.open_case(number).step("assessing").triage().step("decision")


def test_one_is_adopted_one_declined_one_referred(at_work: Office) -> None:
    site = at_work.site
    hana = at_work.hire("Hana Handler", "handler", "intake")
    for text in ("He sells what he reads.", "Another force asks us to look.", "It is about the police."):
        site.drop.take(Reporter.new(site).report(text))
    site.cycle()
    hana.open_inbox()
    supervisor = at_work.supervisor
    adopted, declined, referred = (f"PSU-2026-000{n}" for n in (1, 2, 3))
    hana.open_case(declined).assess("stream", {"stream": "request", "words": "A force asks."})
    hana.record("request", asked="To look for a phone.", body="Kent Police", related="yes", relation="Hana was there.")
    hana.go(f"{hana.case_path}/records").sees("To look for a phone.", "Who asks is hidden").sees_not("Kent Police")
    hana.press("Show who asks").sees("Score the case first").sees_not("Kent Police")
    for number in (adopted, declined, referred):
        to_decision(hana, number)
        assert state_of(site, number) == "decision"
    hana.open_case(declined)
    hana.go(f"{hana.case_path}/records").sees_not("Kent Police").press("Show who asks")
    hana.sees("Kent Police", "Hana was there.")

    supervisor.open_case(adopted).step("investigating", disposition="adopt-psu").sees("Adopt it: done.")
    supervisor.open_case(declined).step("concluding", disposition="declined", end_reason="not-ours")
    supervisor.sees("a second person is asked")
    assert state_of(site, declined) == "decision", "nothing is done before the second person"
    supervisor.open_case(referred).step("concluding", disposition="refer-out")
    hana.answer(declined, "Approve").answer(referred, "Approve")
    assert [state_of(site, number) for number in (adopted, declined, referred)] == [
        "investigating", "concluding", "concluding",
    ]  # fmt: skip
    hana.open_case(declined)
    hana.go(f"{hana.case_path}/history").sees("Declined (external request)", "Line on options.")


def test_a_case_is_closed_by_two_people_and_by_no_one_alone(at_work: Office) -> None:
    site = at_work.site
    hana = at_work.hire("Hana Handler", "handler", "intake")
    site.drop.take(Reporter.new(site).report("He sells pills."))
    site.cycle()
    number = "PSU-2026-0001"
    to_decision(hana.open_inbox(), number)
    supervisor = at_work.supervisor.open_case(number)
    supervisor.step("concluding", disposition="local")
    hana.answer(number, "Approve")
    hana.assess("thrive", forms.thrive("low"))
    hana.record("outcome", told="yes", what="That it was dealt with.")
    hana.record("learning", any="no", why_none="One person’s act.")
    hana.record("return-risk", again="no", plan="None needed.")
    hana.record("reprisal-plan", plan="Ask after one month.")
    hana.record("publishable", can="no", why="A small team.")
    hana.step("closed", retention_day=day(site, 2000)).sees("a second person is asked")
    assert hana.page.get_by_role("button", name="Approve").count() == 0
    assert state_of(site, number) == "concluding"

    supervisor.go("/approvals").sees("Move to: Closed, monitoring", "Hana Handler")
    supervisor.answer(number, "Approve").sees("Closed, monitoring")
    assert state_of(site, number) == "closed"


def test_after_the_third_message_a_supervisor_considers_the_status_before_more_is_asked(at_work: Office) -> None:
    site = at_work.site
    reporter = Reporter.new(site)
    hana = at_work.hire("Hana Handler", "handler", "intake")
    site.drop.take(reporter.report("He meets them on Fridays."))
    site.cycle()
    hana.open_inbox()
    number = "PSU-2026-0001"
    hana.open_case(number).page.get_by_label("Your reply").fill("Could you find out where he goes?")
    hana.press("Send the reply").sees("Look at this again", "covert source")
    for text in ("He was there again.", "It was the same car.", "Two more people came."):
        site.drop.take(reporter.follow_up(text))
    site.cycle()
    hana.open_inbox().open_case(number).sees("a supervisor records")
    hana.page.get_by_label("Your reply").fill("What did you see of the car?")
    hana.press("Send the reply").sees("A supervisor first records")

    supervisor = at_work.supervisor.open_case(number)
    supervisor.record("chis-considered", status="no", why="They tell what they saw anyway.")
    hana.open_case(number).page.get_by_label("Your reply").fill("What did you see of the car?")
    hana.press("Send the reply").sees("Your reply is in the queue for the board.")
