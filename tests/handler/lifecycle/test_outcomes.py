"""What a step's words must fit, and what a record must have: rules without a console."""

from datetime import date

import pytest

from handler.errors import Refused
from handler.lifecycle.notes import SPECS, FieldTooLong, NoLesson, NoReviewDay, NotFilledIn, WrongDecider
from handler.lifecycle.notes import check as check_note
from handler.lifecycle.outcomes import (
    AboveTheAnswer,
    AnswerElsewhere,
    AnswerIncomplete,
    AppealIncomplete,
    DismissalNotAllowed,
    DispositionElsewhere,
    FindingIncomplete,
    NoEndReason,
    NotADay,
    NothingToSanction,
    Words,
    check,
    worded,
)

TODAY = date(2026, 11, 22)


def said(start: str, end: str, level: str = "", **what: str) -> None:
    check(start, end, {name.replace("_", "-"): text for name, text in what.items()}, level, TODAY)


def finding(finding: str, sanction: str, level: str = "gross", text: str = "No appeal.") -> None:
    found = Words((finding, sanction), text).encode()
    said("disposal", "concluding", level, finding=found, chair="C. Hair", appeal="none")


@pytest.mark.parametrize("level", ["misconduct", "gross"])
@pytest.mark.parametrize("sanction", ["none", "first-warning", "final-warning", "dismissal"])
def test_dismissal_is_for_gross_misconduct_only(sanction: str, level: str) -> None:
    if sanction == "dismissal":
        with pytest.raises(DismissalNotAllowed):
            finding("misconduct", sanction, level)
    else:
        finding("misconduct", sanction, level)


def test_gross_misconduct_may_end_in_dismissal() -> None:
    finding("gross", "dismissal")


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (AboveTheAnswer, ("gross", "dismissal", "misconduct")),
        (NothingToSanction, ("not-proven", "first-warning")),
        (AnswerElsewhere, ("misconduct", "first-warning", "")),
        (FindingIncomplete, ("misconduct", "none", "gross", " ")),
    ],
)
def test_a_finding_that_does_not_fit_is_refused(refusal: type[Refused], words: tuple[str, ...]) -> None:
    with pytest.raises(refusal):
        finding(*words)


def test_an_appeal_is_heard_by_somebody_other_than_the_chair() -> None:
    found = {"finding": Words(("gross", "dismissal"), "Because.").encode(), "chair": "C. Hair"}
    said("disposal", "concluding", "gross", **found, appeal=Words(("upheld",), "A. Peal").encode())
    for result, heard in (("upheld", ""), ("upheld", "c. hair"), ("none", "A. Peal"), ("perhaps", "A. Peal")):
        with pytest.raises(AppealIncomplete):
            said("disposal", "concluding", "gross", **found, appeal=Words((result,), heard).encode())


def test_an_answer_leads_where_it_says() -> None:
    yes, no = Words(("yes", "gross"), "Because.").encode(), Words(("no",), "Because.").encode()
    said("case-to-answer", "disposal", answer=yes)
    said("case-to-answer", "concluding", answer=no)
    for end, answer in (("concluding", yes), ("disposal", no)):
        with pytest.raises(AnswerElsewhere):
            said("case-to-answer", end, answer=answer)
    for ids, text in ((("yes",), "x"), (("yes", "gross"), " "), (("maybe",), "x"), (("no", "gross"), "x")):
        with pytest.raises(AnswerIncomplete):
            said("case-to-answer", "disposal", answer=Words(ids, text).encode())


def test_a_disposition_leads_where_the_list_says_and_an_end_has_a_reason() -> None:
    said("decision", "investigating", disposition="adopt-acu")
    said("decision", "concluding", disposition="refer-out", end_reason="refer-out")
    said("decision", "concluding", disposition="nfa", end_reason="mistaken")
    with pytest.raises(DispositionElsewhere):
        said("decision", "investigating", disposition="nfa", end_reason="mistaken")
    with pytest.raises(NoEndReason):
        said("decision", "concluding", disposition="nfa", end_reason="because")


@pytest.mark.parametrize("day", ["2026-11-22", "2020-01-01", "9999-12-31", "tomorrow", "2026-02-30"])
def test_a_day_is_one_to_come(day: str) -> None:
    with pytest.raises(NotADay):
        said("concluding", "closed", retention_day=day)


def test_people_read_words_and_not_ids() -> None:
    assert worded("finding", Words(("gross", "dismissal"), "No appeal.").encode()) == (
        "Gross misconduct proven; Dismissal\nNo appeal."
    )
    assert worded("answer", Words(("yes", "gross"), "Because.").encode()) == "Yes: Gross misconduct\nBecause."
    assert worded("disposition", "adopt-psu") == "Adopt: PSU"


MEASURE = {
    "person": "the id of an entry",
    "grade": "senior",
    "measure": "restricted",
    "decider": "supervisor",
    "why": "x",
    "review": "2026-12-20",
}


def test_a_measure_without_a_day_of_review_is_refused() -> None:
    check_note(SPECS["measures"], MEASURE, TODAY)
    for day in ("", "2026-11-01", "soon"):
        with pytest.raises(NoReviewDay):
            check_note(SPECS["measures"], {**MEASURE, "review": day}, TODAY)


@pytest.mark.parametrize("grade", ["junior", "middle", "senior"])
def test_measures_ask_the_same_for_every_grade(grade: str) -> None:
    given = {**MEASURE, "grade": grade}
    check_note(SPECS["measures"], given, TODAY)
    for name in ("why", "decider", "grade", "person"):
        with pytest.raises(NotFilledIn):
            check_note(SPECS["measures"], {**given, name: ""}, TODAY)
    with pytest.raises(WrongDecider):
        check_note(SPECS["measures"], {**given, "measure": "suspended"}, TODAY)
    check_note(SPECS["measures"], {**given, "measure": "suspended", "decider": "head-of-ips"}, TODAY)


def test_a_lesson_has_an_owner_and_a_day_and_none_has_a_reason() -> None:
    lesson = {"any": "yes", "lesson": "x", "owner": "HR", "due": "2027-01-01", "published": "later"}
    check_note(SPECS["learning"], lesson, TODAY)
    check_note(SPECS["learning"], {"any": "no", "why-none": "x"}, TODAY)
    for wrong in ({**lesson, "owner": ""}, {**lesson, "published": ""}, {"any": "no"}, {"any": "yes", "why-none": "x"}):
        with pytest.raises(NoLesson):
            check_note(SPECS["learning"], wrong, TODAY)


def test_a_record_has_all_its_fields_and_none_too_long() -> None:
    with pytest.raises(NotFilledIn) as refusal:
        check_note(SPECS["scope-review"], {"subject": "yes", "others": "perhaps"}, TODAY)
    assert set(refusal.value.fields) == {"others", "culture", "follows"}
    with pytest.raises(FieldTooLong):
        check_note(SPECS["note"], {"text": "x" * 20_001}, TODAY)
