"""Alerts: raised across teams, seen as far as a person holds the cases, answered with a line, on both databases."""

import html

import pytest
from sqlalchemy import select

from crypto.post import Answer, Report
from handler.cases.sharing import take_away
from handler.cases.tables import Case
from handler.deconfliction import alerts
from handler.deconfliction.alerts import NeitherCase, NoLine, NoSuchAlert
from handler.deconfliction.candidates import look
from handler.deconfliction.tables import CaseAlert
from handler.people.acts import save
from handler.triage.assessment import read
from handler.triage.assessment import save as assess
from handler.triage.fields import NotComplete
from tests.handler.deconfliction.test_candidates import REWORDED, STORY, UNLIKE, hana, shut
from tests.handler.founded import Person
from tests.handler.people.forms import case_of, entry, new_case, open_to
from tests.handler.reporters import Reporter, Site
from tests.handler.triage import forms
from tests.handler.web.casepages import browser_of

__all__ = ["hana"]

CANARY = "canary-33aa same collar number"


def raised(site: Site) -> list[CaseAlert]:
    with site.console.databases.console.read() as console:
        return list(console.scalars(select(CaseAlert).order_by(CaseAlert.day)))


def of(site: Site, case_id: bytes, person: Person | None = None) -> list[alerts.Shown]:
    desk = site.desk(person)
    with desk.databases.console.read() as console:
        return list(alerts.of_case(console, desk, case_id))


def two(site: Site, one: dict[str, str], other: dict[str, str]) -> tuple[bytes, bytes]:
    """Two cases with a subject each."""
    first, second = new_case(site, UNLIKE), new_case(site, STORY)
    save(site.desk(), first, one)
    save(site.desk(), second, other)
    return first, second


def test_a_second_record_of_a_subject_raises_one_alert_in_both_cases(any_site: Site) -> None:
    first, second = two(any_site, entry(), entry("Smith, John"))
    save(any_site.desk(), second, entry("John Smith", grade="junior"))
    (alert,) = raised(any_site)
    assert (alert.older, alert.newer, alert.about, alert.kind) == (first, second, "subject", "name")
    for case_id in (first, second):
        assert "second-record" in case_of(any_site, case_id).flags.split()
        assert len(of(any_site, case_id)) == 1
    with any_site.console.databases.console.read() as console:
        assert alerts.waiting(console) == 1


@pytest.mark.parametrize(
    ("other", "kind"),
    [(entry("Jon Smyth"), "sound"), (entry("Somebody", staff="N-123"), "number"), (entry("J Smith"), "sound")],
)
def test_an_alert_says_how_they_are_alike(any_site: Site, other: dict[str, str], kind: str) -> None:
    two(any_site, entry("John Smith", staff="N123"), other)
    assert [alert.kind for alert in raised(any_site)] == [kind]


def test_other_people_and_other_roles_raise_none(any_site: Site) -> None:
    two(any_site, entry("John Smith"), entry("John Smith", role="victim"))
    new = new_case(any_site, UNLIKE)
    for name in ("Mary Smith", "John Jones", "Smith"):
        save(any_site.desk(), new, entry(name))
    assert raised(any_site) == []


def test_an_alert_crosses_to_cases_that_the_handler_cannot_open(any_site: Site, hana: Person) -> None:
    first, second = new_case(any_site, UNLIKE), new_case(any_site, STORY)
    save(any_site.desk(), first, entry())
    shut(any_site, first, hana)
    open_to(any_site, second, hana)
    save(any_site.desk(hana), second, entry())
    (theirs,) = of(any_site, second, hana)
    assert theirs.other(second) is None
    (mine,) = of(any_site, second)
    assert mine.other(second) is not None
    page = html.unescape(browser_of(any_site, hana).get(f"/cases/{second.hex()}").text)
    assert "A case that is not open to you: ask a supervisor who holds both" in page
    assert case_of(any_site, first).number not in page
    assert "A supervisor answers it." in page


def test_a_supervisor_sees_the_numbers_of_the_cases_they_hold_only(any_site: Site, hana: Person) -> None:
    sue = any_site.console.add_person("Sue Supervisor", "supervisor")
    first, second = two(any_site, entry(), entry())
    take_away(any_site.desk(), first, sue.user_id)
    browser = browser_of(any_site, sue)
    page = browser.get("/alerts").text
    assert case_of(any_site, second).number in page
    assert case_of(any_site, first).number not in page
    assert "not open to you" in page
    assert '1<span class="govuk-visually-hidden"> waiting' in page
    take_away(any_site.desk(), second, sue.user_id)
    assert "for a supervisor who holds a case" in browser.get("/alerts").text
    with pytest.raises(NeitherCase):
        alerts.note(any_site.desk(sue), raised(any_site)[0].id, "same", "x")
    assert browser_of(any_site, hana).get("/alerts").status_code == 403


