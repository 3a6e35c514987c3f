"""Every way between states, for every role: one table, compared with the rules whole."""

from itertools import product

import pytest

from handler.identity.roles import ROLES, SENIOR_DECIDER
from handler.lifecycle.facts import STEP
from handler.lifecycle.notes import SPECS
from handler.lifecycle.standing import TITLES
from handler.lifecycle.states import (
    BY_WAY,
    NEEDS,
    PHASES,
    SIDES,
    STATES,
    STOPPED_BY,
    TRANSITIONS,
    CaseStopped,
    NoSuchWay,
    NotYetRecorded,
    NotYourStep,
    check,
    ways_from,
)
from handler.triage.sections import SECTIONS

EVERYONE = sorted({*ROLES, SENIOR_DECIDER})
H, S, A, D, L = "handler", "supervisor", "auditor", "senior-decider", "acu-liaison"
WHO = {
    ("received", "assessing"): {H, S},
    ("assessing", "awaiting"): {H, S},
    ("awaiting", "assessing"): {H, S},
    ("assessing", "decision"): {H, S},
    ("decision", "assessing"): {S},
    ("decision", "investigating"): {D, S, L},
    ("decision", "concluding"): {S, L},
    ("investigating", "awaiting"): {H, S},
    ("awaiting", "investigating"): {H, S},
    ("investigating", "decision"): {S, L},
    ("investigating", "case-to-answer"): {H, S},
    ("investigating", "concluding"): {S},
    ("case-to-answer", "disposal"): {D},
    ("case-to-answer", "concluding"): {D},
    ("case-to-answer", "investigating"): {D, S},
    ("disposal", "concluding"): {H, S},
    ("concluding", "investigating"): {S},
    ("concluding", "closed"): {H, S},
    ("closed", "assessing"): {H, S},
    ("closed", "retention"): {A, S},
    ("retention", "closed"): {A, S},
}
ALL = frozenset(NEEDS)


def outcome(start: str, end: str, role: str) -> str:
    try:
        check(start, end, {role}, ALL)
    except (NoSuchWay, NotYourStep) as refusal:
        return type(refusal).__name__
    return "goes"


@pytest.mark.parametrize(("start", "end"), list(product(STATES, STATES)), ids=str)
def test_every_transition_for_every_role(start: str, end: str) -> None:
    allowed = WHO.get((start, end))
    expected = {
        role: "NoSuchWay" if allowed is None else "goes" if role in allowed else "NotYourStep" for role in EVERYONE
    }
    assert {role: outcome(start, end, role) for role in EVERYONE} == expected


@pytest.mark.parametrize(
    ("start", "end", "need"), [(*way, need) for way, found in BY_WAY.items() for need in found.needs]
)
def test_no_step_is_taken_before_each_thing_is_recorded(start: str, end: str, need: str) -> None:
    roles = BY_WAY[(start, end)].roles
    with pytest.raises(NotYetRecorded) as refusal:
        check(start, end, roles, ALL - {need})
    assert refusal.value.missing == (need,)
    assert NEEDS[need] in str(refusal.value)


@pytest.mark.parametrize("side", sorted(STOPPED_BY))
def test_a_sealed_merged_or_aside_case_stands_still(side: str) -> None:
    for (start, end), found in BY_WAY.items():
        with pytest.raises(CaseStopped):
            check(start, end, found.roles, ALL, [side])


@pytest.mark.parametrize("side", sorted(set(SIDES) - STOPPED_BY))
def test_a_hold_a_restriction_or_a_reopening_stops_no_step(side: str) -> None:
    assert check("received", "assessing", {H}, ALL, [side])


def test_triage_cannot_be_left_without_threat_risk_and_harm() -> None:
    needs = BY_WAY[("assessing", "decision")].needs
    assert {"thrive", "score", "protected", "deconfliction", "source-risk", "category", "acknowledgement"} <= set(needs)


def test_closing_and_an_end_without_action_need_a_second_person() -> None:
    assert BY_WAY[("concluding", "closed")].second == {S}
    assert S in BY_WAY[("decision", "concluding")].second
    assert BY_WAY[("investigating", "concluding")].second == BY_WAY[("decision", "concluding")].second
    assert [way for way, found in BY_WAY.items() if found.second] == [
        ("decision", "concluding"),
        ("investigating", "concluding"),
        ("concluding", "closed"),
    ]


def test_an_administrator_and_intake_move_no_case() -> None:
    for state in STATES:
        assert ways_from(state, {"administrator", "intake"}) == []


def test_every_state_can_be_reached_and_left() -> None:
    assert {end for _, end in BY_WAY} == set(STATES) - {"received"}
    assert {start for start, _ in BY_WAY} == set(STATES)


def test_the_states_are_ten_in_four_phases() -> None:
    assert len(STATES) == 10
    assert [state for states in PHASES.values() for state in states] == list(STATES)


def test_every_way_has_a_title_and_everything_a_step_needs_has_a_page_to_record_it_on() -> None:
    assert set(TITLES) == set(BY_WAY)
    by_themselves = {"justification", "conflict-check", "acknowledgement"}
    sections = {name for part in SECTIONS for name in part.facts}
    assert {name for way in TRANSITIONS for name in way.needs} <= {*SPECS, *STEP, *sections, *by_themselves}
