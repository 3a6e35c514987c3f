"""An assessment on the disk and in the queue: sealed versions, facts, clocks, priority, overrides."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from handler.audit.tables import AuditEntry
from handler.cases.tables import Case
from handler.errors import NotAllowed
from handler.lifecycle import facts, oversight
from handler.lifecycle.acts import Step, move
from handler.lifecycle.states import NotYetRecorded
from handler.lifecycle.timing import clocks
from handler.triage.assessment import Version, read, save
from handler.triage.fields import NotComplete
from handler.triage.judging import NotGraded
from handler.triage.known import open_prompts
from handler.triage.sections import NoSuchSection, section
from handler.triage.summaries import lines
from tests.handler.lifecycle.test_moving import LOG, assess, note, share
from tests.handler.reporters import Reporter, Site
from tests.handler.triage import forms
from tests.handler.triage.conftest import made
from tests.handler.triage.forms import PLAIN, form

CANARY = "canary-5b1e said of the unit"
DAY = 86_400


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
        "referral-test", "source-risk", "connected", "score", "regime",
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
    assert "only with a reason" in str(refusal.value)
    assert graded(site, case_id, "Saw it.", information="A").found["confidence"] == "Medium"
    graded(site, case_id, information="A")  # as high as before: no new reason
    with pytest.raises(NotComplete) as refusal:
        graded(site, case_id, "Any text.", source="3", information="B")
    assert [field.split("-")[1] for field, _ in refusal.value.problems] == ["independent", "because"]
    because = {"independent": "yes", "because": "The door log."}
    version = graded(site, case_id, source="3", information="B", **because)
    shown = {line.label: line.words for line in lines(version, read(site.desk(), case_id).known)}
    assert shown["Independent source because"] == "The door log."
    version = graded(site, case_id, "The originator agreed.", handling="P")
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


def test_who_reported_the_form_of_investigation_and_the_reference_elsewhere_are_shown(
    site: Site, case_id: bytes
) -> None:
    begun = {field.name: field.start for field in section("setting").form(read(site.desk(), case_id).known)}
    assert begun["regime"] == "both", "by the stream, until somebody says otherwise"
    changed = {"protected": ("source-type", "former"), "referral": ("form", "managed"), "setting": ("reference", "C-9")}
    for name, (field, given) in changed.items():
        save(site.desk(), case_id, name, {**PLAIN[name], field: [given]})
    found = read(site.desk(), case_id)
    every = [line for name in changed for line in lines(found.versions[name][0], found.known)]
    said = {line.label: "".join([*line.texts, line.words]) for line in every}
    assert said["Who reported"] == "A former member of staff"
    assert said["Form of investigation that the oversight body decided on"] == "Managed"
    assert said["Reference in the case-management system"] == "C-9"


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


def test_an_access_check_is_no_corruption_and_in_another_stream_the_rest_is_asked(site: Site, case_id: bytes) -> None:
    desk = site.desk()
    assess(site, case_id)
    save(desk, case_id, "category", PLAIN["category"])
    save(desk, case_id, "stream", form(stream="access-check", words="A routine check."))
    assert case(site, case_id).category == ""
    assert [part.id for part in read(desk, case_id).missing()] == ["danger", "source-risk", "setting"]
    save(desk, case_id, "danger", forms.danger())
    for name in ("source-risk", "setting"):
        save(desk, case_id, name, PLAIN[name])
    note(site, case_id, "deconfliction", "care")
    move(desk, case_id, Step("decision", {}, {}))
    save(desk, case_id, "stream", form(stream="report", words="He sold what he saw."))
    assert case(site, case_id).category == "disclosure"
    with pytest.raises(NotYetRecorded) as refusal:
        move(desk, case_id, Step("investigating", {"disposition": "adopt-psu"}, LOG))
    assert {"conduct", "protected", "score"} <= set(refusal.value.missing)


@pytest.mark.parametrize("finding", ["likely", "possible", "asserted", "not"])
def test_who_may_be_protected_or_senior_has_senior_oversight(finding: str) -> None:
    assert oversight.needed(4, finding) is (finding != "not")
    assert oversight.needed(4, "not", senior=True)


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
