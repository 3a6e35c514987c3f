"""Referrals as a handler and a safeguarding lead make and follow them by their pages, both signed in at once."""

import html
import re
from datetime import timedelta

import pytest

from handler.cases.tables import Case
from handler.lifecycle.states import STOPPED_BY
from handler.lifecycle.tables import CaseClock
from handler.pickup.alarms import alarms
from handler.safeguarding import hub, tracking
from handler.safeguarding.tables import Referral
from handler.vocabulary import vocabulary
from tests.handler.founded import Browser
from tests.handler.reporters import Site
from tests.handler.safeguarding.referrals import (
    FORM,
    STORY,
    at_work,
    clock_of,
    delivered,
    follow,
    made,
    pack_path,
    referred,
    set_clock,
    tell_everyone,
    text_of,
)
from tests.handler.web.casepages import browser_of, case_id_of

MONDAY = "2026-11-30T10:00"


def test_a_child_at_risk_from_arrival_to_an_acknowledged_referral_inside_the_clock(site: Site) -> None:
    hana = site.console.add_person("Hana Handler", "handler")
    lena = site.console.add_person("Lena Lead", "safeguarding-lead")
    set_clock(site, MONDAY)
    case_id = delivered(site, danger="yes", at_risk="now")
    handler = at_work(site, hana)
    lead = browser_of(site, lena)

    home = lead.get("/")
    assert home.headers["Location"] == "/safeguarding", "a lead begins at the queue"
    waiting = text_of(lead, "/safeguarding")
    assert "PSU-2026-0001: at the latest by 1 December 2026, 17:00" in waiting

    case_page = handler.text()
    assert "Someone is in danger now" in case_page
    for name in ("seen", "decided", "acted"):
        done = follow(handler.browser, f"{handler.path}/safeguarding/times/{name}", {}, handler.path)
        assert "The time is noted" in done
    again = handler.browser.post(f"{handler.path}/safeguarding/times/seen", {}, page=handler.path)
    assert "That was noted already" in again.text

    form = html.unescape(handler.text("/safeguarding/refer"))
    assert "in your own words, never the report’s" in form
    assert "hit the child" not in form, "no word of the report is put into the form"
    phone_page = follow(
        handler.browser, f"{handler.path}/safeguarding/refer", {**FORM, "now": "yes", "phone": "yes"},
        f"{handler.path}/safeguarding/refer",
    )  # fmt: skip
    assert "This is an immediate risk." in phone_page
    assert "The person at risk: A boy of about ten" in phone_page
    assert "Police, 101; Local authority children" in phone_page
    pack = pack_path(phone_page)
    lead_reads = text_of(lead, pack)
    assert "A boy of about ten" in lead_reads
    assert "Not made yet" in lead_reads
    assert lead.get(f"/cases/{case_id.hex()}").status_code == 404, "the lead reads the pack and not the case"

    tell_both(site, handler.browser, pack)
    followed_up_by_the_lead(lead, handler.browser, pack)
    panel = handler.text("/safeguarding")
    assert panel.count("Note the time now") == 0, "that the police were told is noted by the referral"
    history = html.unescape(handler.text("/history"))
    for words in ("Threat to life. Decided", "SG-0001 was written down", "SG-0001, recipient 2: acknowledged"):
        assert words in history


def tell_both(site: Site, handler: Browser, pack: str) -> None:
    """The police by phone, the local authority in writing; the clock runs until both have it."""
    call = {"how-0": "phone", "day-0": "2026-11-30", "time-0": "10:02", "taken-by-0": "PC Smith", "reference-0": "L 77"}
    told = follow(handler, f"{pack}/recipients/0/made", dict(call), pack)
    assert "Taken by PC Smith, reference L 77" in html.unescape(told)
    assert clock_of(site).done is None, "the second body is not told yet"
    second = {key.replace("-0", "-1"): value for key, value in call.items()}
    told = follow(handler, f"{pack}/recipients/1/made", {**second, "how-1": "written"}, pack)
    assert "Made, not acknowledged" in told
    assert told.count("It is confirmed in writing") == 1, "only the phone call is confirmed in writing"
    assert "is confirmed" not in follow(handler, f"{pack}/recipients/0/confirmed", {}, pack)
    clock = clock_of(site)
    assert clock.done is not None and clock.done <= clock.due


