"""The lists are those of the inspectors and of the law, word for word where they are official."""

import tomllib
from pathlib import Path

import pytest

from handler.lifecycle.acts import DECISION_LOG
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


OFFICIAL = {
    "dispositions": "Adopt: PSU; Adopt: ACU; Refer out; Local or informal resolution; Grievance gateway; Integrity "
    "intervention; Monitor; Record only; No further action; Declined (external request)",
    "ndm": "NCA code and Civil Service Code; Gather information and intelligence; Assess threat and risk and develop a "
    "working strategy; Consider powers and policy; Identify options and contingencies; Take action and review what "
    "happened",
    "pida": "(a) a criminal offence; (b) failure to comply with a legal obligation; (c) a miscarriage of justice; (d) "
    "danger to health or safety; (da) sexual harassment; (e) damage to the environment; (f) deliberate concealment of "
    "any of these",
    "source_evaluation": "1 Reliable; 2 Untested; 3 Not reliable",
    "information_assessment": "A Known directly to the source; B Known indirectly to the source but corroborated; C "
    "Known indirectly to the source; D Not known; E Suspected to be false",
    "handling_codes": "P Lawful sharing permitted; C Lawful sharing permitted with conditions",
    "action_codes": "A1 Combine or corroborate, no direct action; A2 Covert action may be taken; A3 Overt action "
    "permitted as specified",
    "sanitisation_codes": "S1 Unsupervised sanitisation permitted; S2 No sanitisation for wider dissemination without "
    "consultation",
    "grades": "Junior; Middle; Senior; Not known",
    "measures": "None; Restricted duties; Moved to another post; System access removed; Suspended",
    "findings": "Misconduct proven; Gross misconduct proven; Not proven; No case to answer; Withdrawn; Probationer "
    "panel outcome",
    "sanctions": "No sanction; First written warning; Final written warning; Dismissal",
    "mandatory_referral": "Death or serious injury; Serious assault; Serious sexual offence; Serious corruption; "
    "Criminal offence, or behaviour liable to lead to a disciplinary sanction, aggravated by discrimination; Relevant "
    "offence; Conduct in the same incident as one of these",
    "referral_forms": "Own; Supervised; Managed; Independent",
    "thrive": "Threat; Harm; Risk; Investigation; Vulnerability; Engagement",
}
"""Word for word, in their order."""
CONDUCT = (
    "Inappropriate, crude or offensive comments; Telling sexualised jokes; Asking intrusive questions about someone’s "
    "private life; Inappropriate touching; Abusive, manipulative, coercive, controlling or predatory behaviour; "
    "Bullying and harassment; Other behaviour giving cause for concern over fitness to serve"
)
DESTINATIONS = {
    "england": "Local authority children’s services; Local authority adult safeguarding; Local authority designated "
    "officer (LADO)",
    "wales": "Local authority children’s services (Wales); Local authority adult safeguarding (Wales)",
    "scotland": "Social work, children (Scotland); Adult support and protection (Scotland)",
    "northern-ireland": "Health and Social Care Trust Gateway Service; Adult Protection Gateway",
}


@pytest.mark.parametrize("name", sorted(OFFICIAL))
def test_official_lists_word_for_word(name: str) -> None:
    assert "; ".join(term.text for term in vocabulary(name)) == OFFICIAL[name]


def test_the_seven_of_annex_a_word_for_word() -> None:
    assert "; ".join(term.text for term in vocabulary("conduct") if term.more["annex_a"]) == CONDUCT


@pytest.mark.parametrize("nation", sorted(DESTINATIONS))
def test_who_takes_a_referral_in_each_nation(nation: str) -> None:
    own = [term.text for term in vocabulary("destinations") if term.more.get("nations") == [nation]]
    assert "; ".join(own) == DESTINATIONS[nation]


def test_a_decision_is_logged_under_the_headings_of_the_model() -> None:
    assert vocabulary("ndm").ids == DECISION_LOG


def test_what_must_be_declared_is_a_type_of_its_own() -> None:
    assert {"gift", "business", "political", "individual"} <= set(vocabulary("conduct").ids)


@pytest.mark.parametrize("name", names())
def test_every_list_loads_and_says_where_it_comes_from(name: str) -> None:
    found = vocabulary(name)
    assert found.title and found.source and found.terms


HELPED = (
    "categories", "conduct", "employment", "enablers", "jurisdictions", "mandatory_referral", "ndm", "pida",
    "source_evaluation", "information_assessment", "thrive",
)  # fmt: skip


@pytest.mark.parametrize("name", HELPED)
def test_every_entry_that_a_handler_must_understand_has_help(name: str) -> None:
    assert [term.id for term in vocabulary(name) if not term.help] == []


def test_no_list_weighs_reputation() -> None:
    said = " ".join(f"{term.text} {term.help}" for name in names() for term in vocabulary(name)).lower()
    assert "reputation" not in said


def test_an_unknown_entry_is_refused_and_an_old_one_still_shown() -> None:
    with pytest.raises(UnknownTerm, match="Corruption category: nonsense"):
        named("categories", "nonsense")
    assert vocabulary("categories").text("dropped-later") == "dropped-later"
