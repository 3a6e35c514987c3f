"""The list holds the cases of one person, in one order, a page at a time, by any filters."""

from dataclasses import replace

import pytest

from handler.lifecycle.tables import CaseClock
from handler.worklist import ranked
from handler.worklist.filters import Filters, parse
from handler.worklist.ranked import PAGE, TOP, Cursor, Page
from tests.handler.founded import FoundedConsole, Person
from tests.handler.worklist.rows import add_case

NOW = 1_795_000_000
PAST, COMING = NOW - 60, NOW + 60


@pytest.fixture(params=[0, 1_000])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """By asking each case whose it is, and by looking up a person's few."""
    monkeypatch.setattr(ranked, "FEW", request.param)


def page_of(console: FoundedConsole, person: Person, query: str = "", cursor: Cursor = TOP) -> Page:
    with console.databases.console.read() as session:
        return ranked.page(session, ranked.Person(person.user_id, NOW), parse(query), cursor)


def numbers(page: Page) -> list[int]:
    return [case.sequence for case in page.cases]


@pytest.mark.usefixtures("either_way")
def test_danger_then_pins_then_priority_then_age(any_console: FoundedConsole) -> None:
    me = any_console.supervisor
    for number, columns in enumerate(
        (
            {"priority": 4},
            {"priority": 1, "pinned": -1},
            {},  # not assessed, ordinary: between P2 and P3
            {"priority": 3},
            {"urgency": 1},  # not assessed, danger perhaps: between P1 and P2
            {"priority": 2},
            {"priority": 4, "urgency": 0},  # danger stays on top whatever the priority
            {"priority": 1},
            {"priority": 4, "pinned": 1},
            {"priority": 1},
        ),
        1,
    ):
        add_case(any_console, number, me, **columns)
    assert numbers(page_of(any_console, me)) == [7, 9, 8, 10, 5, 6, 3, 4, 1, 2]


@pytest.mark.usefixtures("either_way")
def test_only_cases_whose_key_is_wrapped_to_the_person_are_listed_counted_or_found(any_console: FoundedConsole) -> None:
    me, other = any_console.supervisor, any_console.add_person("Olu", "handler")
    add_case(any_console, 1, me, other)
    add_case(any_console, 2, other)
    add_case(any_console, 3)
    for person, seen in ((me, [1]), (other, [1, 2])):
        page = page_of(any_console, person)
        assert (numbers(page), page.total) == (seen, len(seen))
        with any_console.databases.console.read() as session:
            asked = ranked.Person(person.user_id, NOW)
            found = [n for n in (1, 2, 3) if ranked.by_number(session, asked, f"PSU-2026-{n:04}") is not None]
            held = ranked.held(session, asked, [n.to_bytes(16, "big") for n in (1, 2, 3)])
        assert found == seen
        assert sorted(int.from_bytes(one, "big") for one in held) == seen


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [1, 2, 3, 4, 5]),
        ("state=assessing", [2, 3]),
        ("state=assessing&state=received", [1, 2, 3, 4, 5]),
        ("priority=0", [1, 3, 4]),
        ("priority=1&priority=4", [2, 5]),
        ("flag=reprisal", [1, 2]),
        ("flag=reprisal&flag=conflict", [1, 2, 3]),
        ("flag=pattern", []),
        ("stream=access-check", [6]),
        ("stream=notice", [5]),
        ("channel=phone", [4]),
        ("category=sexual", [3]),
        ("assigned=me", [2]),
        ("assigned=nobody", [1, 3, 5]),
        ("assigned=" + "0a" * 16, [4]),
        ("late=any", [2, 3]),
        ("late=scope", [3]),
        ("late=update", []),
        ("danger=yes", [1]),
        ("restricted=yes", [4]),
        ("unread=yes", [1]),
        ("unread=yes&ended=also", [1, 8]),
        ("withdrawn=yes", [5]),
        ("ended=only", [7, 8]),
        ("ended=also", [1, 2, 3, 4, 5, 7, 8]),
        ("state=closed&state=retention&ended=only", [7]),
        ("aside=yes&ended=only", [8]),
        ("state=assessing&late=any&flag=conflict", [3]),
        ("state=received&late=any", []),
    ],
)
def test_filters(console: FoundedConsole, query: str, found: list[int]) -> None:
    me = console.supervisor
    add_case(console, 1, me, urgency=1, flags="danger-unsure reprisal", unread=True, due=COMING)
    add_case(console, 2, me, state="assessing", priority=1, flags="reprisal", assigned=me.user_id, due=PAST)
    add_case(console, 3, me, state="assessing", category="sexual", flags="conflict", due=PAST)
    add_case(console, 4, me, channel="phone", sides="hold restricted", assigned=b"\x0a" * 16)
    add_case(console, 5, me, stream="notice", priority=4, flags="notice withdrawn")
    add_case(console, 6, me, stream="access-check", unread=True, urgency=1, due=PAST)
    add_case(console, 7, me, state="closed", ended=True)
    add_case(console, 8, me, ended=True, sides="aside", unread=True)
    with console.databases.console.write() as session:
        session.add_all(
            CaseClock(case_id=number.to_bytes(16, "big"), kind=kind, number=0, due=due, done=done)
            for number, kind, due, done in (
                (2, "triage", PAST, None),
                (3, "scope", PAST, None),
                (2, "scope", COMING, None),
                (1, "scope", PAST, PAST),
                (1, "update", COMING, None),
            )
        )
    page = page_of(console, me, query)
    assert sorted(numbers(page)) == found
    assert page.total == len(found)


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize("query", ["", "ended=also"])
def test_pages_forth_and_back_show_every_case_once_in_order(any_console: FoundedConsole, query: str) -> None:
    me = any_console.supervisor
    count = 2 * PAGE + 7
    for number in range(1, count + 1):
        add_case(any_console, number, me, priority=number % 5, ended=bool(query) and number % 3 == 0)
    forth = [page_of(any_console, me, query)]
    assert (forth[0].previous, forth[0].total) == ("", count)
    while forth[-1].next:
        forth.append(page_of(any_console, me, query, Cursor.read(forth[-1].next, "")))
    seen = [(case.place, case.sequence) for page in forth for case in page.cases]
    assert [len(page.cases) for page in forth] == [PAGE, PAGE, 7]
    assert seen == sorted(set(seen))
    assert len(seen) == count
    assert {page.total for page in forth} == {count}
    back = [forth[-1]]
    while back[-1].previous:
        back.append(page_of(any_console, me, query, Cursor.read("", back[-1].previous)))
    assert [numbers(page) for page in reversed(back)] == [numbers(page) for page in forth]