def followed_up_by_the_lead(lead: Browser, handler: Browser, pack: str) -> None:
    """Protective action, the answers and the outcomes; each sees what the other wrote."""
    protection = {"protection": "Police went there", "protected-day": "2026-11-30", "protected-time": "10:01"}
    assert "Police went there" in follow(lead, f"{pack}/protected", dict(protection), pack)
    for number in (0, 1):
        answer = {f"acknowledged-{number}": "A social worker sees him today."}
        follow(lead, f"{pack}/recipients/{number}/acknowledged", dict(answer), pack)
    acknowledged = text_of(handler, pack)
    assert acknowledged.count("A social worker sees him today.") == 2
    assert '"govuk-tag govuk-tag--green whole-tag">Acknowledged' in acknowledged
    assert "Late" not in acknowledged
    for number in (0, 1):
        follow(lead, f"{pack}/recipients/{number}/outcome", {f"outcome-{number}": "Safe with his aunt."}, pack)
    assert "Safe with his aunt." in text_of(handler, pack)
    assert "There are no referrals yet" not in text_of(lead, "/safeguarding")
    assert "SG-0001" in text_of(lead, "/safeguarding?show=ended&person=child")
    assert "SG-0001" not in text_of(lead, "/safeguarding?show=ended&person=adult")


def test_a_case_of_twenty_five_hours_is_a_breach_that_leads_and_supervisors_see_and_that_a_referral_ends(
    site: Site,
) -> None:
    hana = site.console.add_person("Hana Handler", "handler")
    lena = site.console.add_person("Lena Lead", "safeguarding-lead")
    set_clock(site, "2026-11-30T16:30")
    case_id = delivered(site, at_risk="maybe")
    site.cycle()
    with site.console.databases.console.read() as console:
        assert {one.key for one in alarms(console)} == {"duties"}
    set_clock(site, "2026-12-01T17:30")
    site.cycle()
    lead, handler = browser_of(site, lena), at_work(site, hana)
    late = text_of(lead, "/safeguarding")
    assert "PSU-2026-0001: no referral was made, and the limit was 1 December 2026, 17:00" in late
    assert "1<span" in lead.get("/safeguarding").text, "the bar counts it"
    assert "The safeguarding referral of PSU-2026-0001 is late" in text_of(handler.browser, "/cases")
    referral_id = referred(site.desk(hana), case_id)
    assert "SG-0001" in text_of(lead, "/safeguarding?show=late")
    tell_everyone(site.desk(hana), referral_id)
    page = text_of(lead, "/safeguarding?show=late")
    assert "SG-0001" in page, "made late stays late"
    assert "no referral was made" not in page
    with site.console.databases.console.read() as console:
        assert {one.key for one in alarms(console)} == {"duties"}
        figures = hub.figures(console, site.desk(lena).unlocked, site.desk().now())
    assert figures.median_hours == figures.longest_hours
    assert figures.longest_hours is not None and 25 < figures.longest_hours < 25.2
    assert "25.0" in page or "25.1" in page


@pytest.mark.parametrize("person", ["child", "adult"])
def test_a_referral_from_received_by_a_handler_for_children_and_adults_alike(site: Site, person: str) -> None:
    hana = site.console.add_person("Hana Handler", "handler")
    delivered(site, danger="no")
    handler = at_work(site, hana)
    body = "childrens-england" if person == "child" else "adults-england"
    form = {**FORM, "person": person, "destinations": [body, "police-999"]}
    page = follow(handler.browser, f"{handler.path}/safeguarding/refer", form, f"{handler.path}/safeguarding/refer")
    assert "Referral SG-0001" in page
    with site.console.databases.console.read() as console:
        assert console.get_one(Case, case_id_of(site)).state == "received"
        assert [one.person for one in console.query(Referral)] == [person]
    assert clock_of(site).done is None, "a referral that is written down and not made has a clock too"


