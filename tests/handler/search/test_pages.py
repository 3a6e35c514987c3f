"""The search page: what it shows, to whom, and that no word of a search is written down."""

import html

from sqlalchemy import select

from handler.audit.tables import AuditEntry
from handler.people.acts import save
from tests.handler.people.forms import case_of, entry, new_case
from tests.handler.reporters import Reporter, Site
from tests.handler.web.casepages import browser_of


def entries(site: Site) -> str:
    with site.console.databases.console.read() as console:
        return "\n".join(raw.decode() for raw in console.scalars(select(AuditEntry.entry)))


def test_a_found_case_is_shown_with_a_passage_and_the_search_is_not_written_down(site: Site) -> None:
    case_id = new_case(site, "We met at the harbour <b>office</b> on a Sunday.")
    save(site.desk(), case_id, entry("Ann Nightingale"))
    browser = browser_of(site, site.console.supervisor)
    answer = browser.post("/search", {"words": "Nightingale harbours"})
    assert answer.status_code == 200
    assert case_of(site, case_id).number in answer.text
    assert "<mark>" in answer.text
    assert "<b>office" not in answer.text
    kept = entries(site)
    assert '"act":"searched"' in kept.replace(" ", "")
    assert '"terms":2' in kept.replace(" ", "") and '"hits":1' in kept.replace(" ", "")
    assert case_id.hex() in kept.split("searched")[-1], "whose passage was read"
    assert "ightingale" not in kept and "harbour" not in kept


def test_before_a_person_said_that_they_have_no_conflict_no_passage_is_shown(site: Site) -> None:
    site.deliver(Reporter.new(site).report("It happened at the harbour office."))
    browser = browser_of(site, site.console.supervisor)
    answer = browser.post("/search", {"words": "harbour"})
    assert "PSU-2026-0001" in answer.text
    assert "office" not in answer.text
    assert "say that you have no conflict" in html.unescape(answer.text)


def test_who_holds_no_case_finds_none_and_an_empty_search_says_what_to_do(site: Site) -> None:
    new_case(site, "The harbour.")
    hana = site.console.add_person("Hana Handler", "handler")
    browser = browser_of(site, hana)
    assert "No case was found" in browser.post("/search", {"words": "harbour"}).text
    answer = browser.post("/search", {"words": "the"})
    assert answer.status_code == 400
    assert 'href="#search-words"' in answer.text
    assert "Put them into the search" not in answer.text
    assert browser.post("/search/fill", {}, page="/search").status_code == 403


def test_results_have_pages(site: Site) -> None:
    for _ in range(21):
        site.drop.take(Reporter.new(site).report("The harbour."))
    site.cycle()
    site.open()
    browser = browser_of(site, site.console.supervisor)
    first = browser.post("/search", {"words": "harbour"})
    assert "Page 1 of 2" in first.text
    last = browser.post("/search", {"words": "harbour", "page": "2"})
    assert "Page 2 of 2" in last.text
    assert last.text.count('search-result"') == 1
    assert "Page 2 of 2" in browser.post("/search", {"words": "harbour", "page": "99"}).text


def test_a_supervisor_puts_what_is_missing_into_the_search(site: Site) -> None:
    new_case(site, "The harbour.")
    with site.console.databases.console.write() as console:
        for table in ("search_tokens", "search_sources"):
            console.connection().exec_driver_sql(f"DELETE FROM {table}")
    browser = browser_of(site, site.console.supervisor)
    assert "1 case that you can open has" in browser.get("/search").text
    assert browser.post("/search/fill", {}, page="/search").status_code == 303
    assert "PSU-2026-0001" in browser.post("/search", {"words": "harbour"}).text
    assert "Not in the search yet" not in browser.get("/search").text
