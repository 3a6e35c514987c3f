"""Moving a real case: what must be recorded, who may, two people, clocks, what stands on the disk."""

from datetime import date

import pytest
from sqlalchemy import select

from handler.approvals.acts import AlreadyAsked, NoLonger, SamePerson, for_person, of_case, refuse, withdraw
from handler.approvals.tables import Approval
from handler.cases.listing import open_case
from handler.cases.records import CaseBox
from handler.cases.tables import Case
from handler.errors import NotAllowed
from handler.identity.tables import User
from handler.identity.users import holder_of
from handler.keys.keyring import case_purpose
from handler.lifecycle import facts
from handler.lifecycle.acts import DECISION_LOG, DecisionNotComplete, PutForward, Step, approve, move, moves_of
from handler.lifecycle.history import decisions
from handler.lifecycle.outcomes import NoDayToLook, RestsOnNothing
from handler.lifecycle.recording import keep_note
from handler.lifecycle.retention import proposed
from handler.lifecycle.states import CONCLUDED, INVESTIGATED, TRIAGE, NotYetRecorded, NotYourStep
from handler.lifecycle.timing import clocks
from handler.triage.tables import StaPeriod
from tests.handler.caselist import page
from tests.handler.founded import Person
from tests.handler.reporters import Reporter, Site

CANARY = "canary-91c4 told in the rationale"
LOG = dict.fromkeys(DECISION_LOG, "It was looked at.")
ADOPT = {"disposition": "adopt-psu", "rests-on": "Two accounts."}
HANA = "Hana Handler"


@pytest.fixture
def hana(site: Site) -> Person:
    return site.console.add_person(HANA, "handler")


@pytest.fixture
def case_id(site: Site, hana: Person) -> bytes:
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


def put(site: Site, case_id: bytes, hana: Person) -> None:
    """As far as the decision; by the handler, so that the supervisor can adopt it."""
    assess(site, case_id)
    note(site, case_id, *TRIAGE)
    move(site.desk(hana), case_id, Step("decision", {}, {}))


def conclude(site: Site, case_id: bytes, hana: Person) -> None:
    """As far as concluding, by the shortest way."""
    put(site, case_id, hana)
    end = {"disposition": "nfa", "end-reason": "mistaken", "rests-on": "What the log shows."}
    waits = move(site.desk(), case_id, Step("concluding", end, LOG)).waits
    assert waits is not None
    approve(site.desk(hana), waits)
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


def test_a_decision_has_a_line_under_each_heading_and_rests_on_more_than_a_wish(
    site: Site, case_id: bytes, hana: Person
) -> None:
    put(site, case_id, hana)
    with pytest.raises(DecisionNotComplete):
        move(site.desk(), case_id, Step("investigating", ADOPT, {**LOG, "powers": " "}))
    with pytest.raises(RestsOnNothing):
        move(site.desk(), case_id, Step("investigating", ADOPT, dict.fromkeys(DECISION_LOG, "N/A, as asked for.")))
    with pytest.raises(RestsOnNothing):
        move(site.desk(), case_id, Step("investigating", {**ADOPT, "rests-on": "Nothing."}, LOG))
    move(site.desk(), case_id, Step("investigating", ADOPT, LOG))
    assert {"scope", "update"} <= running(site, case_id)
    assert not {"triage", "decision"} & running(site, case_id)


def test_only_a_supervisor_decides(site: Site, case_id: bytes, hana: Person) -> None:
    put(site, case_id, hana)
    late = site.console.add_person("Lena Late", "handler")
    with pytest.raises(NotAllowed):  # no key of the case
        move(site.desk(late), case_id, Step("investigating", ADOPT, LOG))
    with pytest.raises(NotYourStep):
        move(site.desk(hana), case_id, Step("investigating", ADOPT, LOG))


def test_who_puts_a_case_forward_does_not_adopt_it_and_a_senior_decider_can(site: Site, case_id: bytes) -> None:
    assess(site, case_id)
    note(site, case_id, *TRIAGE)
    move(site.desk(), case_id, Step("decision", {}, {}))
    with pytest.raises(PutForward):
        move(site.desk(), case_id, Step("investigating", ADOPT, LOG))
    dee = site.console.add_person("Dee Decider", "senior-decider")
    share(site, case_id, dee)
    move(site.desk(dee), case_id, Step("investigating", ADOPT, LOG))
    assert case(site, case_id).state == "investigating"


