"""The priority of a case: its score, grounds for P1, uplifts, a supervisor's own, and its place in the queue."""

import pytest

from handler.cases.tables import Case
from handler.triage.assessment import SupervisorsOnly, read, save
from handler.triage.fields import Field, NotComplete
from handler.triage.judging import NotScored
from handler.triage.sections import section
from handler.triage.summaries import lines
from tests.handler.lifecycle.test_moving import share
from tests.handler.reporters import Reporter, Site
from tests.handler.triage import forms
from tests.handler.triage.conftest import made
from tests.handler.triage.forms import form
from tests.handler.triage.test_assessment import DAY, case, due, graded, prompts, recorded, scored


def score_form(site: Site, case_id: bytes) -> list[Field]:
    return section("score").form(read(site.desk(), case_id).known)


def test_a_score_ranks_the_case_and_sets_the_clocks_anew(site: Site, case_id: bytes) -> None:
    opened = case(site, case_id).opened
    assert opened is not None
    deadlines = site.desk().deadlines
    assert case(site, case_id).place == 25
    save(site.desk(), case_id, "thrive", forms.thrive())
    thrive_at = site.desk().now()
    graded(site, case_id, "Saw it.", information="A")
    site.console.clock.forward(3_600)
    scored(site, case_id, "10", "5")
    found = case(site, case_id)
    assert (found.priority, found.place) == (1, 10)
    assert due(site, case_id, "triage") == opened + 4 * 3_600
    assert due(site, case_id, "rethrive") == thrive_at + DAY
    scored(site, case_id, "2", "1")
    found = case(site, case_id)
    assert (found.priority, found.place) == (4, 40)
    assert due(site, case_id, "triage") == deadlines.calendar.end_of_working_day_after(opened, 20)
    assert due(site, case_id, "rethrive") is None


def test_what_stands_on_top_or_was_put_off_by_hand_stays_there(site: Site, case_id: bytes) -> None:
    graded(site, case_id)
    for pinned, place in ((1, 1), (-1, 90)):
        with site.console.databases.console.write() as console:
            console.get_one(Case, case_id).pinned = pinned
        scored(site, case_id)
        assert case(site, case_id).place == place


def test_what_the_reporter_said_of_danger_makes_it_p1_unless_it_is_said_why_not(site: Site) -> None:
    case_id = made(site, Reporter.new(site).report("x", {"danger": "yes", "at-risk": "now"}))
    graded(site, case_id)
    form_of_score = {field.name: field for field in score_form(site, case_id)}
    assert form_of_score["overrides"].start == ["danger-now", "at-risk-now"]
    with pytest.raises(NotComplete) as refusal:
        scored(site, case_id, "2", "1", overrides=["at-risk-now"])
    assert [field for field, _ in refusal.value.problems] == ["not-danger-now"]
    scored(site, case_id, "2", "1", overrides=["at-risk-now"], not_danger_now="They are safe: we spoke to the police.")
    assert case(site, case_id).priority == 1
    scored(site, case_id, "2", "1", not_danger_now="They are safe.", not_at_risk_now="The child is with family.")
    assert case(site, case_id).priority == 4
    assert case(site, case_id).place == 0, "the case stays on top of the list as long as the flags stand"


def test_a_danger_that_the_check_finds_puts_the_case_on_top_and_asks_for_a_new_score(
    site: Site, case_id: bytes
) -> None:
    graded(site, case_id)
    scored(site, case_id, "2", "1")
    assert due(site, case_id, "referral") is None
    save(site.desk(), case_id, "danger", forms.danger(at_risk="now"))
    assert case(site, case_id).place == 0
    assert due(site, case_id, "referral") is not None
    assert "score" not in recorded(site, case_id)
    assert prompts(site, case_id) == ["score"]
    with pytest.raises(NotComplete):
        scored(site, case_id, "2", "1")
    scored(site, case_id, "2", "1", overrides=["at-risk-now"])
    assert case(site, case_id).priority == 1
    save(site.desk(), case_id, "danger", forms.danger())
    assert case(site, case_id).place == 10, "our own finding can be taken back by our own"


def test_why_an_override_was_set_aside_stays_in_sight_when_nothing_asks_for_it_any_more(
    site: Site, case_id: bytes
) -> None:
    graded(site, case_id)
    save(site.desk(), case_id, "danger", forms.danger(danger="yes"))
    scored(site, case_id, not_danger_now="A misreading.")
    save(site.desk(), case_id, "danger", forms.danger())
    found = read(site.desk(), case_id)
    assert "not-danger-now" not in {field.name for field in score_form(site, case_id)}
    shown = {line.label: line.words for line in lines(found.versions["score"][0], found.known)}
    assert shown["Why this did not hold: someone is in danger now"] == "A misreading."


