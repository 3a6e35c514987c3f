"""Moving a real case: what must be recorded, who may, two people, clocks, what stands on the disk."""

import pytest
from sqlalchemy import select

from handler.approvals.acts import AlreadyAsked, NoLonger, SamePerson, for_person, of_case, refuse, withdraw
from handler.approvals.tables import Approval
from handler.cases.listing import open_case
from handler.cases.tables import Case
from handler.errors import NotAllowed
from handler.identity.tables import User
from handler.identity.users import holder_of
from handler.keys.keyring import case_purpose
from handler.lifecycle import facts
from handler.lifecycle.acts import DECISION_LOG, DecisionNotComplete, Step, approve, move, moves_of
from handler.lifecycle.states import CONCLUDED, TRIAGE, NotYetRecorded, NotYourStep
from handler.lifecycle.timing import clocks
from handler.triage.tables import StaPeriod
from tests.handler.caselist import page
from tests.handler.founded import Person
from tests.handler.reporters import Reporter, Site

CANARY = "canary-91c4 told in the rationale"
LOG = dict.fromkeys(DECISION_LOG, "n/a because this is a test")


@pytest.fixture
def case_id(site: Site) -> bytes:
    site.deliver(Reporter.new(site).report())
    with site.console.databases.console.read() as console:
        case_id = page(console).cases[0].id
    open_case(site.desk(), case_id, "new")
    return case_id


def note(site: Site, case_id: bytes, *names: str) -> None:
    desk = site.desk()
    with desk.databases.console.write() as console:
        facts.note(console, case_id, names, by=desk.unlocked.user_id, now=desk.now())


def case(site: Site, case_id: bytes) -> Case:
    with site.console.databases.console.read() as console:
        return console.get_one(Case, case_id)


def running(site: Site, case_id: bytes) -> set[str]:
    with site.console.databases.console.read() as console:
        return {clock.kind for _, clock in clocks(console, case_id) if clock.running}


def share(site: Site, case_id: bytes, person: Person) -> None:
    """Wraps the case's key to someone who came after it was made."""
    desk = site.desk()
    with desk.databases.console.read() as console:
        holder = holder_of(console.get_one(User, person.user_id))
    with desk.keyring_to_write() as keyring:
        keyring.share(case_purpose(case_id), desk.unlocked, [holder])


def assess(site: Site, case_id: bytes) -> None:
    note(site, case_id, "conflict-check")
    move(site.desk(), case_id, Step("assessing", {}, {}))


def conclude(site: Site, case_id: bytes) -> None:
    """As far as concluding, by the shortest way."""
    assess(site, case_id)
    note(site, case_id, *TRIAGE)
    move(site.desk(), case_id, Step("decision", {}, {}))
    move(site.desk(), case_id, Step("investigating", {"disposition": "adopt-psu"}, LOG))
    note(site, case_id, "strategy", "scope-review", "measures", "rethrive", "update")
    move(site.desk(), case_id, Step("concluding", {"reason": "Nothing to answer."}, {}))
    note(site, case_id, *CONCLUDED)


def test_a_new_case_is_acknowledged_and_its_clocks_run(site: Site) -> None:
    site.deliver(Reporter.new(site).report())
    with site.console.databases.console.read() as console:
        found = page(console).cases[0]
        kinds = {clock.kind: clock for _, clock in clocks(console, found.id)}
    assert {kind for kind, clock in kinds.items() if clock.running} == {"open", "feedback"}
    assert {kind for kind, clock in kinds.items() if not clock.running} == {"acknowledge", "acknowledge-limit"}
    assert found.due == kinds["open"].due


def test_opening_ends_one_clock_and_begins_the_next(site: Site, case_id: bytes) -> None:
    assert "open" not in running(site, case_id)
    assert "triage" in running(site, case_id)
    assert case(site, case_id).opened == site.desk().now()


def test_the_conflict_check_comes_before_assessing(site: Site, case_id: bytes) -> None:
    with pytest.raises(NotYetRecorded) as refusal:
        move(site.desk(), case_id, Step("assessing", {}, {}))
    assert refusal.value.missing == ("conflict-check",)
    assess(site, case_id)
    assert case(site, case_id).state == "assessing"


def test_a_decision_has_a_line_under_each_heading(site: Site, case_id: bytes) -> None:
    assess(site, case_id)
    note(site, case_id, *TRIAGE)
    move(site.desk(), case_id, Step("decision", {}, {}))
    with pytest.raises(DecisionNotComplete):
        move(site.desk(), case_id, Step("investigating", {"disposition": "adopt-psu"}, {**LOG, "powers": " "}))
    move(site.desk(), case_id, Step("investigating", {"disposition": "adopt-psu"}, LOG))
    assert {"scope", "update"} <= running(site, case_id)
    assert not {"triage", "decision"} & running(site, case_id)