@pytest.mark.parametrize("nation", vocabulary("nations").ids)
def test_each_nation_has_its_own_list_and_no_body_of_another(site: Site, nation: str) -> None:
    delivered(site)
    handler = at_work(site, site.console.supervisor)
    path = f"{handler.path}/safeguarding/refer"
    shown = handler.browser.post(path, {"nation": nation, "who": "Someone", "show": "yes"}).text
    assert 'id="who" name="who" rows="2" aria-describedby="who-hint">Someone<' in shown, "what was written is kept"
    for term in vocabulary("destinations"):
        item = re.search(rf'data-nations="[^"]*"( hidden)?>\s*<input[^>]*value="{term.id}"', shown)
        assert item is not None
        assert (item.group(1) is None) == (nation == "unknown" or nation in term.more["nations"]), term.id
    wrong = next(term.id for term in vocabulary("destinations") if nation not in term.more["nations"])
    refused = handler.browser.post(path, {**FORM, "nation": nation, "destinations": [wrong]}, page=path)
    expected = 303 if nation == "unknown" else 400
    assert refused.status_code == expected


def test_what_is_missing_is_named_at_its_field_and_the_reporters_own_words_are_refused(site: Site) -> None:
    delivered(site)
    handler = at_work(site, site.console.supervisor)
    path = f"{handler.path}/safeguarding/refer"
    empty = handler.browser.post(path, {"concern": "I wrote this."}, page=path)
    assert empty.status_code == 400
    for field in ("person", "who", "nation"):
        assert f'href="#{field}' in empty.text
        assert re.search(rf'id="{field}(-0)?"', empty.text)
    assert "I wrote this." in empty.text
    copied = handler.browser.post(path, {**FORM, "concern": STORY[:80]}, page=path)
    assert copied.status_code == 400
    assert "These are the reporter’s own words" in html.unescape(copied.text)
    for day in ("2030-01-01", "2024-01-02"):
        when = {"protection": "Rang.", "protected-day": day, "protected-time": "10:00"}
        assert handler.browser.post(path, {**FORM, **when}, page=path).status_code == 400
    assert handler.browser.post(path, {**FORM, "protected-day": "soon"}, page=path).status_code == 400
    assert handler.browser.post(path, dict(FORM), page=path).status_code == 303


@pytest.mark.parametrize("side", ["", *sorted(STOPPED_BY)])
@pytest.mark.parametrize("state", ["received", "awaiting", "closed", "retention"])
def test_no_state_of_a_case_stands_before_a_referral(site: Site, state: str, side: str) -> None:
    case_id, desk = delivered(site), site.desk()
    with desk.databases.console.write() as console:
        case = console.get_one(Case, case_id)
        case.state, case.sides, case.ended = state, side, state in ("closed", "retention")
    referral_id = referred(desk, case_id)
    tell_everyone(desk, referral_id)
    with desk.databases.console.read() as console:
        assert console.get_one(Referral, referral_id).state == "made"


def test_who_has_the_case_says_first_why_they_open_it_and_nobody_else_finds_the_pack(site: Site) -> None:
    hana = site.console.add_person("Hana Handler", "handler")
    case_id = delivered(site)
    pack = f"/safeguarding/{referred(site.desk(), case_id).hex()}"
    handler, late = browser_of(site, hana), browser_of(site, site.console.add_person("Late", "handler"))
    answer = handler.get(pack)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/cases/{case_id.hex()}")
    assert late.get(pack).status_code == 404
    assert late.post(f"{pack}/advice", {}, page="/safeguarding").status_code == 404
    assert "not open to you" not in text_of(late, "/safeguarding"), "a handler's queue has their own cases only"
    at_work(site, hana)
    assert "A boy of about ten" in text_of(handler, pack)


