"""What a disclosure must say, and what stands against it."""

from dataclasses import replace

import pytest

from handler.export.rules import (
    DISCLOSURE,
    DISSEMINATION,
    NotGradedYet,
    NotSaid,
    RawWords,
    Request,
    SealedInside,
    TooMany,
    check,
    repeats,
)
from handler.triage.grading import BadHandling, Grade

WORDS = "He took the brown envelope from the man in the blue car park on Tuesday."
GOOD = Request(DISSEMINATION, "ACU", "Assessment", "s.7 CCA 2013", "An officer took money.", "C", "A1", "S2")
GRADES = {"1": Grade()}


def test_a_complete_request_passes() -> None:
    check(GOOD, [WORDS], [], GRADES)
    check(replace(GOOD, handling="P", action="", sanitisation=""), [WORDS], ["reopened", "hold"], GRADES)
    check(replace(GOOD, kind=DISCLOSURE, handling="", action="", sanitisation=""), [WORDS], [], None)


@pytest.mark.parametrize("name", ["recipient", "purpose", "basis", "text", "kind", "handling"])
def test_everything_is_said(name: str) -> None:
    with pytest.raises(NotSaid) as refusal:
        check(replace(GOOD, **{name: " " if name not in ("kind", "handling") else ""}), [], [], GRADES)
    assert name in refusal.value.fields


@pytest.mark.parametrize("side", ["spillage", "privileged", "images"])
def test_nothing_goes_out_while_a_part_waits_sealed(side: str) -> None:
    with pytest.raises(SealedInside):
        check(GOOD, [], ["reopened", side], GRADES)


def test_a_dissemination_has_grades_and_a_handling_code() -> None:
    for grades in (None, {}):
        with pytest.raises(NotGradedYet):
            check(GOOD, [], [], grades)
    with pytest.raises(BadHandling):
        check(replace(GOOD, sanitisation=""), [], [], GRADES)


def test_a_pack_has_bounds() -> None:
    for changed in (replace(GOOD, text="x" * 20_001), replace(GOOD, files=("a/0",) * 17)):
        with pytest.raises(TooMany):
            check(changed, [], [], GRADES)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        (WORDS, True),
        ("We heard: HE TOOK the brown\nenvelope — from the man in it.", True),
        ("He took the brown envelope from the woman.", False),
        ("the man in the blue car park on a Tuesday", True),
        ("", False),
    ],
)
def test_eight_words_in_a_row_are_the_reporters(text: str, same: bool) -> None:
    assert repeats(text, ["Something else.", WORDS]) is same


def test_the_reporters_words_are_refused() -> None:
    with pytest.raises(RawWords):
        check(replace(GOOD, text=f"It is said: {WORDS}"), [WORDS], [], GRADES)
