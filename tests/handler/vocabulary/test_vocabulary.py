"""The lists are those of the inspectors and of the law, word for word where they are official."""

import tomllib
from pathlib import Path

import pytest

from handler.triage.categories import shown, suggested
from handler.vocabulary import UnknownTerm, named, vocabulary
from handler.vocabulary.load import names

QUESTIONNAIRE = Path(__file__).resolve().parents[3] / "reporter" / "questionnaire.toml"

CATEGORIES = """infiltration; disclosure of information; perverting the course of justice; sexual misconduct; \
controlled drug use and supply; theft and fraud; misusing force systems; abuse of authority; inappropriate \
association; vulnerability; commit, incite, aid and abet, or assist an offender in the commission of a crime; \
other [corruption-related intelligence not categorised elsewhere]"""


def answers(question: str) -> set[str]:
    asked = tomllib.loads(QUESTIONNAIRE.read_text())["question"]
    return {answer["id"] for one in asked if one["id"] == question for answer in one["answer"]}


def test_the_twelve_categories_are_the_official_ones_in_their_order() -> None:
    assert "; ".join(term.text for term in vocabulary("categories")) == CATEGORIES


def test_force_systems_are_shown_as_agency_systems() -> None:
    assert shown("systems") == "misusing force systems (agency systems)"
    assert shown("drugs") == "controlled drug use and supply"


def test_conduct_has_the_seven_of_annex_a_and_discrimination_beside_them() -> None:
    conduct = vocabulary("conduct")
    assert [term.id for term in conduct if term.more["annex_a"]] == [
        "comments", "jokes", "questions", "touching", "coercive", "bullying", "fitness",
    ]  # fmt: skip
    definition = conduct.get("comments").help
    assert "misogyny, sexism, antipathy towards women or be an indication of, or precursor to, abuse of" in definition
    assert "NCA officer" in definition
    assert "discrimination" in conduct


@pytest.mark.parametrize("name", ["categories", "conduct"])
def test_what_a_reporter_ticks_points_to_categories(name: str) -> None:
    ticks = {answer for term in vocabulary(name) for answer in term.more.get("answers", ())}
    assert ticks <= answers("about")


def test_every_tick_but_unsure_and_safety_of_others_points_somewhere() -> None:
    pointed = {
        answer for name in ("categories", "conduct") for term in vocabulary(name)
        for answer in term.more.get("answers", ())
    }  # fmt: skip
    assert answers("about") - pointed == {"unsure", "child-adult-unsafe"}


def test_suggestions_keep_the_lists_order() -> None:
    assert suggested(["systems", "passing-information"]) == ["disclosure", "systems"]
    assert suggested(["links"]) == ["infiltration", "association"]
    assert suggested([]) == []


def test_limbs_of_the_law_with_sexual_harassment() -> None:
    assert vocabulary("pida").ids == ("a", "b", "c", "d", "da", "e", "f")


def test_grading_has_three_five_and_two() -> None:
    sizes = [len(vocabulary(name).terms) for name in ("source_evaluation", "information_assessment", "handling_codes")]
    assert sizes == [3, 5, 2]


@pytest.mark.parametrize("name", names())
def test_every_list_loads_and_says_where_it_comes_from(name: str) -> None:
    found = vocabulary(name)
    assert found.title and found.source and found.terms


@pytest.mark.parametrize("name", ["categories", "thrive", "ndm"])
def test_every_entry_that_a_handler_must_understand_has_help(name: str) -> None:
    assert [term.id for term in vocabulary(name) if not term.help] == []


def test_no_list_weighs_reputation() -> None:
    said = " ".join(f"{term.text} {term.help}" for name in names() for term in vocabulary(name)).lower()
    assert "reputation" not in said


def test_an_unknown_entry_is_refused_and_an_old_one_still_shown() -> None:
    with pytest.raises(UnknownTerm, match="Corruption category: nonsense"):
        named("categories", "nonsense")
    assert vocabulary("categories").text("dropped-later") == "dropped-later"
