"""Records of a case's handling: what they count for, which clocks they move, and that their words are sealed."""

from datetime import date

import pytest
from sqlalchemy import select

from handler.cases.listing import open_case
from handler.cases.records import CaseBox
from handler.cases.replies import send_message
from handler.cases.tables import Case
from handler.errors import NotAllowed
from handler.lifecycle import facts
from handler.lifecycle.acts import DECISION_LOG, Step, move
from handler.lifecycle.history import timeline
from handler.lifecycle.notes import NobodyEntered
from handler.lifecycle.recording import NothingToSee, keep_note, notes_of
from handler.lifecycle.states import TRIAGE, NoSuchWay
from handler.lifecycle.tables import CaseClock
from handler.lifecycle.tasks import add, finish, tasks_of
from handler.people.acts import remove, save
from handler.times import end_of_day
from tests.handler.caselist import page
from tests.handler.founded import Person
from tests.handler.people.forms import entry
from tests.handler.reporters import Reporter, Site

CANARY = "canary-55e0 of a colleague"
DAY = 86_400
MEASURE = {
    "grade": "junior",
    "measure": "moved",
    "decider": "supervisor",
    "why": CANARY,
    "review": "2026-12-20",
}
SCOPE = {"subject": "no", "others": "yes", "culture": "no", "follows": "Ask who else knew."}


@pytest.fixture
def case_id(site: Site, hana: Person) -> bytes:
    """Of a case in assessment."""
    site.deliver(Reporter.new(site).report())
    desk = site.desk()
    with desk.databases.console.write() as console:
        case_id = page(console).cases[0].id
        facts.note(console, case_id, ["conflict-check", *TRIAGE], by=desk.unlocked.user_id, now=desk.now())
    open_case(desk, case_id, "new")
    move(desk, case_id, Step("assessing", {}, {}))
    return case_id


@pytest.fixture
def hana(site: Site) -> Person:
    return site.console.add_person("Hana Handler", "handler")


def recorded(site: Site, case_id: bytes) -> frozenset[str]:
    desk = site.desk()
    with desk.databases.console.read() as console:
        return facts.recorded(console, case_id, desk.now(), desk.deadlines)


def due(site: Site, case_id: bytes, kind: str) -> int:
    with site.console.databases.console.read() as console:
        chosen = select(CaseClock).where(CaseClock.case_id == case_id, CaseClock.kind == kind, CaseClock.done.is_(None))
        return console.scalars(chosen).one().due


def test_from_waiting_a_case_goes_back_where_it_came_from_and_not_past_the_decision(site: Site, case_id: bytes) -> None:
    desk = site.desk()
    move(desk, case_id, Step("awaiting", {"question": "When?", "no-reply-day": "2026-12-20"}, {}))
    assert due(site, case_id, "no-reply") == end_of_day(date(2026, 12, 20))
    with pytest.raises(NoSuchWay):
        move(desk, case_id, Step("investigating", {}, {}))
    move(desk, case_id, Step("assessing", {}, {}))


def test_records_count_for_steps_and_move_their_clocks(site: Site, case_id: bytes, hana: Person) -> None:
    desk = site.desk()
    move(site.desk(hana), case_id, Step("decision", {}, {}))
    adopt = {"disposition": "adopt-psu", "rests-on": "The log."}
    move(desk, case_id, Step("investigating", adopt, dict.fromkeys(DECISION_LOG, "x")))
    begun = due(site, case_id, "scope")
    site.console.clock.forward(20 * DAY)
    with pytest.raises(NothingToSee):
        keep_note(desk, case_id, "scope-seen", {"agree": "yes", "why": "x"})
    keep_note(desk, case_id, "scope-review", SCOPE)
    with pytest.raises(NothingToSee):  # one's own
        keep_note(desk, case_id, "scope-seen", {"agree": "yes", "why": "x"})
    keep_note(site.desk(hana), case_id, "scope-review", SCOPE)
    assert due(site, case_id, "scope") == begun
    keep_note(desk, case_id, "scope-seen", {"agree": "yes", "why": "x"})
    keep_note(desk, case_id, "measures", {**MEASURE, "person": save(desk, case_id, entry()).hex()})
    send_message(desk, case_id, "We are still working on it.")
    assert due(site, case_id, "scope") == due(site, case_id, "update") == desk.now() + 28 * DAY
    assert due(site, case_id, "measures") == end_of_day(date(2026, 12, 20))
    with desk.databases.console.read() as console:
        current = facts.recorded(console, case_id, desk.now(), desk.deadlines)
        assert {"scope-review", "scope-seen", "measures", "update"} <= current
        assert "scope-review" not in facts.recorded(console, case_id, desk.now() + 29 * DAY, desk.deadlines)
        assert console.get_one(Case, case_id).due == min(due(site, case_id, "measures"), due(site, case_id, "scope"))
    keep_note(desk, case_id, "scope-seen", {"agree": "no", "why": "Ask the other shift too."})
    assert not {"scope-review", "scope-seen"} & recorded(site, case_id)