def test_an_investigation_ends_by_two_people_with_a_code_and_once_there_is_a_strategy_compared_with_it(
    site: Site, case_id: bytes, hana: Person
) -> None:
    put(site, case_id, hana)
    move(site.desk(), case_id, Step("investigating", ADOPT, LOG))
    note(site, case_id, *INVESTIGATED)
    end = {"end-reason": "knowingly-false", "rests-on": "The log."}
    for said, missing in ((end, "consistent"), ({"rests-on": "The log.", "consistent": "yes\nSo."}, "end-reason")):
        with pytest.raises(NotYetRecorded) as refusal:
            move(site.desk(), case_id, Step("concluding", said, LOG))
        assert refusal.value.missing == (missing,)
    with pytest.raises(DecisionNotComplete):
        move(site.desk(), case_id, Step("concluding", {**end, "consistent": "yes\nSo."}, {}))
    waits = move(site.desk(), case_id, Step("concluding", {**end, "consistent": "yes\nSo."}, LOG)).waits
    assert waits is not None
    approve(site.desk(hana), waits)
    keep_note(site.desk(hana), case_id, "decision", {**LOG, "what": "Told HR", "rests-on": "x", "consistent": "none"})
    box = CaseBox(case_id, site.desk().case_key(case_id))
    with site.console.databases.console.read() as console:
        *_, ended, told = decisions(console, box, {hana.user_id: HANA})
        proposal = proposed(console, box, date(2028, 2, 29))
    assert ("Reason code", "Knowingly false") in ended.said
    assert (told.title, told.who, len(told.log)) == ("Decision: Told HR", HANA, 8)
    assert proposal.day == "2030-02-28"
    assert "Suspected false" in proposal.why


def test_a_thrive_from_before_the_decision_does_not_do_for_closing(site: Site, case_id: bytes, hana: Person) -> None:
    put(site, case_id, hana)
    note(site, case_id, *CONCLUDED)
    end = {"disposition": "local", "end-reason": "local", "rests-on": "What the log shows."}
    waits = move(site.desk(), case_id, Step("concluding", end, LOG)).waits
    assert waits is not None
    approve(site.desk(hana), waits)
    with pytest.raises(NotYetRecorded) as refusal:
        move(site.desk(), case_id, Step("closed", {"retention-day": "2030-01-01"}, {}))
    assert refusal.value.missing == ("rethrive",)


def test_what_is_monitored_is_looked_at_again_until_it_is_opened_again(
    site: Site, case_id: bytes, hana: Person
) -> None:
    put(site, case_id, hana)
    end = {"disposition": "monitor", "end-reason": "no-line", "rests-on": "The log.", "look-again-day": "2027-03-01"}
    with pytest.raises(NoDayToLook):
        move(site.desk(), case_id, Step("concluding", {**end, "look-again-day": ""}, LOG))
    waits = move(site.desk(), case_id, Step("concluding", end, LOG)).waits
    assert waits is not None
    approve(site.desk(hana), waits)
    assert "look-again" in running(site, case_id)
    keep_note(site.desk(), case_id, "look-again", {"found": "It is over."})
    assert "look-again" not in running(site, case_id)
    keep_note(site.desk(), case_id, "look-again", {"found": "Or not.", "next": "2027-06-01"})
    assert "look-again" in running(site, case_id)
    move(site.desk(), case_id, Step("investigating", {"reason": "It went on."}, {}))
    assert "look-again" not in running(site, case_id)


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


def test_closing_takes_two_people(site: Site, case_id: bytes, hana: Person) -> None:
    second = site.console.add_person("Sue Second", "supervisor")
    conclude(site, case_id, hana)
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
    box, names = CaseBox(case_id, site.desk().case_key(case_id)), {second.user_id: "Sue Second"}
    with site.console.databases.console.read() as console:
        closed = decisions(console, box, names)[-1]
    assert (closed.role, closed.said[-1][0]) == ("Handler, Supervisor", "Approved by")
    assert closed.said[-1][1].startswith("Sue Second")
    with pytest.raises(NoLonger):
        approve(site.desk(second), moved.waits)


def test_what_waits_can_be_refused_or_taken_back_and_asked_again(site: Site, case_id: bytes, hana: Person) -> None:
    second = site.console.add_person("Sue Second", "supervisor")
    conclude(site, case_id, hana)
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
        closing = select(Approval).where(Approval.act == "move closed")
        assert sorted(row.state for row in console.scalars(closing)) == ["refused", "withdrawn"]
    assert case(site, case_id).state == "concluding"


def test_an_approval_lapses_after_a_week(site: Site, case_id: bytes, hana: Person) -> None:
    second = site.console.add_person("Sue Second", "supervisor")
    conclude(site, case_id, hana)
    waits = move(site.desk(), case_id, Step("closed", {}, {})).waits
    assert waits is not None
    share(site, case_id, second)
    site.console.clock.forward(7 * 86_400)
    with pytest.raises(NoLonger):
        approve(site.desk(second), waits)


def test_a_closed_case_reopens_with_its_number(site: Site, case_id: bytes, hana: Person) -> None:
    second = site.console.add_person("Sue Second", "supervisor")
    conclude(site, case_id, hana)
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
