"""The triage score, by the document's own vectors and by what must always hold."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handler.triage.grading import (
    BadGrade,
    BadHandling,
    Confidence,
    Grade,
    RaisedWithoutReason,
    check_change,
    confidence,
)
from handler.triage.scoring import (
    HARMS,
    OVERRIDES,
    STA,
    SUB_SCORES,
    UPLIFTS,
    BadScore,
    Band,
    Priority,
    band,
    harm,
    ranked,
    score,
)

VECTORS = [
    # harm, likelihood, grade, uplift -> risk, band, confidence, priority
    (10, 5, "2A", (), (50, "Critical", "Medium", "P1")),
    (6, 4, "2C", (), (24, "High", "Medium", "P2")),
    (6, 2, "2D", (), (12, "Medium", "Low", "P4")),
    (6, 2, "2D", ("sta-priority",), (12, "Medium", "Low", "P3")),
    (2, 5, "1A", (), (10, "Low", "High", "P4")),
    (8, 5, "3E", (), (40, "Critical", "Low", "P2")),
]
HIGH = {"1A", "1B", "2B"}
MEDIUM = {"1C", "1D", "2A", "2C", "3B"}

subs = st.fixed_dictionaries({name: st.sampled_from(SUB_SCORES) for name in HARMS})
likelihoods = st.integers(1, 5)
confidences = st.sampled_from(Confidence)
uplifts = st.sets(st.sampled_from(sorted(UPLIFTS)))
overrides = st.sets(st.sampled_from(sorted(OVERRIDES)))


def only(people: int) -> dict[str, int]:
    return {name: people if name == "people" else 0 for name in HARMS}


@pytest.mark.parametrize(("harm_score", "likelihood", "grade", "lifted", "expected"), VECTORS)
def test_the_documents_vectors(
    harm_score: int, likelihood: int, grade: str, lifted: tuple[str, ...], expected: tuple[int, str, str, str]
) -> None:
    found = score(only(harm_score), likelihood, confidence(grade[0], grade[1]), lifted)
    assert found.harm == harm_score
    assert (found.risk, found.band.value, found.confidence.value, found.priority.name) == expected


@pytest.mark.parametrize(("source", "information"), list(product("123", "ABCDE")))
def test_confidence_of_every_grade(source: str, information: str) -> None:
    pair = source + information
    expected = Confidence.HIGH if pair in HIGH else Confidence.MEDIUM if pair in MEDIUM else Confidence.LOW
    assert confidence(source, information) == expected


def test_two_serious_harms_count_one_more_and_ten_is_the_most() -> None:
    assert harm({"people": 6, "vulnerable": 6, "operations": 0, "integrity": 0}) == 7
    assert harm({"people": 8, "vulnerable": 4, "operations": 4, "integrity": 4}) == 8
    assert harm({"people": 10, "vulnerable": 10, "operations": 6, "integrity": 0}) == 10


@pytest.mark.parametrize(("risk", "expected"), [(50, "Critical"), (40, "Critical"), (39, "High"), (24, "High"),
                                                (23, "Medium"), (12, "Medium"), (11, "Low"), (0, "Low")])  # fmt: skip
def test_the_bands_begin_where_the_document_says(risk: int, expected: str) -> None:
    assert band(risk) == Band(expected)


@given(subs, likelihoods, confidences, uplifts, overrides)
def test_a_flag_only_ever_raises_priority(
    harms: dict[str, int], likelihood: int, sure: Confidence, lifted: set[str], forced: set[str]
) -> None:
    plain = score(harms, likelihood, sure).priority
    assert score(harms, likelihood, sure, lifted).priority <= plain
    assert score(harms, likelihood, sure, lifted, forced).priority <= score(harms, likelihood, sure, lifted).priority


@given(subs, likelihoods, confidences, st.sampled_from(sorted(HARMS)))
def test_more_harm_to_anyone_never_lowers_priority(
    harms: dict[str, int], likelihood: int, sure: Confidence, worse: str
) -> None:
    raised = {**harms, worse: 10}
    assert score(raised, likelihood, sure).priority <= score(harms, likelihood, sure).priority


def test_uplift_is_one_band_and_once() -> None:
    assert score(only(6), 2, Confidence.LOW, UPLIFTS).priority == Priority.P3
    assert score(only(10), 5, Confidence.HIGH, UPLIFTS).priority == Priority.P1


@pytest.mark.parametrize("name", sorted(OVERRIDES))
def test_each_override_makes_p1(name: str) -> None:
    assert score(only(0), 1, Confidence.LOW, overrides=[name]).priority == Priority.P1


def test_a_score_shows_its_inputs_and_reasons() -> None:
    found = score(only(6), 2, Confidence.LOW, ["sta-priority"])
    assert found.reasons == [
        "Harm 6 x likelihood 2 = risk 12, Medium",
        "With Low confidence that is P4",
        "Raised by one, once: A priority category of the strategic threat assessment",
    ]
    assert (found.harms["people"], found.likelihood, found.confidence) == (6, 2, Confidence.LOW)


@pytest.mark.parametrize(("harm_score", "likelihood", "grade", "lifted", "expected"), VECTORS)
def test_a_case_is_ranked_again_to_what_its_score_would_give(
    harm_score: int, likelihood: int, grade: str, lifted: tuple[str, ...], expected: tuple[int, str, str, str]
) -> None:
    """By the document's vectors: from what the case keeps in clear, whether the category is a priority or not."""
    sure = confidence(grade[0], grade[1])
    kept = score(only(harm_score), likelihood, sure, lifted).liftable
    assert ranked(kept, ["drugs", "other"], {"other"} if lifted else {"sexual"}) == int(expected[3][1])


