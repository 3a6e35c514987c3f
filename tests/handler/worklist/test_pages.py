"""The list and what is done from it, as a person's browser gets it."""

import re

import pytest

from handler.cases.sharing import share
from handler.cases.tables import Case
from tests.handler.founded import Browser
from tests.handler.reporters import Reporter, Site
from tests.handler.web.casepages import browser_of
from tests.handler.worklist.test_assigning import assigned, made

GONE = "0" * 32


@pytest.fixture
def browser(site: Site) -> Browser:
    return browser_of(site, site.console.supervisor)


def numbers(text: str) -> list[str]:
    """Of the rows, in order."""
    return re.findall(r'data-open href="[^"]*">(PSU-\d{4}-\d+)<', text)


def test_the_list_shows_what_is_open_to_a_person_most_urgent_first(site: Site, browser: Browser) -> None:
    made(site)
    site.deliver(Reporter.new(site).report("x", {"danger": "yes"}))
    late = site.console.add_person("Late", "handler")
    text = browser.get("/cases").text
    assert numbers(text) == ["PSU-2026-0002", "PSU-2026-0001"]
    assert "2 cases, the most urgent first" in text
    assert "Danger now" in text
    assert "Not assessed" in text
    assert "Open the case" in text, "the nearest clock"
    theirs = browser_of(site, late).get("/cases").text
    assert numbers(theirs) == []
    assert "There are no cases yet" in theirs


def test_a_number_leads_to_the_case_of_who_can_open_it(site: Site, browser: Browser) -> None:
    (case_id,) = made(site)
    late = browser_of(site, site.console.add_person("Late", "handler"))
    found = browser.get("/cases/go?number=psu-2026-1")
    assert (found.status_code, found.location) == (303, f"/cases/{case_id.hex()}")
    assert browser.get("/cases/go?number=").location == "/cases"
    for who, number in ((browser, "PSU-2026-0002"), (browser, "' OR 1"), (late, "PSU-2026-0001")):
        assert who.get(f"/cases/go?number={number}").status_code == 404


def test_access_checks_stand_in_a_view_of_their_own_and_are_not_counted_among_the_rest(
    site: Site, browser: Browser
) -> None:
    ids = made(site, 2)
    with site.console.databases.console.write() as console:
        console.get_one(Case, ids[0]).stream = "access-check"
    rest, checks = browser.get("/cases").text, browser.get("/cases?stream=access-check").text
    assert (numbers(rest), numbers(checks)) == (["PSU-2026-0002"], ["PSU-2026-0001"])
    assert "1 case, the most urgent first" in rest
    assert "<h1" in checks
    assert "Cases: access checks" in checks


def test_filters_are_said_in_words_saved_under_a_name_and_deleted(site: Site, browser: Browser) -> None:
    hana = site.console.add_person("Hana", "handler")
    made(site)
    query = f"priority=0&flag=reprisal&assigned={hana.user_id.hex()}"
    text = browser.get(f"/cases?{query}").text
    assert "<strong>Priority</strong>: Not assessed" in text
    assert "<strong>Assigned to</strong>: Hana" in text
    assert "No case is like that" in text
    kept = browser.post("/cases/views", {"name": "Night shift", "query": query}, page=f"/cases?{query}")
    assert kept.status_code == 303
    text = browser.get(kept.location).text
    assert "Cases: Night shift" in text
    assert "Night shift" not in browser_of(site, hana).get("/cases").text
    again = browser.post("/cases/views", {"name": "night shift", "query": "unread=yes"}, page=f"/cases?{query}")
    assert again.status_code == 400
    assert "no other of your views has it" in again.text
    path = re.search(r'action="(/cases/views/[0-9a-f]{32}/delete)"', text)
    assert path is not None
    assert browser.post(path.group(1), {}, page="/cases").status_code == 303
    assert "Night shift" not in browser.get("/cases").text


def test_a_handler_takes_a_case_from_its_row_and_gives_it_back_on_its_page(site: Site) -> None:
    hana = site.console.add_person("Hana", "handler")
    first, second = made(site, 2)
    browser = browser_of(site, hana)
    form: dict[str, str | list[str]] = {"only": first.hex(), "case": [second.hex()], "back": "unread=yes"}
    taken = browser.post("/cases/take", form, page="/cases")
    assert taken.location == "/cases?unread=yes"
    assert (assigned(site, first), assigned(site, second)) == (hana.user_id, None)
    back = browser.post("/cases/assign", {"case": first.hex(), "to": "nobody", "from": "case"}, page="/cases")
    assert back.location == f"/cases/{first.hex()}"
    assert assigned(site, first) is None
    refused = browser.post(
        "/cases/assign", {"case": first.hex(), "to": site.console.supervisor.user_id.hex()}, "/cases"
    )
    assert refused.status_code == 400
    assert "A handler takes cases that nobody has" in refused.text
    assert f'value="{first.hex()}" checked' in refused.text, "what was ticked stays ticked"


def test_sharing_is_offered_before_a_case_is_assigned_to_who_cannot_open_it(site: Site, browser: Browser) -> None:
    ids = made(site, 2)
    late = site.console.add_person("Lena Late", "handler")
    form: dict[str, str | list[str]] = {"case": [one.hex() for one in ids], "to": late.user_id.hex(), "back": ""}
    asked = browser.post("/cases/assign", form, page="/cases")
    assert asked.status_code == 409
    assert "Lena Late cannot open 2 of these cases" in asked.text
    assert assigned(site, ids[0]) is None
    assert browser.post("/cases/assign", {**form, "share": "yes"}, page="/cases").status_code == 303
    assert assigned(site, ids[0]) == late.user_id
    assert numbers(browser_of(site, late).get("/cases?assigned=me").text) == ["PSU-2026-0001", "PSU-2026-0002"]


