"""Days and times as people read them."""

from datetime import date

from handler.times import end_of_day, written_day, written_time


def test_times_are_those_of_the_clock_on_a_wall_in_the_uk() -> None:
    assert written_time(1_795_000_000) == "18 November 2026, 11:06 GMT"
    assert written_time(1_782_860_400) == "1 July 2026, 00:00 BST"  # 23:00 the day before, by UTC


def test_a_day_is_its_number_whatever_the_zone() -> None:
    assert written_day(20_775) == "18 November 2026"


def test_a_day_ends_at_midnight_here_in_summer_too() -> None:
    assert written_time(end_of_day(date(2026, 7, 1))) == "1 July 2026, 23:59 BST"
    assert written_time(end_of_day(date(2026, 11, 1))) == "1 November 2026, 23:59 GMT"
    assert end_of_day(date(2026, 10, 25)) - end_of_day(date(2026, 10, 24)) == 25 * 3600