def test_only_a_supervisor_decides(site: Site, case_id: bytes) -> None:
    assess(site, case_id)
    note(site, case_id, *TRIAGE)
    move(site.desk(), case_id, Step("decision", {}, {}))
    late = site.console.add_person("Hana Handler", "handler")
    with pytest.raises(NotAllowed):  # no key of the case
        move(site.desk(late), case_id, Step("investigating", {"disposition": "adopt-psu"}, LOG))
    share(site, case_id, late)
    with pytest.raises(NotYourStep):
        move(site.desk(late), case_id, Step("investigating", {"disposition": "adopt-psu"}, LOG))


def test_a_reason_given_for_one_step_does_not_count_for_the_next(site: Site, case_id: bytes) -> None:
    assess(site, case_id)
    question = {"question": "When was it?", "no-reply-day": "2026-12-20"}
    move(site.desk(), case_id, Step("awaiting", question, {}))
    assert "no-reply" in running(site, case_id)
    assert "triage" not in running(site, case_id)
    move(site.desk(), case_id, Step("assessing", {}, {}))
    assert "no-reply" not in running(site, case_id)
    assert "triage" in running(site, case_id)
    with pytest.raises(NotYetRecorded):
        move(site.desk(), case_id, Step("awaiting", {}, {}))


def test_closing_takes_two_people(site: Site, case_id: bytes) -> None:
    second = site.console.add_person("Sue Second", "supervisor")
    conclude(site, case_id)
    moved = move(site.desk(), case_id, Step("closed", {}, {}))
    assert moved.waits is not None
    assert case(site, case_id).state == "concluding"
    with pytest.raises(SamePerson):
        approve(site.desk(), moved.waits)
    with pytest.raises(AlreadyAsked):
        move(site.desk(), case_id, Step("closed", {}, {}))
    with pytest.raises(NotAllowed):
        approve(site.desk(second), moved.waits)  # came after the case, and nobody shared it
    share(site, case_id, second)
    with site.console.databases.console.read() as console:
        assert [one.id for one in for_person(console, site.desk(second))] == [moved.waits]
        assert for_person(console, site.desk()) == []
    approve(site.desk(second), moved.waits)
    found = case(site, case_id)
    assert (found.state, found.ended) == ("closed", True)
    assert running(site, case_id) == {"checkin"}
    with pytest.raises(NoLonger):
        approve(site.desk(second), moved.waits)


def test_what_waits_can_be_refused_or_taken_back_and_asked_again(site: Site, case_id: bytes) -> None:
    second = site.console.add_person("Sue Second", "supervisor")
    conclude(site, case_id)
    desk = site.desk()
    first = move(desk, case_id, Step("closed", {}, {})).waits
    assert first is not None
    with desk.databases.console.write() as console:
        withdraw(console, desk, first)
    again = move(desk, case_id, Step("closed", {}, {})).waits
    assert again is not None
    with desk.databases.console.write() as console:
        refuse(console, site.desk(second), again)
    with desk.databases.console.read() as console:
        assert of_case(console, case_id, desk.now()) == []
        assert sorted(row.state for row in console.scalars(select(Approval))) == ["refused", "withdrawn"]
    assert case(site, case_id).state == "concluding"


def test_an_approval_lapses_after_a_week(site: Site, case_id: bytes) -> None:
    second = site.console.add_person("Sue Second", "supervisor")
    conclude(site, case_id)
    waits = move(site.desk(), case_id, Step("closed", {}, {})).waits
    assert waits is not None
    share(site, case_id, second)
    site.console.clock.forward(7 * 86_400)
    with pytest.raises(NoLonger):
        approve(site.desk(second), waits)


def test_a_closed_case_reopens_with_its_number(site: Site, case_id: bytes) -> None:
    second = site.console.add_person("Sue Second", "supervisor")
    conclude(site, case_id)
    share(site, case_id, second)
    waits = move(site.desk(), case_id, Step("closed", {}, {})).waits
    assert waits is not None
    approve(site.desk(second), waits)
    number = case(site, case_id).number
    with site.console.databases.console.write() as console:  # meanwhile its category became a priority
        ended = console.get_one(Case, case_id)
        ended.category, ended.priority, ended.liftable = "drugs", 4, 4
        console.add(StaPeriod(begins=1, ends=2, categories="drugs", reason="review", at=1, by=bytes(16), moved=0))
    move(site.desk(), case_id, Step("assessing", {"reason": "New information."}, {}))
    found = case(site, case_id)
    assert (found.number, found.state, found.sides, found.ended) == (number, "assessing", "reopened", False)
    assert found.priority == 3
    assert running(site, case_id) == {"triage", "feedback", "rethrive"}


def test_every_step_is_kept_with_who_and_why_and_its_words_are_sealed(site: Site, case_id: bytes) -> None:
    assess(site, case_id)
    question = {"question": CANARY, "no-reply-day": "2026-12-20"}
    move(site.desk(), case_id, Step("awaiting", question, {}))
    with site.console.databases.console.read() as console:
        steps = [(row.position, row.start, row.end) for row in moves_of(console, case_id)]
    assert steps == [(1, "received", "assessing"), (2, "assessing", "awaiting")]
    site.console.databases.close()
    for path in site.console.settings.home.rglob("*"):
        if path.is_file():
            assert CANARY.encode() not in path.read_bytes(), path