def test_going_back_to_less_than_a_page_shows_the_whole_first_page(console: FoundedConsole) -> None:
    me = console.supervisor
    for number in range(1, PAGE + 3):
        add_case(console, number, me)
    page = page_of(console, me, "", Cursor.read("", "25.10"))
    assert numbers(page) == list(range(1, PAGE + 1))
    assert page.previous == ""


def test_more_than_is_counted_is_said_to_be_more(console: FoundedConsole, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranked, "COUNTED", PAGE + 5)
    me = console.supervisor
    for number in range(1, PAGE + 8):
        add_case(console, number, me)
    first = page_of(console, me)
    second = page_of(console, me, "", Cursor.read(first.next, ""))
    assert [(page.total, page.more, len(page.cases)) for page in (first, second)] == [(55, True, 50), (55, True, 7)]


def test_danger_that_was_put_off_is_named_to_who_holds_it_and_to_nobody_else(any_console: FoundedConsole) -> None:
    me, other = any_console.supervisor, any_console.add_person("Olu", "handler")
    add_case(any_console, 1, me, urgency=0, pinned=-1)
    add_case(any_console, 2, me, urgency=0)
    add_case(any_console, 3, me, urgency=2, pinned=-1)
    add_case(any_console, 4, me, urgency=0, pinned=-1, ended=True)
    with any_console.databases.console.read() as session:
        for person, seen in ((me, [1]), (other, [])):
            found = ranked.put_off_danger(session, ranked.Person(person.user_id, NOW))
            assert [case.sequence for case in found] == seen


def test_an_access_check_is_out_of_the_list_but_not_with_danger_and_not_among_junk(console: FoundedConsole) -> None:
    me = console.supervisor
    add_case(console, 1, me, stream="access-check", urgency=1)
    add_case(console, 2, me, stream="access-check", urgency=0)
    add_case(console, 3, me, stream="access-check", ended=True, sides="aside")
    assert numbers(page_of(console, me)) == [2]
    assert numbers(page_of(console, me, "aside=yes&ended=only")) == [3]


@pytest.mark.parametrize("text", ["", "1", "1.", ".1", "x.1", "1.x", "--1.2", "1.-2", "1" * 20 + ".1", "１.２"])
def test_what_is_no_cursor_is_the_top(text: str) -> None:
    assert Cursor.read(text, text) == TOP


def test_a_cursor_may_stand_on_top() -> None:
    assert Cursor.read("-1.7", "") == Cursor(after=(-1, 7))


@pytest.mark.parametrize(
    ("typed", "number"),
    [("psu-2026-1", "PSU-2026-0001"), (" PSU-2026-0012 ", "PSU-2026-0012"), ("PSU-2026-12345", "PSU-2026-12345")],
)
def test_a_number_may_be_typed_short(typed: str, number: str) -> None:
    assert ranked.full_number(typed) == number


def test_filters_read_only_what_they_know() -> None:
    assert parse("state=nowhere&flag=x&priority=9&assigned=Smith&late=never&unread=perhaps&name=x") == Filters()
    full = Filters(
        ("received", "closed"), ("1", "0"), ("reprisal",), "notice", "phone", "sexual", "me", "scope", "yes", "yes",
        "yes", "yes", "yes", "only",
    )  # fmt: skip
    assert parse(full.query()) == full
    assert parse("priority=1&priority=0&priority=1") == replace(Filters(), priority=("1", "0"))
