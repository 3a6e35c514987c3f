"""What an entry of a person must have, and what it means."""

import pytest

from handler.people.entries import Entry, EntryNotComplete, NoWhy, check, check_why
from handler.vocabulary import vocabulary
from tests.handler.people.forms import entry, group


def wrong(given: dict[str, str]) -> set[str]:
    with pytest.raises(EntryNotComplete) as refused:
        check(given)
    return set(refused.value.fields)


def test_a_group_of_whom_nobody_is_known_is_enough_for_a_subject() -> None:
    made = check(group() | {"name": "left over from before"})
    assert (made.subject, made.title) == (True, "One of 4: The night shift at the front desk")
    assert made.values["name"] == ""


def test_one_person_has_a_name_and_a_group_a_description_and_a_number() -> None:
    assert wrong(entry(" ")) == {"name"}
    assert wrong(entry("", kind="group")) == {"group", "number"}
    for number in ("1", "0", "-3", "many", "²", "1000"):
        assert wrong(group() | {"number": number}) == {"number"}
    assert wrong(entry(kind="")) == {"kind"}


def test_what_is_in_no_list_is_refused_and_what_is_too_long_too() -> None:
    assert wrong(entry(role="", status="promoted", age="old")) == {"role", "status", "age"}
    assert wrong(entry("x" * 201)) == {"name"}
    assert wrong(entry(notes="x" * 20_001)) == {"notes"}


@pytest.mark.parametrize("role", vocabulary("person_roles").ids)
@pytest.mark.parametrize(("age", "at_risk"), [("child", True), ("adult-at-risk", True), ("adult", False)])
def test_a_child_or_an_adult_at_risk_in_any_role_is_at_risk(role: str, age: str, at_risk: bool) -> None:
    assert check(entry(role=role, age=age)).at_risk is at_risk


def test_only_a_subject_leaves_the_organisation_for_another() -> None:
    for status in ("resigned", "transferred", "retired"):
        assert check(entry(status=status)).leaving
        assert not check(entry(status=status, role="witness")).leaving
    assert not check(entry(status="serving")).leaving


def test_probation_and_seniority_come_from_either_list() -> None:
    assert check(entry(status="probation")).probation
    assert check(entry(employment="probationer")).probation
    assert not check(entry()).probation
    assert check(entry(grade="senior")).senior
    assert check(entry(employment="director-general")).senior
    assert not check(entry(grade="senior", role="witness")).senior


def test_contractors_prison_officers_and_overseas_staff_can_be_subjects() -> None:
    for organisation in ("border-force", "police", "contractor", "prison", "overseas", "agency"):
        assert check(entry(organisation=organisation)).subject


def test_identifiers_are_told_apart_and_unknown_fields_are_not_shown() -> None:
    made = check(entry(staff="N 123", identifiers="js@example.org; 07700 900123\nKD44"))
    assert made.numbers == ["N 123", "js@example.org", "07700 900123", "KD44"]
    assert "Notes" not in dict(Entry(made.values).lines)


def test_an_entry_is_taken_out_with_a_reason_only() -> None:
    assert check_why(" Somebody else was meant. ") == "Somebody else was meant."
    for text in ("  ", "x" * 2_001):
        with pytest.raises(NoWhy):
            check_why(text)
