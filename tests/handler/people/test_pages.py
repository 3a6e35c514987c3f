"""The people of a case in a browser's hands: entering, correcting, taking out, what is told."""

import html
import re

from tests.handler.people.forms import case_of, entry, group, new_case
from tests.handler.reporters import Site
from tests.handler.web.casepages import browser_of


def test_a_person_is_entered_corrected_and_taken_out(site: Site) -> None:
    where = f"/cases/{new_case(site).hex()}/people"
    browser = browser_of(site, site.console.supervisor)
    assert "Nobody is entered yet" in browser.get(where).text
    refused = browser.post(f"{where}/new", dict(entry("")))
    assert refused.status_code == 400
    assert 'href="#name"' in refused.text
    assert browser.post(f"{where}/new", dict(entry("Ann <i>Nightingale</i>", status="probation"))).status_code == 303
    page = html.unescape(browser.get(where).text.replace("&lt;", "‹"))
    assert "‹i>Nightingale" in page
    assert "complete the misconduct finding before a probation panel dismisses?" in page
    (link,) = set(re.findall(rf'href="({where}/[0-9a-f]{{32}})"', page))
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', browser.get(link).text)
    assert seen is not None
    changed = {**entry("Ann Goldfinch"), "seen": seen.group(1)}
    assert browser.post(link, dict(changed)).status_code == 303
    late = browser.post(link, dict(changed))
    assert late.status_code == 400
    assert "Someone else changed this entry" in late.text
    page = browser.get(where).text
    assert "Earlier versions" in page and "complete the misconduct finding" not in page
    assert browser.post(f"{link}/out", {"why": ""}, page=link).status_code == 400
    assert browser.post(f"{link}/out", {"why": "Entered twice."}, page=link).status_code == 303
    assert "Taken out" in browser.get(where).text
    assert browser.get(link).status_code == 404


def test_a_group_is_entered_and_a_page_of_a_case_asks_first(site: Site) -> None:
    case_id = new_case(site)
    where = f"/cases/{case_id.hex()}/people"
    browser = browser_of(site, site.console.supervisor)
    assert browser.post(f"{where}/new", dict(group())).status_code == 303
    assert "One of 4: The night shift" in browser.get(where).text
    hana = site.console.add_person("Hana Handler", "handler")
    assert browser_of(site, hana).get(where).status_code == 303
    other = new_case(site)
    theirs = browser_of(site, hana)
    case = f"/cases/{other.hex()}"
    assert theirs.post(f"{case}/open", {"reason": "new", "words": ""}, page=case).status_code == 303
    assert theirs.get(f"{case}/people").status_code == 303, "the conflict check comes first"
    assert theirs.post(f"{case}/people/new", dict(entry()), page=case).status_code == 403


def test_senior_oversight_is_recorded_with_a_day_and_shows_late_after_it(site: Site) -> None:
    case_id = new_case(site)
    case = f"/cases/{case_id.hex()}"
    browser = browser_of(site, site.console.supervisor)
    browser.post(f"{case}/people/new", dict(entry("Sue Senior", grade="senior")))
    assert "Senior oversight review" in browser.get(case).text
    form: dict[str, str | list[str]] = {"owner": "Deputy director", "found": "Read it.", "review": "2026-11-01"}
    assert browser.post(f"{case}/record/oversight", form).status_code == 400, "a day that is over"
    assert browser.post(f"{case}/record/oversight", {**form, "review": "2026-12-10"}).status_code == 303
    assert "Deputy director" in browser.get(f"{case}/records").text
    site.console.clock.forward(40 * 86_400)
    browser = browser_of(site, site.console.supervisor)
    browser.post(f"{case}/open", {"reason": "supervise", "words": ""}, page=case)
    told = re.search(r"Senior oversight review.{0,400}", html.unescape(browser.get(case).text), re.DOTALL)
    assert told is not None
    assert "Late" in told.group()
    assert case_of(site, case_id).due is not None