def test_every_subject_has_a_measure_and_the_earliest_review_is_due(site: Site, case_id: bytes) -> None:
    desk = site.desk()
    with pytest.raises(NobodyEntered):
        keep_note(desk, case_id, "measures", {**MEASURE, "person": "Subject 1"})
    first, second = save(desk, case_id, entry("Ann")), save(desk, case_id, entry("Ben"))
    save(desk, case_id, entry("Will", role="witness"))
    keep_note(desk, case_id, "measures", {**MEASURE, "person": first.hex()})
    assert "measures" not in recorded(site, case_id)
    keep_note(desk, case_id, "measures", {**MEASURE, "person": second.hex(), "review": "2027-09-01"})
    assert "measures" in recorded(site, case_id)
    assert due(site, case_id, "measures") == end_of_day(date(2026, 12, 20)), "the later review of another hides none"
    keep_note(desk, case_id, "measures", {**MEASURE, "person": first.hex(), "review": "2027-10-01"})
    assert due(site, case_id, "measures") == end_of_day(date(2027, 9, 1))
    third = save(desk, case_id, entry("Cleo"))
    assert "measures" not in recorded(site, case_id)
    remove(desk, case_id, third, "Somebody else was meant.")
    assert "measures" in recorded(site, case_id)
    with desk.databases.console.read() as console:
        assert ("Who it is about", "Ann") in notes_of(console, box_of(site, case_id))[0].lines


def test_a_lesson_becomes_a_task_of_its_owner(site: Site, case_id: bytes) -> None:
    lesson = {"any": "yes", "lesson": "Look at the log.", "owner": "HR", "due": "2027-01-01", "published": "later"}
    keep_note(site.desk(), case_id, "learning", lesson)
    with site.console.databases.console.read() as console:
        (task,) = tasks_of(console, box_of(site, case_id), site.desk().today())
    assert (task.text, task.row.due) == ("HR: Look at the log.", (date(2027, 1, 1) - date(1970, 1, 1)).days)


def test_who_recorded_what_is_kept_and_the_words_are_on_no_disk(site: Site, case_id: bytes) -> None:
    desk = site.desk()
    keep_note(desk, case_id, "measures", {**MEASURE, "person": save(desk, case_id, entry()).hex()})
    keep_note(desk, case_id, "note", {"text": CANARY})
    task = add(desk, case_id, CANARY, "2026-12-01")
    finish(desk, case_id, task)
    box = box_of(site, case_id)
    with desk.databases.console.read() as console:
        newest, measure = notes_of(console, box)
        assert (newest.spec.name, newest.by, newest.at) == ("note", desk.unlocked.user_id, desk.now())
        assert ("Looked at again on", "20 December 2026") in measure.lines
        assert [(one.text, one.row.done) for one in tasks_of(console, box, desk.today())] == [(CANARY, desk.now())]
        told = [event.text for event in timeline(console, box, {})]
    assert told.index("Note") < told.index("Received → Assessing")
    site.console.databases.close()
    for path in site.console.settings.home.rglob("*"):
        if path.is_file():
            assert CANARY.encode() not in path.read_bytes(), path


def box_of(site: Site, case_id: bytes) -> CaseBox:
    return CaseBox(case_id, site.desk().case_key(case_id))


def test_only_a_supervisor_considers_the_chis_status(site: Site, case_id: bytes, hana: Person) -> None:
    with pytest.raises(NotAllowed):
        keep_note(site.desk(hana), case_id, "chis-considered", {"status": "no", "why": "x"})
