"""What is shown before deconfliction is recorded: same subjects, alike reports, and nothing of closed cases."""

import pytest

from handler.cases.sharing import take_away
from handler.cases.tables import Case
from handler.deconfliction.candidates import Candidate, look
from handler.deconfliction.likeness import DAYS, ONE_SOURCE, likeness, may_be_one_source
from handler.lifecycle.notes import NotFilledIn
from handler.lifecycle.recording import keep_note
from handler.people.acts import save
from tests.handler.founded import Person
from tests.handler.people.forms import case_of, entry, new_case, open_to
from tests.handler.reporters import Site
from tests.handler.web.casepages import browser_of

STORY = (
    "He sells what is in the intelligence database to a friend of his who runs a garage in Warrington, and he has been "
    "doing it since the spring. Everybody on the late shift knows, and nobody dares to say so to the manager."
)
REWORDED = (
    "Since the spring he has been selling what is in the intelligence database to a friend who runs a garage in "
    "Warrington. Everybody on the late shift knows it, and nobody dares to say so to the manager there."
)
UNLIKE = "My line manager shouts at the new starters in the open-plan office, and laughs when they cry about the rota."
DAY = 86_400


@pytest.fixture
def hana(any_site: Site) -> Person:
    """A handler who is there when cases come."""
    return any_site.console.add_person("Hana Handler", "handler")


def seen(site: Site, case_id: bytes, person: Person | None = None) -> dict[int, Candidate]:
    """By the sequence of the other case."""
    return {one.case.sequence: one for one in look(site.desk(person), case_id).candidates}


def shut(site: Site, case_id: bytes, person: Person, *, restricted: bool = False) -> None:
    take_away(site.desk(), case_id, person.user_id)
    if restricted:
        with site.console.databases.console.write() as console:
            console.get_one(Case, case_id).sides = "restricted"


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (entry("Smith, Mr John"), "the same name"),
        (entry("Jon Smyth"), "sounds the same"),
        (entry("The tall one", staff="n-123 45"), "the same staff number"),
    ],
)
def test_a_case_with_the_same_subject_is_a_candidate(any_site: Site, other: dict[str, str], reason: str) -> None:
    desk, first, second = any_site.desk(), new_case(any_site, UNLIKE), new_case(any_site, STORY)
    save(desk, first, entry("John Smith", staff="N12345"))
    save(desk, second, other)
    assert reason in seen(any_site, second)[case_of(any_site, first).sequence].line
    assert reason in seen(any_site, first)[case_of(any_site, second).sequence].line


def test_the_same_person_as_a_witness_is_no_same_subject(any_site: Site) -> None:
    desk, first, second = any_site.desk(), new_case(any_site, UNLIKE), new_case(any_site, STORY)
    save(desk, first, entry("John Smith", role="witness"))
    save(desk, second, entry("John Smith"))
    assert seen(any_site, second) == {}


def test_a_report_that_names_the_subject_is_a_candidate(any_site: Site) -> None:
    first, second = new_case(any_site, f"{UNLIKE} It is John Smith."), new_case(any_site, STORY)
    save(any_site.desk(), second, entry("John Smith"))
    assert "names the subject" in seen(any_site, second)[case_of(any_site, first).sequence].line


def test_alike_reports_within_days_may_be_one_source_and_later_ones_may_not(any_site: Site) -> None:
    first, _ = new_case(any_site, STORY), new_case(any_site, UNLIKE)
    any_site.console.clock.forward(3 * DAY)
    second = new_case(any_site, REWORDED)
    found = seen(any_site, second)
    assert set(found) == {case_of(any_site, first).sequence}
    alike = found[case_of(any_site, first).sequence]
    assert alike.one_source
    assert "3 days apart" in alike.line
    with any_site.console.databases.console.write() as console:
        console.get_one(Case, first).received -= 30 * DAY
    later = seen(any_site, second)[case_of(any_site, first).sequence]
    assert "33 days apart" in later.line
    assert not later.one_source


def test_of_a_case_that_is_closed_to_the_person_only_a_same_subject_is_told(any_site: Site, hana: Person) -> None:
    desk, first, second = any_site.desk(), new_case(any_site, STORY), new_case(any_site, REWORDED)
    open_to(any_site, second, hana)
    shut(any_site, first, hana)
    assert seen(any_site, second, hana) == {}, "no likeness of words is told"
    save(desk, first, entry())
    save(desk, second, entry())
    (closed,) = seen(any_site, second, hana).values()
    assert (closed.held, closed.number) == (False, case_of(any_site, first).number)
    assert "words" not in closed.line
    (opened,) = seen(any_site, second).values()
    assert opened.held
    assert "words" in opened.line


def test_the_number_of_a_restricted_case_is_told_to_nobody_who_cannot_open_it(any_site: Site, hana: Person) -> None:
    desk, first, second = any_site.desk(), new_case(any_site, STORY), new_case(any_site, UNLIKE)
    open_to(any_site, second, hana)
    save(desk, first, entry())
    save(desk, second, entry())
    shut(any_site, first, hana, restricted=True)
    number = case_of(any_site, first).number
    (closed,) = seen(any_site, second, hana).values()
    assert closed.number == ""
    page = browser_of(any_site, hana).get(f"/cases/{second.hex()}/record/deconfliction").text
    assert "Another case" in page and "restricted: ask a supervisor" in page
    assert number not in page
    assert number not in browser_of(any_site, hana).get(f"/cases/{second.hex()}").text
    (opened,) = seen(any_site, second).values()
    assert (opened.number, "A restricted case" in opened.line) == (number, True), "the record is read by others too"


def test_what_was_shown_is_noted_in_the_record_and_cannot_be_written_by_hand(site: Site) -> None:
    first, second = new_case(site, STORY), new_case(site, REWORDED)
    browser = browser_of(site, site.console.supervisor)
    where = f"/cases/{second.hex()}/record/deconfliction"
    page = browser.get(where).text
    assert case_of(site, first).number in page
    assert "One source?" in page
    assert 'name="shown"' not in page
    answer = browser.post(where, {"result": "same", "looked": "Read both.", "shown": "Nothing at all."})
    assert answer.status_code == 303
    kept = browser.get(f"/cases/{second.hex()}/records").text
    assert f"{case_of(site, first).number}: words:" in kept
    assert "Nothing at all." not in kept


def test_the_record_by_itself_still_needs_its_own_fields(site: Site) -> None:
    case_id = new_case(site)
    with pytest.raises(NotFilledIn):
        keep_note(site.desk(), case_id, "deconfliction", {"shown": "x"})
    keep_note(site.desk(), case_id, "deconfliction", {"result": "none", "looked": "Here."})


def test_likeness_goes_by_words_in_any_order() -> None:
    assert likeness(STORY, STORY) == 100
    assert likeness(STORY, REWORDED) >= ONE_SOURCE
    assert likeness(STORY, UNLIKE) < 60
    assert likeness("", STORY) == 0
    assert may_be_one_source(ONE_SOURCE, 0, DAYS * DAY)
    assert not may_be_one_source(ONE_SOURCE - 1, 0, 0)
    assert not may_be_one_source(100, DAYS * DAY + 1, 0)