@given(subs, likelihoods, confidences, uplifts, overrides)
def test_ranking_again_is_exact_and_leaves_what_something_else_decides(
    harms: dict[str, int], likelihood: int, sure: Confidence, lifted: set[str], forced: set[str]
) -> None:
    found, other = score(harms, likelihood, sure, lifted, forced), lifted - {STA}
    if found.liftable:
        assert ranked(found.liftable, ["drugs"], ["drugs"]) == score(harms, likelihood, sure, {*other, STA}).priority
        assert ranked(found.liftable, ["drugs"], []) == score(harms, likelihood, sure, other).priority
    else:
        assert score(harms, likelihood, sure, {*other, STA}, forced).priority == found.priority
        assert score(harms, likelihood, sure, other, forced).priority == found.priority


def test_reputation_is_no_input() -> None:
    said = " ".join([*HARMS, *HARMS.values(), *UPLIFTS.values(), *OVERRIDES.values()]).lower()
    assert "reputation" not in said


@pytest.mark.parametrize(
    ("harms", "likelihood"),
    [({}, 3), (only(5), 3), (only(6), 0), (only(6), 6), ({**only(2), "reputation": 10}, 3)],
)
def test_what_is_no_score_is_refused(harms: dict[str, int], likelihood: int) -> None:
    with pytest.raises(BadScore):
        score(harms, likelihood, Confidence.HIGH)


def test_an_unknown_uplift_or_override_is_refused() -> None:
    with pytest.raises(BadScore):
        score(only(6), 2, Confidence.LOW, ["reputation"])


def test_an_anonymous_first_report_begins_untested_and_closely_held() -> None:
    assert Grade().written == "2D C A1 S2"


def test_grades_refuse_what_is_not_in_the_scheme() -> None:
    with pytest.raises(BadGrade):
        Grade(source="4")
    with pytest.raises(BadHandling):
        Grade(handling="P")  # with the conditions of C
    with pytest.raises(BadHandling):
        Grade(action="")
    assert Grade(handling="P", action="", sanitisation="").written == "2D P"


def test_a_grade_is_raised_only_with_a_reason() -> None:
    for worse, better in [("2D", "2A"), ("2A", "2B"), ("2C", "2A"), ("3E", "2D"), ("3D", "2D")]:
        before, after = Grade(*worse), Grade(*better)
        check_change(before, after, "They sent the messages they saw.")
        with pytest.raises(RaisedWithoutReason):
            check_change(before, after, " ")
    check_change(Grade("2", "A"), Grade("3", "D"), "")
    check_change(Grade("1", "A"), Grade("1", "A"), "")


@pytest.mark.parametrize(
    ("before", "after"), [("C A1 S2", "P"), ("C A1 S2", "C A1 S1"), ("C A1 S2", "C A2 S2"), ("C A3 S2", "C A1 S1")]
)
def test_handling_is_loosened_only_with_a_reason(before: str, after: str) -> None:
    held, freer = (Grade("2", "D", *[*text.split(), "", ""][:3]) for text in (before, after))
    with pytest.raises(RaisedWithoutReason):
        check_change(held, freer, " ")
    check_change(held, freer, "The originator agreed.")
    check_change(held, held, "")
