"""Whom a reporter named, by their own words: a table of hits and of near misses."""

import time

import pytest

from crypto.post import Answer, FollowUp, Post, Report
from handler.intake.keepfrom import DOUBTFUL, SURE, PersonName, matches, named_in, names_of, written

HITS = (
    # in full, in either order, with rank and accents
    ("Samantha Jones", "Samantha Jones", 100),
    ("Jones, Samantha", "Samantha Jones", 100),
    ("please keep it from samantha jones", "Samantha Jones", 100),
    ("SAMANTHA JONES MUST NOT SEE IT", "Samantha Jones", 100),
    ("DCI José Núñez", "Jose Nunez", 100),
    ("Jose Nunez", "José Núñez", 100),
    ("Siobhan O'Brien", "Siobhán O’Brien", 100),
    ("Mary Smith-Jones", "Mary Smith Jones", 100),
    ("J. Smith", "John Smith", 100),
    ("J Smith", "John Smith", 100),
    ("Smith J.", "John Smith", 100),
    ("Bob Carter", "Robert Carter", 100),
    ("Sam’s friend", "Sam Supervisor", 100),
    # spelt otherwise
    ("Samantha Jonse", "Samantha Jones", 90),
    ("Jon Smyth", "John Smith", 90),
    ("Katherine Fetherstonhough", "Katherine Featherstonhaugh", 80),
    ("Stephen MacDonald", "Steven McDonald", 90),
    # the surname by itself, or of a relative
    ("Anyone who works with Jones", "Samantha Jones", 90),
    ("Peter Jones", "Samantha Jones", 90),
    ("mr jones", "Samantha Jones", 90),
    # a first name by itself
    ("Sam from vetting", "Samantha Jones", 80),
    ("Sam from vetting", "Samantha Supervisor", 100),
    ("Not Sam or her boss", "Samantha Jones", 80),
    ("Keep it from sam.", "Samuel Jones", 80),
    ("Deb", "Deborah Jones", 80),
    ("will must not see it", "William Jones", 80),
    ("Sam, Jones knows it too", "Samantha Brown", 80),
    ("Sam J. knows", "Samantha Jones", 80),
    ("My manager is Hanna", "Hana Okafor", 70),
    # initials
    ("Not S.J. please", "Samantha Jones", 75),
    ("Tell SJ nothing", "Samantha Jones", 75),
    # an account that is named for what it does
    ("the duty supervisor", "Duty Supervisor", 100),
)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MISSES = (
    ("Sam Jones", "Sam Brown"),
    ("Sam B. knows", "Samantha Jones"),
    ("my supervisor", "Samantha Supervisor"),
    ("the head of vetting", "Hana Handler"),
    ("Keep it from anyone in my team", "Annie Handler"),
    ("Give me a hand", "Hana Okafor"),
    ("He will look at it", "William Jones"),
    ("A man with brown hair", "Peter Brown"),
    ("The DS on the desk", "David Stone"),
    ("a supervisor on duty tonight", "Duty Supervisor"),
    ("Marcus Aurelius", "Mary Jones"),
    ("Tell HR nothing", "Hana Roberts"),
    ("", "Samantha Jones"),
)


@pytest.mark.parametrize(("text", "name", "score"), HITS)
def test_who_is_meant_is_found(text: str, name: str, score: int) -> None:
    (found,) = matches([text], [PersonName(b"1", name)])
    assert found.score == score
    assert found.threshold == (SURE if score >= SURE else DOUBTFUL)


@pytest.mark.parametrize(("text", "name"), MISSES)
def test_who_is_not_meant_is_not_found(text: str, name: str) -> None:
    assert matches([text], [PersonName(b"1", name)]) == []


def test_the_best_of_several_texts_counts_and_only_those_two_questions_are_read() -> None:
    answers = {
        "notice-who": Answer(("one",), "Sam"),
        "notice-keep-from": Answer((), "Samantha Jones"),
        "notice-what": Answer((), "Hana Okafor was there."),
        "who": Answer((), "  "),
    }
    people = names_of([(b"1", "Samantha Jones"), (b"2", "Hana Okafor")])
    texts = written(Report("notice-2026-11", {}, {"what": answers["notice-what"], **answers}))
    assert [(one.user_id, one.score) for one in matches(texts, people)] == [(b"1", 100)]


def test_a_long_answer_and_a_large_unit_take_little_time() -> None:
    people = names_of([(bytes([n]), f"{LETTERS[n]}amantha {LETTERS[n]}okafor") for n in range(26)])
    longest = " ".join(f"{a}{b.lower()}{c.lower()}er" for a in LETTERS for b in LETTERS for c in "ACE")
    assert len(longest) > 12_000
    began = time.process_time()
    for _ in range(10):
        matches([longest], people)
    assert time.process_time() - began < 2.0, "ten of the longest posts there can be"


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("It is Nick Constable who sells it.", "Nick Constable", True),
        ("CONSTABLE, Nick", "DS Nick Paul Constable", True),
        ("Ask Man Lee", "Man Lee", True),
        ("Nick, a friend", "Nick Constable", False),
        ("The constable knows", "Nick Constable", False),
        ("DS Okafor", "DS Hana Okafor", False),
        ("The duty supervisor", "Duty Supervisor", False),
    ],
)
def test_in_what_is_added_a_surname_may_be_a_word_for_a_role(text: str, name: str, found: bool) -> None:
    post = Post(b"", b"", b"", (FollowUp(text),), {})
    assert bool(named_in([post], names_of([(bytes(16), name)]))) is found