def test_a_supervisor_answers_with_a_line_that_is_sealed_into_both_cases(any_site: Site, hana: Person) -> None:
    first, second = two(any_site, entry(), entry())
    alert = raised(any_site)[0]
    desk = any_site.desk()
    for verdict, line in (("same", " "), ("perhaps", "x"), ("other", "x" * 2_001)):
        with pytest.raises(NoLine):
            alerts.note(desk, alert.id, verdict, line)
    with pytest.raises(NoSuchAlert):
        alerts.note(any_site.desk(hana), alert.id, "same", "x")
    alerts.note(desk, alert.id, "same", CANARY)
    with pytest.raises(NoSuchAlert):
        alerts.note(desk, alert.id, "other", "x")
    for case_id in (first, second):
        (shown,) = of(any_site, case_id)
        assert (shown.line, shown.row.verdict, shown.row.seen_by) == (CANARY, "same", desk.unlocked.user_id)
        assert "second-record" in case_of(any_site, case_id).flags.split(), "it is one"
    with desk.databases.console.read() as console:
        assert alerts.waiting(console) == 0


def test_who_is_not_the_same_person_leaves_no_flag_and_a_stronger_likeness_asks_again(any_site: Site) -> None:
    first, second = two(any_site, entry("Jon Smyth"), entry("John Smith"))
    alerts.note(any_site.desk(), raised(any_site)[0].id, "other", "Two people.")
    assert "second-record" not in case_of(any_site, first).flags
    save(any_site.desk(), second, entry("Jo Smith"))
    assert [alert.verdict for alert in raised(any_site)] == ["other"]
    save(any_site.desk(), second, entry("Jon Smyth"))
    assert [(alert.kind, alert.verdict) for alert in raised(any_site)] == [("name", "")]


def test_a_managers_notice_that_names_a_subject_raises_an_alert_when_it_is_opened(any_site: Site) -> None:
    first = new_case(any_site, UNLIKE)
    save(any_site.desk(), first, entry("John Smith"))
    said = Answer((), "I spoke to John Smith about his remarks. He apologised.")
    any_site.deliver(Reporter.new(any_site).seal(Report("notice-2026-11", {}, {"notice-what": said})))
    (alert,) = raised(any_site)
    assert (alert.older, alert.kind) == (first, "name")


def test_a_subject_whom_an_earlier_notice_names_raises_an_alert(any_site: Site) -> None:
    said = Answer((), "It was settled with John Smith and his team.")
    any_site.deliver(Reporter.new(any_site).seal(Report("notice-2026-11", {}, {"notice-what": said})))
    case_id = new_case(any_site, UNLIKE)
    save(any_site.desk(), case_id, entry("John Smith"))
    assert [alert.newer for alert in raised(any_site)] == [case_id]


def test_reports_that_may_be_one_source_cannot_corroborate_until_someone_says_why_they_are_two(site: Site) -> None:
    first, second = new_case(site, STORY), new_case(site, REWORDED)
    desk = site.desk()
    look(desk, second)
    (alert,) = raised(site)
    assert (alert.about, alert.kind) == ("source", "text")
    other = {"independent": "yes", "because": "Another report says the same."}
    better = forms.grades(read(desk, second), "Another report says the same.", information="B", **other)
    with pytest.raises(NotComplete, match="may be one"):
        assess(desk, second, "grade", better)
    assess(desk, second, "grade", forms.grades(read(desk, second)))
    alerts.note(desk, alert.id, "other", "The second was in Leeds then, and gives the rota.")
    assess(desk, second, "grade", better)
    assert "one-source" not in case_of(site, first).flags
    look(desk, second)
    assert [one.verdict for one in raised(site)] == ["other"], "it is not asked twice"


def test_an_alert_is_answered_on_the_page_of_a_case_that_was_opened(site: Site) -> None:
    first, second = two(site, entry(), entry())
    alert = raised(site)[0]
    browser = browser_of(site, site.console.supervisor)
    where = f"/cases/{second.hex()}/alerts/{alert.id.hex()}"
    case = f"/cases/{second.hex()}"
    assert case_of(site, first).number in browser.get(case).text
    site.deliver(Reporter.new(site).report("A third."))
    with site.console.databases.console.read() as console:
        third = console.scalars(select(Case.id).where(Case.id.not_in([first, second]))).one()
    open_to(site, third)
    elsewhere = f"/cases/{third.hex()}/alerts/{alert.id.hex()}"
    assert browser.post(elsewhere, {"verdict": "same", "line": CANARY}, page=case).status_code == 404
    answer = browser.post(where, {"verdict": "same", "line": ""}, page=case)
    assert answer.status_code == 400
    assert f'href="#line-{alert.id.hex()}"' in answer.text
    assert browser.post(where, {"verdict": "same", "line": CANARY}, page=case).status_code == 303
    assert CANARY in browser.get(case).text
    site.console.clock.forward(2 * 86_400)
    browser = browser_of(site, site.console.supervisor)
    assert browser.post(where, {"verdict": "same", "line": "x"}, page=case).status_code == 403, "no reason said today"


def test_what_was_answered_is_sealed(site: Site) -> None:
    two(site, entry(), entry())
    alerts.note(site.desk(), raised(site)[0].id, "same", CANARY)
    site.console.databases.close()
    for path in site.console.settings.home.rglob("*"):
        if path.is_file():
            assert CANARY.encode() not in path.read_bytes(), path
