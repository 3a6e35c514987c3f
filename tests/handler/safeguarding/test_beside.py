"""Beside a referral: words for the phone, THRIVE to hand over, advice, the reporter’s welfare, the duty line."""

import html
import re

from handler.cases.sharing import share
from handler.pickup.alarms import alarms
from handler.safeguarding import daily, flagging
from tests.handler.reporters import Reporter, Site
from tests.handler.safeguarding.referrals import (
    FORM,
    STORY,
    at_work,
    clock_of,
    delivered,
    draft,
    follow,
    referred,
    set_clock,
    text_of,
)
from tests.handler.web.casepages import browser_of


def test_words_for_the_phone_are_one_press_away_and_hold_nothing_of_the_report(site: Site) -> None:
    case_id = delivered(site, danger="yes")
    handler = at_work(site, site.console.supervisor)
    page = handler.text()
    press = f"{handler.path}/safeguarding/phone"
    assert f'href="{press}"' in page
    assert handler.browser.get(press).headers["Location"] == f"{handler.path}/safeguarding/refer"
    referred(site.desk(), case_id, now=True)
    spoken = text_of(handler.browser, handler.browser.get(press).headers["Location"])
    assert "I cannot say how we know." in spoken
    report = set(re.findall(r"\w+", STORY.lower())) - set(re.findall(r"\w+", " ".join(map(str, FORM.values())).lower()))
    read_aloud = spoken[spoken.index('class="read-aloud"') : spoken.index("Write down the name")]
    assert not {"manager", "car", "park", "friday", "heard", "shout"} & set(re.findall(r"\w+", read_aloud.lower()))
    assert {"manager", "friday"} <= report


def test_thrive_levels_come_from_the_newest_assessment_and_are_handed_over_as_text_and_json(site: Site) -> None:
    from handler.triage.assessment import save
    from tests.handler.triage import forms

    case_id = delivered(site)
    handler = at_work(site, site.console.supervisor)
    assert handler.browser.get(f"{handler.path}/safeguarding/thrive.txt").status_code == 404
    save(site.desk(), case_id, "thrive", forms.thrive("low", "Known so far."))
    save(site.desk(), case_id, "thrive", {**forms.thrive("medium", "Known so far."), "harm-level": ["high"]})
    page = handler.text("/safeguarding/refer")
    assert page.count('<option value="medium" selected>') == 5
    assert page.count('<option value="high" selected>') == 1
    assert "Known so far." not in page, "the lines of the assessment are not carried over"
    text = handler.browser.get(f"{handler.path}/safeguarding/thrive.txt")
    assert "Harm: High. Known so far." in text.text
    assert "attachment" in text.headers["Content-Disposition"]
    levels = {"harm": "high", "risk": "immediate"}
    referral_id = referred(site.desk(), case_id, levels=levels, lines={"harm": "He was hurt."})
    found = handler.browser.get(f"/safeguarding/{referral_id.hex()}/thrive.json").get_json()
    assert found["number"] == "SG-0001"
    assert {"element": "Harm", "level": "High", "text": "He was hurt."} in found["thrive"]
    assert {"element": "Threat", "level": "Not assessed", "text": ""} in found["thrive"]
    assert handler.browser.get(f"/safeguarding/{referral_id.hex()}/thrive.pdf").status_code == 404


def test_advice_that_is_not_followed_needs_a_reason(site: Site) -> None:
    lena = site.console.add_person("Lena Lead", "safeguarding-lead")
    pack = f"/safeguarding/{referred(site.desk(), delivered(site)).hex()}"
    lead = browser_of(site, lena)
    advice = {"role": "Modern slavery tactical adviser", "advice": "Treat her as a victim.", "followed": "no"}
    refused = lead.post(f"{pack}/advice", dict(advice), page=pack)
    assert refused.status_code == 400
    assert "needs the reason why not" in refused.text
    assert "Treat her as a victim." in refused.text
    page = follow(lead, f"{pack}/advice", {**advice, "why": "She asked us not to."}, pack)
    assert "Not followed: She asked us not to." in page
    assert "Modern slavery tactical adviser" in page


def test_a_reporter_in_crisis_is_signposted_and_that_it_was_sent_is_kept(site: Site) -> None:
    reporter = Reporter.new(site)
    site.deliver(reporter.report("I cannot go on."))
    handler = at_work(site, site.console.supervisor)
    tab = f"{handler.path}/safeguarding"
    page = follow(handler.browser, f"{tab}/reporter/welfare", {}, tab)
    assert "Do not counsel by message" in page
    page = follow(handler.browser, f"{tab}/send/crisis", {}, tab)
    assert "Where to get help now: sent" in page
    site.cycle()
    sent = reporter.texts()
    assert len(sent) == 1
    for words in ("999", "116 123", "option 2", "We cannot trace you"):
        assert words in sent[0]
    assert "The Victims’ Code: sent" not in html.unescape(page)
    assert "The Victims’ Code: sent" in html.unescape(follow(handler.browser, f"{tab}/send/victims-code", {}, tab))