def test_a_reason_against_an_override_does_not_outlive_a_new_finding(site: Site, case_id: bytes) -> None:
    graded(site, case_id)
    save(site.desk(), case_id, "danger", forms.danger(danger="yes"))
    scored(site, case_id, not_danger_now="A misreading.")
    assert prompts(site, case_id) == []
    save(site.desk(), case_id, "danger", forms.danger(danger="yes", words="It is so after all."))
    assert prompts(site, case_id) == ["score"]
    asked = {field.name: field.start for field in score_form(site, case_id)}
    assert (asked["overrides"], asked["not-danger-now"]) == (["danger-now"], "")


def test_another_priority_is_a_supervisors_with_a_reason_and_both_are_shown(site: Site, case_id: bytes) -> None:
    handler = site.console.add_person("Hana Handler", "handler")
    share(site, case_id, handler)
    with pytest.raises(NotScored):
        save(site.desk(), case_id, "override", form(priority="P1", words="Why."))
    graded(site, case_id)
    scored(site, case_id, "6", "2")
    with pytest.raises(SupervisorsOnly):
        save(site.desk(handler), case_id, "override", form(priority="P1", words="Why."))
    with pytest.raises(NotComplete):
        save(site.desk(), case_id, "override", form(priority="P1", words=" "))
    save(site.desk(), case_id, "override", form(priority="P2", words="The third of its kind."))
    assert (case(site, case_id).priority, case(site, case_id).place) == (2, 20)
    scored(site, case_id, "8", "5")
    found = read(site.desk(), case_id)
    assert found.known.found["score"]["priority"] == 2
    assert case(site, case_id).priority == 2
    save(site.desk(), case_id, "override", form(priority="P4", words="Dealt with elsewhere."))
    scored(site, case_id, "10", "5")
    assert case(site, case_id).priority == 4, "a new score does not set the supervisor's priority aside"
    save(site.desk(), case_id, "override", form(priority="as-scored", words="New facts."))
    assert case(site, case_id).priority == 2
    assert [one.values["priority"] for one in read(site.desk(), case_id).versions["override"]] == [
        "P2", "P4", "as-scored",
    ]  # fmt: skip


def test_a_new_ground_for_p1_ends_the_supervisors_priority_and_asks_them_again(site: Site, case_id: bytes) -> None:
    save(site.desk(), case_id, "thrive", forms.thrive())
    graded(site, case_id)
    scored(site, case_id, "2", "1", overrides=["life"])
    save(site.desk(), case_id, "override", form(priority="P4", words="It was a figure of speech."))
    scored(site, case_id, "2", "1", overrides=["life"])
    assert (case(site, case_id).priority, prompts(site, case_id)) == (4, []), "the supervisor knew of that ground"
    scored(site, case_id, "2", "1", overrides=["life", "operation"])
    assert (case(site, case_id).priority, prompts(site, case_id)) == (1, ["override"])
    opened = case(site, case_id).opened or 0
    assert due(site, case_id, "triage") == opened + 4 * 3_600
    save(site.desk(), case_id, "override", form(priority="P2", words="The operation ended last year."))
    assert (case(site, case_id).priority, prompts(site, case_id)) == (2, [])
    save(site.desk(), case_id, "danger", forms.danger(danger="yes"))
    assert prompts(site, case_id) == ["score", "override"]
    assert case(site, case_id).priority == 1


def test_what_is_known_of_reprisal_and_other_cases_lifts_until_it_is_taken_out(site: Site) -> None:
    told = {"about": "punished", "worried": "safety", "involves": "senior-leader"}
    case_id = made(site, Reporter.new(site).report("x", told))
    assert due(site, case_id, "oversight") is None
    graded(site, case_id)
    assert due(site, case_id, "oversight") is not None, "a senior leader is involved"

    def ticked(name: str) -> object:
        return next(field.start for field in score_form(site, case_id) if field.name == name)

    assert (ticked("uplifts"), ticked("overrides")) == (["reprisal"], ["reporter"])
    scored(site, case_id, uplifts=[], not_reporter="They are abroad by now.")
    assert ticked("uplifts") == []
    with site.console.databases.console.write() as console:
        console.get_one(Case, case_id).flags += " second-record"
    assert ticked("uplifts") == ["second-record"]