def test_why_not_yet_is_written_each_working_day_and_missing_where_it_was_not(site: Site) -> None:
    set_clock(site, "2026-12-03T10:00")  # a Thursday
    delivered(site, at_risk="maybe")
    handler = at_work(site, site.console.supervisor)
    tab, why = f"{handler.path}/safeguarding", f"{handler.path}/safeguarding/why-not-yet"
    assert "Write each day why not yet" in handler.browser.post(why, {"why": " "}, page=tab).text
    assert "Two sisters" in follow(handler.browser, why, {"why": "Two sisters were asked first."}, tab)
    set_clock(site, "2026-12-08T10:00")  # Tuesday; nothing on Friday and Monday
    handler = at_work(site, site.console.supervisor)
    page = text_of(handler.browser, tab)
    assert "Nothing was written on 4 December 2026, 7 December 2026." in page
    assert "Why there is no referral yet" in page
    page = follow(handler.browser, why, {"why": "Still asking."}, tab)
    assert "Something to add" in page
    tell_everyone(site.desk(), referred(site.desk(), case_id_of(site)))
    page = text_of(handler.browser, tab)
    assert "Keep today’s reason" not in page
    assert "Nothing was written on 4 December 2026, 7 December 2026." in page, "the gaps stay in sight"


def test_a_supervisor_decides_with_a_reason_that_none_is_needed_and_a_handler_cannot(site: Site) -> None:
    hana = site.console.add_person("Hana Handler", "handler")
    delivered(site, at_risk="maybe")
    handler, supervisor = at_work(site, hana), at_work(site, site.console.supervisor)
    tab, path = f"{handler.path}/safeguarding", f"{handler.path}/safeguarding/not-needed"
    assert handler.browser.post(path, {"not-needed": "No."}, page=tab).status_code == 403
    assert "why no referral is needed" in supervisor.browser.post(path, {"not-needed": ""}, page=tab).text
    page = follow(supervisor.browser, path, {"not-needed": "They meant a dog."}, tab)
    assert "They meant a dog." in page
    assert clock_of(site).done is not None
    referral_id = referred(site.desk(hana), case_id_of(site))
    refused = supervisor.browser.post(path, {"not-needed": "Changed my mind."}, page=tab)
    assert refused.status_code == 400
    assert "is written down and not made yet" in refused.text
    tell_everyone(site.desk(hana), referral_id)


def test_two_referrals_of_a_case_have_clocks_of_their_own(site: Site) -> None:
    set_clock(site, MONDAY)
    case_id, desk = delivered(site, at_risk="now"), site.desk()
    tell_everyone(desk, referred(desk, case_id))
    site.console.clock.forward(timedelta(days=7).total_seconds())
    second = referred(desk, case_id, person="adult", destinations=("adults-england",))
    with desk.databases.console.read() as console:
        row = console.get_one(Referral, second)
        assert row.flagged == desk.now(), "counted from the new risk, not from the old one"
        clocks = console.query(CaseClock).filter_by(case_id=case_id, kind="referral").order_by(CaseClock.number).all()
        assert [clock.done is None for clock in clocks] == [False, True]
        assert console.get_one(Case, case_id).due is not None
        assert not hub.is_late(row, desk.now())
    tell_everyone(desk, second)
    with desk.databases.console.read() as console:
        assert hub.figures(console, desk.unlocked, desk.now()).late == 0


def test_each_force_gets_a_referral_of_its_own_and_a_later_one_does_not_make_it_late(site: Site) -> None:
    set_clock(site, "2026-11-19T10:00")
    case_id, desk = delivered(site, at_risk="now"), site.desk()
    referral_id = referred(desk, case_id, destinations=("police-101",))
    tell_everyone(desk, referral_id)
    set_clock(site, "2026-11-24T10:00")
    handler, pack = at_work(site, site.console.supervisor), f"/safeguarding/{referral_id.hex()}"
    refused = handler.browser.post(f"{pack}/recipients", {"body": "", "which": "Kent"}, page=pack)
    assert refused.status_code == 400
    page = follow(handler.browser, f"{pack}/recipients", {"body": "police-101", "which": "Kent Police"}, pack)
    assert "Police, 101: Kent Police" in page
    assert "Record that it was made" in page
    with desk.databases.console.read() as console:
        assert console.get_one(Referral, referral_id).state == "open"
    tracking.make(desk, referral_id, 1, made(desk))
    with desk.databases.console.read() as console:
        row = console.get_one(Referral, referral_id)
        assert row.state == "made"
        assert not hub.is_late(row, desk.now())