def test_a_reporter_under_eighteen_starts_the_referral_clock(site: Site) -> None:
    delivered(site)
    handler = at_work(site, site.console.supervisor)
    tab = f"{handler.path}/safeguarding"
    assert "None runs" in handler.text("/safeguarding")
    page = follow(handler.browser, f"{tab}/reporter/under-18", {}, tab)
    assert "A reporter under 18 is a child" in page
    assert clock_of(site).done is None


def test_the_duty_line_is_shown_or_said_not_to_be_there(site: Site) -> None:
    delivered(site, danger="yes")
    handler = at_work(site, site.console.supervisor)
    assert "no out-of-hours cover is set up" in handler.text()
    assert "no out-of-hours cover is set up" in text_of(handler.browser, "/guidance/safeguarding")
    object.__setattr__(site.console.settings, "duty_phone", "020 7946 0000")
    try:
        assert "020 7946 0000" in handler.text()
        assert "no out-of-hours cover" not in text_of(handler.browser, "/guidance/safeguarding")
    finally:
        object.__setattr__(site.console.settings, "duty_phone", "")


def test_a_report_without_danger_has_no_panel(site: Site) -> None:
    delivered(site, danger="no")
    handler = at_work(site, site.console.supervisor)
    assert "Someone is in danger now" not in handler.text()
    assert "Words to read on the phone" not in handler.text()


def test_drafts_name_their_highest_level() -> None:
    assert draft(levels={"harm": "low", "risk": "immediate"}).level == 4
    assert draft().level == 5


def test_whoever_has_the_case_keeps_somebody_safe_refers_and_writes_why_not_each_by_itself(site: Site) -> None:
    set_clock(site, "2026-11-23T16:52")
    case_id = delivered(site, danger="yes")
    dee = site.console.add_person("Dee", "acu-liaison")
    share(site.desk(), case_id, dee.user_id)
    reader = at_work(site, dee)
    tab = f"{reader.path}/safeguarding"
    assert "due by 23 November 2026, 17:00" in reader.text("/safeguarding")
    assert "Today’s reason is kept" in follow(reader.browser, f"{tab}/why-not-yet", {"why": "We look for her."}, tab)
    assert "The time is noted" in follow(reader.browser, f"{tab}/times/seen", {}, tab)
    set_clock(site, "2026-11-23T17:01")
    assert 'Protective action</strong> <strong class="govuk-tag govuk-tag--red">Late' in reader.text("/safeguarding")
    done = {"protection": "Police went there", "protected-day": "2026-11-23", "protected-time": "16:55"}
    for wrong in ({"protected-time": "23:00"}, {"protected-day": "2026-11-21"}):
        assert "Give a day and a time that have passed" in follow(
            reader.browser, f"{tab}/protected", {**done, **wrong}, tab
        )
    page = follow(reader.browser, f"{tab}/protected", dict(done), tab)
    assert "Police went there" in page
    assert "23 November 2026, 16:55 GMT; it was due by 23 November 2026, 17:00 GMT" in page
    assert "Protective action</strong> <strong" not in page
    assert "Referral due" in page, "the one does not end the other"
    assert "The first thing was done to keep somebody safe" in reader.text("/history")
    form = {**FORM, "person": "child", "destinations": ["police-101"]}
    assert "Referral SG-0001" in follow(reader.browser, f"{tab}/refer", form, f"{tab}/refer")


def test_a_working_day_without_a_reason_is_an_alarm_until_one_is_written(site: Site) -> None:
    set_clock(site, "2026-11-20T10:00")  # a Friday
    desk, case_id = site.desk(), delivered(site, at_risk="maybe")
    key = flagging.alarm_key(case_id, flagging.SILENT_ALARM)

    def alarmed() -> bool:
        site.cycle()
        with desk.databases.console.read() as console:
            return key in {one.key for one in alarms(console)}

    assert not alarmed(), "the day is not over"
    daily.say_why(desk, case_id, "We look for her.")
    set_clock(site, "2026-11-23T10:00")
    assert not alarmed(), "nobody writes at the weekend"
    set_clock(site, "2026-11-24T10:00")
    assert alarmed()
    daily.say_why(desk, case_id, "Still looking.")
    assert not alarmed()
