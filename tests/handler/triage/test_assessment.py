"""An assessment on the disk and in the queue: sealed versions, facts, clocks, priority, overrides."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from handler.audit.tables import AuditEntry
from handler.cases.listing import open_case
from handler.cases.tables import Case
from handler.errors import NotAllowed
from handler.lifecycle import facts
from handler.lifecycle.timing import clocks
from handler.triage.assessment import SupervisorsOnly, Version, read, save
from handler.triage.fields import Field, NotComplete
from handler.triage.judging import NotGraded, NotScored
from handler.triage.known import open_prompts
from handler.triage.sections import NoSuchSection, section
from handler.triage.summaries import lines
from tests.handler.caselist import page
from tests.handler.lifecycle.test_moving import share
from tests.handler.reporters import Reporter, Site
from tests.handler.triage import forms
from tests.handler.triage.forms import PLAIN, form

CANARY = "canary-5b1e said of the unit"
DAY = 86_400


@pytest.fixture
def reporter(site: Site) -> Reporter:
    return Reporter.new(site)


@pytest.fixture
def case_id(site: Site, reporter: Reporter) -> bytes:
    return made(site, reporter.report())


def made(site: Site, envelope: bytes) -> bytes:
    """A new case from a post, opened."""
    site.deliver(envelope)
    with site.console.databases.console.read() as console:
        case_id = page(console).cases[0].id
    open_case(site.desk(), case_id, "new")
    return case_id


def case(site: Site, case_id: bytes) -> Case:
    with site.console.databases.console.read() as console:
        return console.get_one(Case, case_id)


def due(site: Site, case_id: bytes, kind: str) -> int | None:
    """When a running clock is due."""
    with site.console.databases.console.read() as console:
        return next((clock.due for _, clock in clocks(console, case_id) if clock.kind == kind and clock.running), None)


def recorded(site: Site, case_id: bytes) -> frozenset[str]:
    with site.console.databases.console.read() as console:
        return facts.recorded(console, case_id, site.desk().now(), site.desk().deadlines)


def graded(site: Site, case_id: bytes, reason: str = "", **changed: str) -> Version:
    return save(site.desk(), case_id, "grade", forms.grades(read(site.desk(), case_id), reason, **changed))


def scored(site: Site, case_id: bytes, harm: str = "6", likelihood: str = "4", **changed: str | Sequence[str]) -> None:
    save(site.desk(), case_id, "score", forms.score(harm, likelihood, **changed))


def score_form(site: Site, case_id: bytes) -> list[Field]:
    return section("score").form(read(site.desk(), case_id).known)


def prompts(site: Site, case_id: bytes) -> list[str]:
    return [name for name, _ in open_prompts(read(site.desk(), case_id).known)]


def test_no_word_of_an_assessment_is_on_the_disk_and_the_audit_has_section_and_priority(
    site: Site, case_id: bytes
) -> None:
    save(site.desk(), case_id, "danger", forms.danger(words=CANARY))
    save(site.desk(), case_id, "thrive", forms.thrive("high", CANARY))
    graded(site, case_id, CANARY, information="A")
    scored(site, case_id, words=CANARY, position=CANARY)
    save(site.desk(), case_id, "override", form(priority="P1", words=CANARY))
    with site.console.databases.console.read() as console:
        entries = b"".join(entry.entry for entry in console.query(AuditEntry))
    assert b'"section":"thrive","priority":0' in entries
    assert b'"was":2,"priority":1' in entries
    site.console.databases.close()
    for path in site.console.settings.home.rglob("*"):
        assert not path.is_file() or CANARY.encode() not in path.read_bytes(), path


def test_every_version_is_kept_with_who_and_when(site: Site, case_id: bytes) -> None:
    save(site.desk(), case_id, "thrive", forms.thrive("low"))
    site.console.clock.forward(DAY)
    save(site.desk(), case_id, "thrive", forms.thrive("immediate"))
    found = read(site.desk(), case_id)
    assert [one.found["highest"] for one in found.versions["thrive"]] == ["low", "immediate"]
    assert found.versions["thrive"][1].at - found.versions["thrive"][0].at == DAY
    assert {one.by for one in found.versions["thrive"]} == {site.console.supervisor.user_id}
    assert found.known.values["thrive"]["harm-level"] == "immediate"


def test_each_section_records_its_step_of_the_lifecycle(site: Site, case_id: bytes) -> None:
    before = recorded(site, case_id)
    save(site.desk(), case_id, "danger", forms.danger())
    save(site.desk(), case_id, "thrive", forms.thrive())
    graded(site, case_id)
    scored(site, case_id)
    for name, answers in PLAIN.items():
        save(site.desk(), case_id, name, answers)
    assert recorded(site, case_id) - before == {
        "danger-check", "thrive", "rethrive", "category", "conduct", "grade", "protected", "jurisdiction",
        "referral-test", "source-risk", "connected", "score",
    }  # fmt: skip
    assert read(site.desk(), case_id).missing() == []
    found = case(site, case_id)
    assert (found.category, found.priority, found.stream) == ("disclosure", 3, "report")


def test_what_is_left_out_is_told_field_by_field_and_nothing_is_kept(site: Site, case_id: bytes) -> None:
    answers = forms.thrive()
    answers["harm-text"] = [" "]
    answers["risk-level"] = ["dreadful"]
    with pytest.raises(NotComplete) as refusal:
        save(site.desk(), case_id, "thrive", answers)
    assert [field for field, _ in refusal.value.problems] == ["harm-text", "risk-level"]
    with pytest.raises(NotComplete):
        save(site.desk(), case_id, "danger", forms.danger(words="x" * 10_001))
    with pytest.raises(NoSuchSection):
        save(site.desk(), case_id, "rumours", {})
    assert read(site.desk(), case_id).versions == {}


def test_who_has_no_key_of_the_case_neither_reads_nor_writes(site: Site, case_id: bytes) -> None:
    late = site.console.add_person("Lena Late", "handler")
    with pytest.raises(NotAllowed):
        read(site.desk(late), case_id)
    with pytest.raises(NotAllowed):
        save(site.desk(late), case_id, "danger", forms.danger())


def test_a_grade_is_raised_only_with_a_reason_and_b_only_with_independence(site: Site, case_id: bytes) -> None:
    with pytest.raises(NotComplete) as refusal:
        graded(site, case_id, information="A")
    assert "raised only with a reason" in str(refusal.value)
    assert graded(site, case_id, "Saw it.", information="A").found["confidence"] == "Medium"
    graded(site, case_id, information="A")  # as high as before: no new reason
    with pytest.raises(NotComplete) as refusal:
        graded(site, case_id, source="3", information="B")  # no higher than before, but it claims a second source
    assert "independent" in str(refusal.value)
    version = graded(site, case_id, handling="P")
    assert [one for one in lines(version, read(site.desk(), case_id).known) if "2D P" in one.texts]


def test_the_score_needs_every_grade_and_new_grades_need_a_new_score(
    site: Site, case_id: bytes, reporter: Reporter
) -> None:
    with pytest.raises(NotGraded):
        scored(site, case_id)
    graded(site, case_id)
    save(site.desk(), case_id, "thrive", forms.thrive())
    scored(site, case_id, "6", "2")
    assert case(site, case_id).priority == 4
    graded(site, case_id, "Saw it.", information="A")
    assert "score" not in recorded(site, case_id)
    assert prompts(site, case_id) == ["score"]
    scored(site, case_id, "6", "2")
    assert case(site, case_id).priority == 3
    site.deliver(reporter.follow_up("And once more."))
    assert not {"grade", "thrive", "rethrive"} & recorded(site, case_id)
    assert prompts(site, case_id) == ["grade", "thrive"]
    with pytest.raises(NotGraded):
        scored(site, case_id)
    graded(site, case_id, "Saw it.", information="A")
    assert {"grade", "score"} <= recorded(site, case_id)
    save(site.desk(), case_id, "thrive", forms.thrive())
    assert {"thrive", "rethrive"} <= recorded(site, case_id)
    assert prompts(site, case_id) == []


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


def test_a_mandatory_referral_has_a_clock_from_the_day_it_became_clear(site: Site, case_id: bytes) -> None:
    save(site.desk(), case_id, "jurisdiction", PLAIN["jurisdiction"])
    today = site.desk().deadlines.calendar.day_of(site.desk().now())
    answers = form(criteria=["corruption"], clear=today.isoformat(), words="Information was sold.")
    version = save(site.desk(), case_id, "referral", answers)
    assert "(PIRC)" in str(version.found["body"])
    assert due(site, case_id, "mandatory") == int(
        datetime(2026, 11, 19, 17, tzinfo=ZoneInfo("Europe/London")).timestamp()
    )
    elsewhere = {**PLAIN["jurisdiction"], "jurisdiction": ["northern-ireland"]}
    save(site.desk(), case_id, "jurisdiction", elsewhere)
    assert prompts(site, case_id) == ["referral"]
    assert "referral-test" not in recorded(site, case_id)
    save(site.desk(), case_id, "referral", {**answers, "made": ["PIRC 2026/11"]})
    assert due(site, case_id, "mandatory") is None
    found = read(site.desk(), case_id)
    shown = {line.label: line.texts for line in lines(found.versions["referral"][-1], found.known)}
    assert shown["The day on which that first became clear"] == ["18 November 2026"]
    for clear in ("", "2026-11-17", "2026-12-24", "soon"):
        with pytest.raises(NotComplete):
            save(site.desk(), case_id, "referral", {**answers, "clear": [clear]})


def test_abuse_of_position_asks_for_the_referral_test_and_for_safeguarding_again(site: Site, case_id: bytes) -> None:
    save(site.desk(), case_id, "danger", forms.danger())
    save(site.desk(), case_id, "referral", PLAIN["referral"])
    save(site.desk(), case_id, "category", form(primary="sexual", apsp="yes"))
    assert prompts(site, case_id) == ["referral", "danger"]
    assert recorded(site, case_id).isdisjoint({"danger-check", "referral-test"})
    save(site.desk(), case_id, "danger", forms.danger())
    save(site.desk(), case_id, "referral", PLAIN["referral"])
    save(site.desk(), case_id, "category", form(primary="sexual", secondary=["authority"], apsp="yes"))
    assert prompts(site, case_id) == []
    with pytest.raises(NotComplete):
        save(site.desk(), case_id, "category", form(primary="sexual", secondary=["sexual"]))


def test_an_access_check_is_a_stream_of_its_own_and_comes_back(site: Site, case_id: bytes) -> None:
    for stream in ("access-check", "report"):
        with pytest.raises(NotComplete):
            save(site.desk(), case_id, "stream", form(stream=stream))
        save(site.desk(), case_id, "stream", form(stream=stream, words="A routine check."))
        assert case(site, case_id).stream == stream


def test_only_a_supervisor_accepts_a_risk_to_the_source(site: Site) -> None:
    case_id = made(site, Reporter.new(site).report("x", {"knowers": "only-me"}))
    handler = site.console.add_person("Hana Handler", "handler")
    share(site, case_id, handler)
    risky = form(could_reveal="yes", mitigation="We wait.", accepted="yes")
    assert save(site.desk(handler), case_id, "source-risk", risky).found == {"accepted-by": "", "blocked": "yes"}
    accepted = save(site.desk(), case_id, "source-risk", risky).found
    assert accepted == {"accepted-by": site.console.supervisor.name, "blocked": "no"}


def test_a_protected_disclosure_names_its_limb_and_the_authority_follows_the_employment(
    site: Site, case_id: bytes
) -> None:
    with pytest.raises(NotComplete):
        save(site.desk(), case_id, "protected", form(finding="likely", words="Why."))
    found = save(site.desk(), case_id, "protected", form(finding="not", offence="yes", words="A wish.")).found
    assert "s.43B(3)" in str(found["cautions"])
    where = form(jurisdiction="england-wales", employment="director-general", organisation="nca")
    found = save(site.desk(), case_id, "jurisdiction", where).found
    assert found["authority"] == "Permanent Secretary, Home Office"
