"""The people of a real case: versions, and the flags, clocks, facts and tasks that follow, on both databases."""

import pytest

from handler.cases.records import CaseBox
from handler.cases.tables import Case
from handler.errors import NotAllowed
from handler.lifecycle import facts
from handler.lifecycle.queue import DANGER
from handler.lifecycle.states import CaseStopped
from handler.lifecycle.tables import CaseClock
from handler.lifecycle.tasks import tasks_of
from handler.people.acts import ChangedMeanwhile, NoSuchPerson, remove, save
from handler.people.reading import Person, people_of, present
from handler.triage.assessment import read
from handler.triage.assessment import save as assess
from handler.triage.sections import section
from tests.handler.people.forms import case_of, entry, group, new_case
from tests.handler.reporters import Site
from tests.handler.triage import forms

CANARY = "Canary-7d31 Oldfield"


def kept(site: Site, case_id: bytes) -> list[Person]:
    desk = site.desk()
    with desk.databases.console.read() as console:
        return list(people_of(console, CaseBox(case_id, desk.case_key(case_id))))


def clock(site: Site, case_id: bytes, kind: str) -> CaseClock | None:
    with site.console.databases.console.read() as console:
        return console.get(CaseClock, (case_id, kind, 0))


def todo(site: Site, case_id: bytes) -> list[str]:
    desk = site.desk()
    with desk.databases.console.read() as console:
        return [one.text for one in tasks_of(console, CaseBox(case_id, desk.case_key(case_id)), desk.today())]


def test_a_case_saves_with_a_group_as_its_only_subject(any_site: Site) -> None:
    case_id = new_case(any_site)
    save(any_site.desk(), case_id, group())
    assert [one.entry.title for one in kept(any_site, case_id)] == ["One of 4: The night shift at the front desk"]


def test_a_correction_is_a_new_version_and_a_removal_keeps_them_all(any_site: Site) -> None:
    desk, case_id = any_site.desk(), new_case(any_site)
    person_id = save(desk, case_id, entry("Jon Smith"))
    first = kept(any_site, case_id)[0].newest.record_id.hex()
    save(desk, case_id, entry("John Smith"), person_id, first)
    with pytest.raises(ChangedMeanwhile):
        save(desk, case_id, entry("Joan Smith"), person_id, first)
    (person,) = kept(any_site, case_id)
    assert [one.entry.title for one in person.versions] == ["John Smith", "Jon Smith"]
    remove(desk, case_id, person_id, "Somebody else was meant.")
    (person,) = kept(any_site, case_id)
    assert (len(person.versions), person.newest.removed) == (3, "Somebody else was meant.")
    assert present([person]) == []
    with pytest.raises(NoSuchPerson):
        save(desk, case_id, entry(), person_id)
    with pytest.raises(NoSuchPerson):
        remove(desk, case_id, b"x" * 16, "Why.")


@pytest.mark.parametrize("role", ["subject", "witness"])
def test_a_child_in_any_role_puts_the_case_up_and_starts_the_referral_clock(any_site: Site, role: str) -> None:
    case_id = new_case(any_site)
    before = case_of(any_site, case_id)
    person_id = save(any_site.desk(), case_id, entry(role=role, age="child"))
    after = case_of(any_site, case_id)
    assert "at-risk-maybe" in after.flags.split()
    assert (before.urgency, after.urgency) == (2, 1)
    assert after.place < before.place
    running = clock(any_site, case_id, "referral")
    assert running is not None
    assert running.done is None
    any_site.console.clock.forward(86_400)
    remove(any_site.desk(), case_id, person_id, "Entered twice.")
    save(any_site.desk(), case_id, entry(role="victim", age="adult-at-risk"))
    later = clock(any_site, case_id, "referral")
    assert later is not None
    assert later.due == running.due, "it begins once"
    assert "at-risk-maybe" in case_of(any_site, case_id).flags.split(), "nothing lowers it"


