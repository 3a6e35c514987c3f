"""Beside a referral: words for the phone, THRIVE to hand over, advice, the reporter’s welfare, the duty line."""

import html
import re

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
    assert "It does not run" in handler.text("/safeguarding")
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
