"""Working days, months, and what is due when."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from handler.lifecycle.clocks import DAY, HOUR, Clock, Deadlines, months_after, nearest
from handler.lifecycle.workdays import Calendar
from handler.triage.scoring import Priority

LONDON = ZoneInfo("Europe/London")
CHRISTMAS = Calendar.of(["2026-12-25", "2026-12-28", "2027-01-01"])
DUE = Deadlines(calendar=CHRISTMAS)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=LONDON).timestamp())


@pytest.mark.parametrize(
    ("day", "number", "expected"),
    [
        ("2026-11-23", 1, "2026-11-24"),
        ("2026-11-27", 1, "2026-11-30"),  # Friday to Monday
        ("2026-11-28", 1, "2026-11-30"),  # Saturday
        ("2026-12-24", 1, "2026-12-29"),  # over Christmas
        ("2026-12-24", 3, "2026-12-31"),
        ("2026-11-28", 0, "2026-11-30"),
        ("2026-11-23", 20, "2026-12-21"),
    ],
)
def test_working_days(day: str, number: int, expected: str) -> None:
    assert CHRISTMAS.add_working_days(date.fromisoformat(day), number) == date.fromisoformat(expected)


def test_a_day_is_the_local_one() -> None:
    assert Calendar().day_of(at("2026-07-01T00:30:00")) == date(2026, 7, 1)  # 23:30 the day before, by UTC


def test_the_first_clocks_run_from_the_arrival() -> None:
    friday = at("2026-11-27T16:30:00")
    assert DUE.opening(friday) == at("2026-11-30T17:00:00")
    assert DUE.acknowledgement(friday) == at("2026-12-02T17:00:00")
    assert DUE.acknowledgement_limit(friday) == friday + 7 * DAY


@pytest.mark.parametrize(
    ("priority", "expected"),
    [(Priority.P2, "2026-11-30T17:00:00"), (Priority.P3, "2026-12-04T17:00:00"), (Priority.P4, "2026-12-29T17:00:00")],
)
def test_triage_by_priority(priority: Priority, expected: str) -> None:
    assert DUE.triage(at("2026-11-27T16:30:00"), priority) == at(expected)


def test_p1_is_four_hours_by_day_and_night() -> None:
    saturday_night = at("2026-11-28T23:00:00")
    assert DUE.triage(saturday_night, Priority.P1) == saturday_night + 4 * HOUR


def test_the_outcome_is_due_three_months_after_the_acknowledgement() -> None:
    assert DUE.feedback(at("2026-11-30T09:00:00")) == at("2027-02-28T09:00:00")
    assert DUE.feedback(at("2026-03-29T00:30:00")) == at("2026-06-29T00:30:00")  # over the change of the clocks


def test_reprisal_is_asked_about_four_times() -> None:
    assert DUE.checkins(at("2026-12-31T12:00:00")) == [
        at(day) for day in ("2027-01-31T12:00:00", "2027-03-31T12:00:00", "2027-06-30T12:00:00", "2027-12-31T12:00:00")
    ]


def test_a_month_without_the_day_ends_on_its_last() -> None:
    assert months_after(at("2028-01-31T08:00:00"), 1, "Europe/London") == at("2028-02-29T08:00:00")


def test_the_nearest_running_clock_and_breaches() -> None:
    clocks = [Clock("feedback", 500), Clock("acknowledge", 100, done=90), Clock("triage", 300), Clock("open", 50, 60)]
    assert nearest(clocks) == Clock("triage", 300)
    assert [clock.breached(now=400) for clock in clocks] == [False, False, True, True]
    assert nearest([]) is None
