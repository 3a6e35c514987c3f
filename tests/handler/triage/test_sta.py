"""Priorities of the strategic threat assessment: set by a supervisor, read by others; the open cases move by them."""

import html

import pytest

from handler.audit.tables import AuditEntry
from handler.errors import NotAllowed
from handler.triage.assessment import read, save
from handler.triage.scoring import STA
from handler.triage.sections import section
from handler.triage.stasetting import NoPeriod, NoStaReason, NoSuchCategory, Setting, set_priorities
from handler.triage.tables import StaPeriod
from handler.worklist.aside import Why, put_aside, take_back
from tests.handler.founded import Person
from tests.handler.reporters import Reporter, Site
from tests.handler.triage import forms
from tests.handler.triage.forms import form
from tests.handler.triage.test_assessment import DAY, case, due, made
from tests.handler.web.casepages import browser_of
from tests.handler.worklist.rows import add_case

PAGE = "/threat-priorities"
PERIOD = {"begins": "2026-04-01", "ends": "2027-03-31"}


def put(site: Site, *categories: str, reason: str = "review", by: Person | None = None, **changed: str) -> int:
    return set_priorities(site.desk(by), Setting(**{**PERIOD, **changed}, categories=categories, reason=reason))


@pytest.fixture
def case_id(site: Site) -> bytes:
    """A P4 by harm 6, likelihood 2 and 2D, of the category disclosure, and further association."""
    case_id, desk = made(site, Reporter.new(site).report()), site.desk()
    save(desk, case_id, "category", forms.PLAIN["category"])
    save(desk, case_id, "thrive", forms.thrive())
    save(desk, case_id, "grade", forms.grades(read(desk, case_id)))
    save(desk, case_id, "score", forms.score("6", "2"))
    return case_id


def test_a_change_moves_the_open_cases_their_clocks_and_places_and_is_in_the_audit(site: Site, case_id: bytes) -> None:
    assert (case(site, case_id).priority, due(site, case_id, "rethrive")) == (4, None)
    later, place = due(site, case_id, "triage"), case(site, case_id).place
    assert put(site, "drugs", "disclosure") == 1
    assert case(site, case_id).priority == 3
    assert case(site, case_id).place < place
    assert due(site, case_id, "rethrive") == site.desk().now() + 28 * DAY
    assert (due(site, case_id, "triage") or 0) < (later or 0)
    assert put(site, "association") == 0, "it has a further category among them"
    known = read(site.desk(), case_id).known
    assert known.score is not None
    assert "Raised by one, once: A priority category of the strategic threat assessment" in known.score.reasons
    assert put(site, reason="passed") == 1
    assert (case(site, case_id).priority, due(site, case_id, "rethrive")) == (4, None)
    with site.console.databases.console.read() as console:
        entries = b"".join(entry.entry for entry in console.query(AuditEntry))
        assert [(row.categories, row.moved) for row in console.query(StaPeriod)] == [
            ("disclosure drugs", 1), ("association", 0), ("", 1),
        ]  # fmt: skip
    assert b'"categories":["disclosure","drugs"]' in entries
    assert entries.count(b"priority ranked again") == 2


def test_once_is_enough_and_a_supervisors_own_priority_stands_above(site: Site, case_id: bytes) -> None:
    save(site.desk(), case_id, "score", forms.score("6", "2", uplifts=["power"]))
    assert (put(site, "disclosure"), case(site, case_id).priority) == (0, 3)
    save(site.desk(), case_id, "score", forms.score("6", "2"))
    assert case(site, case_id).priority == 3
    save(site.desk(), case_id, "override", form(priority="P2", words="A trial."))
    assert (put(site), case(site, case_id).priority) == (0, 2)
    save(site.desk(), case_id, "override", form(priority="as-scored", words="It is over."))
    assert case(site, case_id).priority == 4


def test_nobody_ticks_it_and_another_category_takes_it_away(site: Site, case_id: bytes) -> None:
    asked = next(one for one in section("score").form(read(site.desk(), case_id).known) if one.name == "uplifts")
    assert STA not in asked.chosen_ids
    save(site.desk(), case_id, "score", forms.score("6", "2", uplifts=[STA]))
    assert case(site, case_id).priority == 4
    put(site, "disclosure")
    save(site.desk(), case_id, "category", form(primary="drugs"))
    assert (case(site, case_id).priority, case(site, case_id).further) == (4, "")


def test_an_ended_case_keeps_its_priority_and_one_without_a_score_has_none(site: Site) -> None:
    console = site.console
    ended = add_case(console, 1, priority=4, liftable=4, category="drugs", ended=True, state="closed")
    unscored = add_case(console, 2, category="drugs")
    assert put(site, "drugs") == 0
    assert [case(site, one).priority for one in (ended, unscored)] == [4, 0]


def test_only_a_supervisor_sets_them_for_a_period_that_runs_with_a_reason(site: Site) -> None:
    handler = site.console.add_person("Hana Handler", "handler")
    with pytest.raises(NotAllowed):
        put(site, "drugs", by=handler)
    for period in ({"begins": "2026-11-19"}, {"ends": "2026-11-17"}, {"ends": ""}, {"begins": "soon"}):
        with pytest.raises(NoPeriod):
            put(site, "drugs", **period)
    with pytest.raises(NoSuchCategory):
        put(site, "rumour")
    with pytest.raises(NoStaReason):
        put(site, "drugs", reason="")


def test_the_page_is_set_by_a_supervisor_and_read_by_others(site: Site, case_id: bytes) -> None:
    browser = browser_of(site, site.console.supervisor)
    sent = {**PERIOD, "categories": ["disclosure"], "reason": ""}
    refused = browser.post(PAGE, sent)
    assert (refused.status_code, refused.text.count(" checked")) == (400, 1)
    assert browser.post(PAGE, {**sent, "reason": "new-period"}).status_code == 303
    told = html.unescape(browser.get(PAGE).text)
    assert "The priorities are set. One open case has another priority now." in told
    assert "A new assessment, for a new period" in told
    site.console.clock.forward(200 * DAY)
    theirs = browser_of(site, site.console.add_person("Hana Handler", "handler"))
    told = html.unescape(theirs.get(PAGE).text)
    assert "The period is over" in told
    assert "Set the priorities" not in told
    assert theirs.client.post(PAGE, data=sent).status_code in (400, 403)


def test_a_case_taken_back_from_junk_is_ranked_by_the_priorities_of_now(site: Site, case_id: bytes) -> None:
    put_aside(site.desk(), [case_id], Why("junk"))
    assert (put(site, "disclosure"), case(site, case_id).priority) == (0, 4)
    take_back(site.desk(), [case_id])
    assert case(site, case_id).priority == 3
