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
from handler.lifecycle.recording import keep_note, notes_of
from handler.lifecycle.states import TRIAGE, NoSuchWay
from handler.lifecycle.tables import CaseClock
from handler.lifecycle.tasks import add, finish, tasks_of
from handler.times import end_of_day
from tests.handler.caselist import page
from tests.handler.reporters import Reporter, Site

CANARY = "canary-55e0 of a colleague"
DAY = 86_400
MEASURE = {
    "person": "Subject 1",
    "grade": "junior",
    "measure": "moved",
    "decider": "supervisor",
    "why": CANARY,
    "review": "2026-12-20",
}
SCOPE = {"subject": "no", "others": "yes", "culture": "no", "follows": "Ask who else knew."}


@pytest.fixture
def case_id(site: Site) -> bytes:
    """Of a case in assessment."""
    site.deliver(Reporter.new(site).report())
    desk = site.desk()
    with desk.databases.console.write() as console:
        case_id = page(console).cases[0].id
        facts.note(console, case_id, ["conflict-check", *TRIAGE], by=desk.unlocked.user_id, now=desk.now())
    open_case(desk, case_id, "new")
    move(desk, case_id, Step("assessing", {}, {}))
    return case_id


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


def test_records_count_for_steps_and_move_their_clocks(site: Site, case_id: bytes) -> None:
    desk = site.desk()
    move(desk, case_id, Step("decision", {}, {}))
    move(desk, case_id, Step("investigating", {"disposition": "adopt-psu"}, dict.fromkeys(DECISION_LOG, "x")))
    site.console.clock.forward(20 * DAY)
    keep_note(desk, case_id, "scope-review", SCOPE)
    keep_note(desk, case_id, "measures", MEASURE)
    send_message(desk, case_id, "We are still working on it.")
    assert due(site, case_id, "scope") == due(site, case_id, "update") == desk.now() + 28 * DAY
    assert due(site, case_id, "measures") == end_of_day(date(2026, 12, 20))
    with desk.databases.console.read() as console:
        assert {"scope-review", "measures", "update"} <= facts.recorded(console, case_id, desk.now(), desk.deadlines)
        assert "scope-review" not in facts.recorded(console, case_id, desk.now() + 29 * DAY, desk.deadlines)
        assert console.get_one(Case, case_id).due == min(due(site, case_id, "measures"), due(site, case_id, "scope"))


def test_who_recorded_what_is_kept_and_the_words_are_on_no_disk(site: Site, case_id: bytes) -> None:
    desk = site.desk()
    keep_note(desk, case_id, "measures", MEASURE)
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


def test_only_a_supervisor_considers_the_chis_status(site: Site, case_id: bytes) -> None:
    hana = site.console.add_person("Hana Handler", "handler")
    with pytest.raises(NotAllowed):
        keep_note(site.desk(hana), case_id, "chis-considered", {"status": "no", "why": "x"})
