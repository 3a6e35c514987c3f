"""The one queue: ranked by THRIVE and clock, with every referral in it once, on both kinds of database."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from handler.cases.records import CaseBox
from handler.cases.tables import Case
from handler.keys.unlocked import Unlocked
from handler.lifecycle.conflict import recuse
from handler.people import acts as people
from handler.pickup.alarms import alarms
from handler.safeguarding import daily, flagging, hub, tracking
from handler.safeguarding.tables import Referral
from handler.triage.assessment import save as assess
from tests.handler.people.forms import entry
from tests.handler.reporters import Reporter, Site
from tests.handler.safeguarding.referrals import (
    STORY,
    at,
    delivered,
    made,
    referred,
    set_clock,
    tell_everyone,
)
from tests.handler.triage import forms


def shown(site: Site, who: Unlocked, **filters: str) -> list[int]:
    """The numbers of the referrals as the queue has them."""
    with site.console.databases.console.read() as console:
        page = hub.queue(console, who, site.desk().now(), **filters)  # type: ignore[arg-type]
        assert page.total == len(page.lines)
        return [line.referral.number for line in page.lines]


def test_the_queue_is_ranked_by_thrive_then_clock_and_counts_every_referral(any_site: Site) -> None:
    site = any_site
    lena = site.console.add_person("Lena Lead", "safeguarding-lead")
    desk, lead = site.desk(), site.desk(lena).unlocked
    set_clock(site, "2026-11-19T10:00")
    case_id = delivered(site, at_risk="maybe")
    medium = referred(desk, case_id, levels={"harm": "medium"})  # due on the 20th
    tell_everyone(desk, medium)
    set_clock(site, "2026-11-20T10:00")
    referred(desk, case_id, person="adult", levels={"harm": "medium"})  # due on the 23rd
    referred(desk, case_id, levels={"harm": "low", "risk": "immediate"})
    unknown = referred(desk, case_id)
    low = referred(desk, case_id, levels={"harm": "low"}, destinations=("nhs",))
    tracking.make(desk, low, 0, made(desk))
    tracking.acknowledge(desk, low, 0, "They come.")
    tracking.end(desk, low, 0, "Safe.")
    assert shown(site, lead) == [4, 3, 1, 2], "not assessed on top; what is due first; what has ended is elsewhere"
    assert shown(site, lead, show="all") == [4, 3, 1, 2, 5]
    assert shown(site, lead, show="open") == [4, 3, 2]
    assert shown(site, lead, show="unanswered") == [1]
    assert shown(site, lead, show="ended") == [5]
    assert shown(site, lead, person="adult") == [2]
    tell_everyone(desk, unknown)
    for number in (0, 1):
        tracking.acknowledge(desk, unknown, number, "They come.")
    assert shown(site, lead, show="acknowledged") == [4]
    with site.console.databases.console.read() as console:
        rows = console.scalar(select(func.count()).select_from(Referral))
        figures = hub.figures(console, lead, desk.now())
    assert figures.total == rows == 5
    assert figures.by_person == {"child": 4, "adult": 1}
    assert sum(figures.by_person.values()) == rows
    assert figures.open == 2


def test_a_handler_sees_the_referrals_of_their_own_cases_only(any_site: Site) -> None:
    site = any_site
    delivered(site)
    late = site.console.add_person("Late", "handler")
    site.deliver(Reporter.new(site).report(STORY))
    with site.console.databases.console.read() as console:
        first, second = console.scalars(select(Case.id).order_by(Case.sequence))
    for case_id in (first, second):
        referred(site.desk(), case_id)
    assert shown(site, site.desk().unlocked, show="all") == [1, 2]
    assert shown(site, site.desk(late).unlocked, show="all") == [2]
    with site.console.databases.console.read() as console:
        assert hub.figures(console, site.desk(late).unlocked, site.desk().now()).total == 1


def test_referrals_written_at_once_get_different_numbers(any_site: Site) -> None:
    site = any_site
    case_id, desk = delivered(site), site.desk()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: referred(desk, case_id), range(8)))
    with site.console.databases.console.read() as console:
        assert sorted(console.scalars(select(Referral.number))) == list(range(1, 9))


def test_every_body_is_tracked_and_asked_again_when_its_answer_is_overdue(any_site: Site) -> None:
    site = any_site
    set_clock(site, "2026-11-19T10:00")
    desk, case_id = site.desk(), delivered(site, at_risk="now")
    referral_id = referred(desk, case_id)
    tracking.make(desk, referral_id, 0, made(desk))
    with desk.databases.console.read() as console:
        first, second = tracking.recipients(console, referral_id)
        assert (first.made, second.made) == (desk.now(), None)
        assert console.get_one(Referral, referral_id).state == tracking.OPEN
    tracking.make(desk, referral_id, 1, made(desk, how=tracking.IN_WRITING))
    set_clock(site, "2026-11-20T18:00")
    tracking.acknowledge(desk, referral_id, 1, "Accepted.")
    with desk.databases.console.read() as console:
        (line,) = hub.queue(console, desk.unlocked, desk.now()).lines
        assert (line.ask, line.confirm, line.recipients, line.late) == (1, 0, 2, False)
        assert hub.waiting(console, desk.unlocked, desk.now()) == 1
        assert console.get_one(Referral, referral_id).state == tracking.MADE
    set_clock(site, "2026-11-23T18:00")
    with desk.databases.console.read() as console:
        (line,) = hub.queue(console, desk.unlocked, desk.now()).lines
        assert line.confirm == 1, "the phone call was not confirmed in writing"
    tracking.confirm(desk, referral_id, 0)
    tracking.acknowledge(desk, referral_id, 0, "Accepted too.")
    with desk.databases.console.read() as console:
        (line,) = hub.queue(console, desk.unlocked, desk.now()).lines
        assert (line.ask, line.confirm) == (0, 0)
        assert line.referral.state == tracking.ACKNOWLEDGED
        assert hub.waiting(console, desk.unlocked, desk.now()) == 0


def test_the_unattended_process_raises_its_alarms_once_for_a_late_referral_and_takes_it_down(any_site: Site) -> None:
    site = any_site
    set_clock(site, "2026-11-19T10:00")
    case_id = delivered(site, danger="yes")
    set_clock(site, "2026-11-20T17:01")
    site.cycle()
    site.cycle()
    with site.console.databases.console.read() as console:
        keys = [flagging.alarm_key(case_id), flagging.alarm_key(case_id, flagging.SILENT_ALARM)]
        assert [one.key for one in alarms(console)] == keys
    with site.console.databases.console.write() as console:
        flagging.stop_clock(console, case_id, site.desk().now())
        assert [one.key for one in alarms(console)] == []
    site.cycle()
    with site.console.databases.console.read() as console:
        assert [one.key for one in alarms(console)] == []


@pytest.mark.parametrize("made", [False, True], ids=["not needed", "made"])
def test_a_new_person_or_a_worse_danger_begins_the_clock_anew_once_the_last_has_ended(site: Site, made: bool) -> None:
    case_id, desk = delivered(site, at_risk="maybe"), site.desk()

    def running() -> tuple[int, int] | None:
        with desk.databases.console.read() as console:
            return flagging.running_since(console, case_id)

    def ended() -> bool:
        if made:
            tell_everyone(desk, referred(desk, case_id))
        else:
            daily.decide_not_needed(desk, case_id, "He moved away.")
        site.console.clock.forward(60)
        return running() is None

    child = {"role": "witness", "age": "child"}
    person_id = people.save(desk, case_id, entry("Ann Able", **child))
    assert ended()
    people.save(desk, case_id, entry("Anne Able", **child), person_id)
    assess(desk, case_id, "danger", forms.danger(at_risk="maybe"))
    assert running() is None, "a name put right, and what the reporter said already, are nothing new"
    set_clock(site, "2026-11-23T10:00")
    people.save(desk, case_id, entry("Ben Brown", **child))
    assert running() == (desk.now(), at("2026-11-24T17:00"))
    site.cycle()
    assert ended()
    assess(desk, case_id, "danger", forms.danger(danger="yes", at_risk="now"))
    begun = desk.now()
    set_clock(site, "2026-11-25T10:00")
    assess(desk, case_id, "danger", forms.danger(danger="yes", at_risk="maybe"))
    assert running() == (begun, at("2026-11-24T17:00")), "what runs goes on"
    with desk.databases.console.read() as console:
        due = daily.due(console, desk, CaseBox(case_id, desk.case_key(case_id)))
        assert due is not None and due.late and due.today
        assert [day.day for day in due.missing] == [23, 24], "why not yet is asked from then on"
    assert ended()
    assess(desk, case_id, "danger", forms.danger(danger="yes", at_risk="maybe"))
    assert running() is None


def test_who_is_kept_out_of_a_case_sees_nothing_of_it_in_the_queue(any_site: Site) -> None:
    site = any_site
    lena, tess = (
        site.console.add_person("Lena Lead", "safeguarding-lead"),
        site.console.add_person("Tess", "supervisor"),
    )
    case_id = delivered(site, at_risk="maybe")
    with site.console.databases.console.read() as console:
        assert len(hub.unreferred(console, site.desk(tess).unlocked, site.desk().now())) == 1
    recuse(site.desk(tess), case_id)
    with site.console.databases.console.read() as console:
        assert hub.unreferred(console, site.desk(tess).unlocked, site.desk().now()) == []
    referred(site.desk(), case_id)
    assert shown(site, site.desk(tess).unlocked) == []
    assert shown(site, site.desk(lena).unlocked) == [1]