def test_nothing_ticked_and_nobody_chosen_are_said(site: Site, browser: Browser) -> None:
    (case_id,) = made(site)
    for path in ("/cases/take", "/cases/aside", "/cases/aside/done", "/cases/aside/back"):
        answer = browser.post(path, {}, page="/cases")
        assert answer.status_code == 400
        assert "Tick one or more cases first" in answer.text
    assert "Choose who is to work on them." in browser.post("/cases/assign", {"case": case_id.hex()}, "/cases").text


def test_junk_is_put_aside_undone_and_taken_back(site: Site, browser: Browser) -> None:
    ids = [one.hex() for one in made(site, 3)]
    asked = browser.post("/cases/aside", {"case": ids[:2]}, page="/cases")
    assert "Put 2 cases aside as junk" in asked.text
    assert len(numbers(browser.get("/cases").text)) == 3, "nothing is done before it is said why"
    unsaid = browser.post("/cases/aside/done", {"case": ids[:2]}, page="/cases")
    assert unsaid.status_code == 400
    assert "Choose why they are put aside" in unsaid.text
    done = browser.post("/cases/aside/done", {"case": ids[:2], "reason": "junk", "back": "unread=yes"}, page="/cases")
    text = browser.get(done.location).text
    assert "2 cases put aside." in text
    assert numbers(browser.get("/cases").text) == ["PSU-2026-0003"]
    batch = re.search(r"batch=([0-9a-f]{32})", done.location)
    assert batch is not None
    other = browser_of(site, site.console.add_person("Olu", "supervisor"))
    assert "put aside." not in other.get(done.location).text
    assert browser.post("/cases/aside/back", {"batch": batch.group(1)}, page="/cases").status_code == 303
    assert len(numbers(browser.get("/cases").text)) == 3
    browser.post("/cases/aside/done", {"case": ids[:2], "reason": "empty"}, page="/cases")
    text = browser.get("/cases?aside=yes&ended=only").text
    assert numbers(text) == ["PSU-2026-0001", "PSU-2026-0002"]
    assert "No report in it" in text
    assert "18 December 2026" in text
    back = browser.post("/cases/aside/back", {"case": ids[:1], "back": "aside=yes&ended=only"}, page="/cases")
    assert numbers(browser.get(back.location).text) == ["PSU-2026-0002"]


def test_a_case_of_danger_asks_for_its_own_tick(site: Site, browser: Browser) -> None:
    site.deliver(Reporter.new(site).report("x", {"danger": "unsure"}))
    ids = [one.hex() for one in made(site)]
    both = browser.post("/cases/aside", {"case": ids}, page="/cases").text
    assert "Such a case is put aside by itself only" in both
    assert 'name="sure"' not in both
    assert 'name="sure"' in browser.post("/cases/aside", {"case": ids[:1]}, page="/cases").text
    form: dict[str, str | list[str]] = {"case": ids[:1], "reason": "test"}
    refused = browser.post("/cases/aside/done", form, page="/cases")
    assert refused.status_code == 400
    assert "with a tick of its own" in refused.text
    assert browser.post("/cases/aside/done", {**form, "sure": "yes"}, page="/cases").status_code == 303
    assert numbers(browser.get("/cases").text) == ["PSU-2026-0002"]


def test_what_was_moved_by_hand_bears_a_mark_and_danger_that_was_put_off_is_named_above_every_view(
    site: Site, browser: Browser
) -> None:
    site.deliver(Reporter.new(site).report("x", {"danger": "yes"}))
    case_id, _ = made(site)
    path = f"/cases/{case_id.hex()}"
    assert browser.post(f"{path}/place", {"choice": "off", "why": "x"}, page="/cases").status_code == 403, "not opened"
    browser.post(f"{path}/open", {"reason": "new", "words": ""}, page=path)
    browser.post(f"{path}/conflict", {"clear": "yes"}, page=path)
    refused = browser.post(f"{path}/place", {"choice": "off", "why": " "}, page=path)
    assert refused.status_code == 400
    assert "Say in at most 2,000 characters why" in refused.text
    assert browser.post(f"{path}/place", {"choice": "off", "why": "The hearing."}, page=path).status_code == 303
    assert "The hearing." in browser.get(f"{path}/place").text
    assert "The hearing." in browser.get(f"{path}/history").text
    text = browser.get("/cases").text
    assert numbers(text) == ["PSU-2026-0002", "PSU-2026-0001"]
    assert "Put off by hand" in text
    for view in ("/cases", "/cases?assigned=me", "/cases?stream=access-check"):
        assert "in danger or at risk now in this case, which was put off by hand" in browser.get(view).text


def test_acts_on_cases_of_others_are_404(site: Site) -> None:
    (case_id,) = made(site)
    late = browser_of(site, site.console.add_person("Late", "supervisor"))
    for path, form in (
        ("/cases/take", {"case": case_id.hex()}),
        ("/cases/aside", {"case": case_id.hex()}),
        ("/cases/aside/done", {"case": case_id.hex(), "reason": "junk"}),
        ("/cases/aside/back", {"case": case_id.hex()}),
        ("/cases/take", {"case": GONE}),
    ):
        assert late.post(path, {**form}, page="/cases").status_code == 404, path


def test_whoever_only_reads_cases_gets_no_ticks(site: Site) -> None:
    (case_id,) = made(site)
    dee = site.console.add_person("Dee", "senior-decider")
    share(site.desk(), case_id, dee.user_id)
    text = browser_of(site, dee).get("/cases").text
    assert numbers(text) == ["PSU-2026-0001"]
    assert "With the ticked cases" not in text
    assert "Take it" not in text
