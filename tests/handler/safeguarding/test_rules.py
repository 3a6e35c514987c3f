"""The referral clock, destinations by nation, and words that give no source away."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from handler.lifecycle.workdays import Calendar
from handler.safeguarding.rules import (
    NoDestination,
    check_destinations,
    clock,
    destinations,
    phone_wording,
    starts_clock,
    summary,
)
from handler.triage.thrive import Element, Thrive
from handler.vocabulary import vocabulary

CALENDAR = Calendar.of(["2026-12-25", "2026-12-28"])


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/London")).timestamp())


@pytest.mark.parametrize(
    ("flagged", "target", "limit"),
    [
        ("2026-11-23T10:00", "2026-11-23T17:00", "2026-11-24T17:00"),
        ("2026-11-27T16:59", "2026-11-27T17:00", "2026-11-30T17:00"),  # Friday
        ("2026-11-28T03:00", "2026-11-30T17:00", "2026-12-01T17:00"),  # Saturday night
        ("2026-12-24T12:00", "2026-12-24T17:00", "2026-12-29T17:00"),  # before Christmas
        ("2026-11-23T20:00", "2026-11-23T20:00", "2026-11-24T17:00"),  # after hours: at once
    ],
)
def test_the_same_day_and_one_working_day_at_most(flagged: str, target: str, limit: str) -> None:
    found = clock(at(flagged), CALENDAR)
    assert (found.target, found.limit) == (at(target), at(limit))


def test_a_referral_after_twenty_five_hours_is_a_breach_even_once_made() -> None:
    found = clock(at("2026-11-23T16:30"), CALENDAR)
    late = at("2026-11-24T17:30")
    assert found.breached(late, made=None)
    assert found.breached(at("2026-11-26T09:00"), made=late)
    assert not found.breached(late, made=at("2026-11-24T09:00"))


def test_destinations_follow_the_nation() -> None:
    assert {"childrens-scotland", "adults-scotland", "police-999"} <= {term.id for term in destinations("scotland")}
    assert "childrens-england" not in {term.id for term in destinations("scotland")}
    assert "gateway-ni" in {term.id for term in destinations("northern-ireland")}
    assert len(destinations("unknown")) == len(list(vocabulary("destinations")))


@pytest.mark.parametrize("nation", vocabulary("nations").ids)
def test_there_is_somewhere_to_refer_to_in_every_nation(nation: str) -> None:
    assert destinations(nation)


def test_several_destinations_at_once_but_none_of_another_nation() -> None:
    check_destinations(["police-101", "childrens-wales"], "wales")
    with pytest.raises(NoDestination):
        check_destinations([], "wales")
    with pytest.raises(NoDestination):
        check_destinations(["childrens-england"], "wales")


def test_a_child_in_any_role_starts_the_clock() -> None:
    assert starts_clock([], ["adult", "child"])
    assert starts_clock(["at-risk-maybe"])
    assert starts_clock([], ["adult-at-risk"])
    assert not starts_clock(["reprisal"], ["adult", "unknown"])


def test_the_words_for_the_phone_say_nothing_of_the_source() -> None:
    said = phone_wording("a child of about ten", "she may be hit at home", "", now=True)
    assert "immediate risk" in said and "we do not know where" in said and "cannot say how we know" in said
    assert "report" not in said and "whistle" not in said and "colleague" not in said


def test_the_summary_has_the_six_elements_in_order() -> None:
    thrive = Thrive({name: Element("low", f"Why {name}.") for name in vocabulary("thrive").ids})
    lines = summary("PSU-2026-0001", thrive.elements).splitlines()
    assert lines[0] == "THRIVE summary, PSU-2026-0001"
    assert lines[1] == "Threat: Low. Why threat."
    assert [line.split(":")[0] for line in lines[1:]] == [term.text for term in vocabulary("thrive")]
