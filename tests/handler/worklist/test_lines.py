"""What a row says of a case."""

import pytest

from handler.cases.tables import Case
from handler.lifecycle.tables import CaseClock
from handler.worklist.lines import lines, origin, when
from tests.handler.founded import FoundedConsole
from tests.handler.worklist.rows import add_case

NOON = 1_795_003_200  # 18 November 2026, 12:00 GMT


@pytest.mark.parametrize(
    ("due", "found"),
    [
        (NOON - 1, "late"),
        (NOON, "today"),
        (NOON + 12 * 3_600 - 1, "today"),
        (NOON + 12 * 3_600, "later"),
    ],
)
def test_late_today_or_later_by_the_clocks_of_the_uk(due: int, found: str) -> None:
    assert when(due, NOON) == found


def test_in_summer_the_day_ends_an_hour_earlier() -> None:
    noon = 1_782_903_600  # 1 July 2026, 12:00 BST
    assert [when(noon + 12 * 3_600 - 1, noon), when(noon + 12 * 3_600, noon)] == ["today", "later"]


@pytest.mark.parametrize(
    ("stream", "channel", "text"),
    [
        ("report", "site", ""),
        ("report", "phone", "Phone line"),
        ("notice", "manager", "Manager’s notice"),
        ("request", "email", "Request from another body, E-mail"),
    ],
)
def test_stream_and_channel_are_told_where_they_are_not_the_ordinary_ones(stream: str, channel: str, text: str) -> None:
    assert origin(Case(stream=stream, channel=channel)) == text


def test_the_nearest_running_clock_who_works_on_it_and_a_mark_of_what_was_moved(any_console: FoundedConsole) -> None:
    me = any_console.supervisor
    add_case(any_console, 1, me, assigned=me.user_id, pinned=1, priority=2, sides="hold")
    add_case(any_console, 2, me, assigned=b"\x0a" * 16, pinned=-1)
    add_case(any_console, 3, me)
    with any_console.databases.console.write() as session:
        session.add_all(
            CaseClock(case_id=(1).to_bytes(16, "big"), kind=kind, number=0, due=due, done=done)
            for kind, due, done in (
                ("open", NOON - 9, NOON - 9),
                ("scope", NOON + 9, None),
                ("triage", NOON - 5, None),
            )
        )
    with any_console.databases.console.read() as session:
        rows = [session.get_one(Case, number.to_bytes(16, "big")) for number in (2, 1, 3)]
        second, first, third = lines(session, rows, {me.user_id: me.name}, NOON)
    assert first.due is not None
    assert (first.due.text, first.due.when, first.due.by) == ("Finish the triage", "late", "by 18 Nov, 11:59")
    assert (first.assigned, first.priority, first.pinned, first.sides) == (
        me.name, "P2", "Put on top by hand", ["Legal hold"],
    )  # fmt: skip
    assert (second.due, second.assigned, second.pinned) == (None, "A former user", "Put off by hand")
    assert (third.assigned, third.priority, third.pinned) == ("", "Not assessed", "")