def test_what_is_worse_already_stays_and_a_danger_check_of_ours_does_not_lower_it(site: Site) -> None:
    desk, case_id = site.desk(), new_case(site)
    with desk.databases.console.write() as console:
        case = console.get_one(Case, case_id)
        case.flags, case.urgency, case.place = "at-risk-now", 0, DANGER
    save(desk, case_id, entry(role="victim", age="child"))
    after = case_of(site, case_id)
    assert (after.flags, after.urgency, after.place) == ("at-risk-now", 0, DANGER)
    other = new_case(site)
    save(desk, other, entry(role="victim", age="child"))
    assess(desk, other, "danger", forms.danger())
    assert case_of(site, other).urgency == 1


def test_a_subject_who_leaves_while_the_case_is_open_makes_one_task(any_site: Site) -> None:
    desk, case_id = any_site.desk(), new_case(any_site)
    person_id = save(desk, case_id, entry(status="serving"))
    assert todo(any_site, case_id) == []
    for status in ("resigned", "resigned", "serving", "transferred"):
        save(desk, case_id, entry(status=status), person_id)
    save(desk, case_id, entry("Wim Witness", role="witness", status="resigned"))
    told = todo(any_site, case_id)
    assert len(told) == 2
    assert any("resigned during the case. Consider notifying the receiving body" in text for text in told)
    assert any("transferred. Consider" in text for text in told)


def test_after_the_end_no_clock_and_no_task_begins(site: Site) -> None:
    desk, case_id = site.desk(), new_case(site)
    with desk.databases.console.write() as console:
        console.get_one(Case, case_id).ended = True
    save(desk, case_id, entry(status="resigned", age="child", grade="senior"))
    assert todo(site, case_id) == []
    assert clock(site, case_id, "referral") is clock(site, case_id, "oversight") is None


def test_others_connected_count_and_a_manager_who_knew_is_flagged(any_site: Site) -> None:
    desk, case_id = any_site.desk(), new_case(any_site)

    def connected() -> bool:
        with desk.databases.console.read() as console:
            return "connected" in facts.recorded(console, case_id, desk.now(), desk.deadlines)

    save(desk, case_id, entry())
    assert not connected(), "a subject alone is nobody else"
    save(desk, case_id, entry("Mo Manager", role="manager-knew"))
    assert connected()
    assert "manager-knew" in case_of(any_site, case_id).flags.split()


def test_a_senior_subject_needs_a_senior_owner(any_site: Site) -> None:
    desk, case_id = any_site.desk(), new_case(any_site)
    save(desk, case_id, entry(grade="middle"))
    assert clock(any_site, case_id, "oversight") is None
    save(desk, case_id, entry("Sue Senior", grade="senior"))
    assert clock(any_site, case_id, "oversight") is not None


def test_nobody_is_entered_into_a_sealed_case_or_without_its_key(site: Site) -> None:
    desk, case_id = site.desk(), new_case(site)
    hana = site.console.add_person("Hana Handler", "handler")
    with pytest.raises(NotAllowed):
        save(site.desk(hana), case_id, entry())
    with desk.databases.console.write() as console:
        console.get_one(Case, case_id).sides = "spillage"
    with pytest.raises(CaseStopped):
        save(desk, case_id, entry())


def test_no_word_of_an_entry_is_on_the_disk(site: Site) -> None:
    desk, case_id = site.desk(), new_case(site)
    person_id = save(desk, case_id, entry(CANARY, staff="N7731554", notes=f"About {CANARY}", status="resigned"))
    remove(desk, case_id, person_id, f"Not {CANARY}")
    site.console.databases.close()
    for path in site.console.settings.home.rglob("*"):
        if path.is_file():
            raw = path.read_bytes().lower()
            assert b"canary-7d31" not in raw and b"oldfield" not in raw and b"n7731554" not in raw, path


def test_the_score_is_told_of_a_second_record(site: Site) -> None:
    desk, case_id, other = site.desk(), new_case(site), new_case(site)
    assess(desk, case_id, "grade", forms.grades(read(desk, case_id)))
    assert not any("same subject" in note for note in section("score").notes(read(desk, case_id).known))
    save(desk, other, entry())
    save(desk, case_id, entry())
    assert any("same subject" in note for note in section("score").notes(read(desk, case_id).known))
