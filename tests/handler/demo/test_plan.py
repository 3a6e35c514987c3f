"""The plans: an act nobody knows, words that are missing and times that cannot be fail before anything is done."""

import tomllib
from collections.abc import Mapping
from typing import Any

import pytest

from handler.demo import plan
from handler.demo.acts import ACTS
from handler.demo.phone import NOTICE, ROUTING, VERSION, report_of
from handler.demo.plan import BadPlan, CasePlan
from handler.demo.times import DemoClock, moment
from tests.support.processes import ROOT

END = 1_795_000_000.0  # a Wednesday


def made(**words: Any) -> CasePlan:
    case = {"name": "one", "ago": 10, **words}
    return CasePlan("one", case, tuple(plan._acts(case)))


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ({"do": "teleport"}, "nobody knows the act “teleport”"),
        ({"do": "reply"}, "missing a required argument: 'text'"),
        ({"do": "reply", "text": "x", "loud": True}, "unexpected keyword argument 'loud'"),
    ],
)
def test_an_act_that_is_not_in_order_fails_loudly(act: Mapping[str, Any], said: str) -> None:
    with pytest.raises(BadPlan, match=said):
        plan.check([made(act=[act])], ACTS)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"courses": ["nowhere"]}, "no course"),
        ({"act": [{"do": "reply", "text": "@missing"}]}, "neither it nor the defaults"),
        ({"act": [{"do": "withdraw", "wait": 11}]}, "before the end"),
    ],
)
def test_a_case_that_is_not_in_order_fails_loudly(words: Mapping[str, Any], said: str) -> None:
    with pytest.raises(BadPlan, match=said):
        made(**words)


def test_the_plans_as_they_stand_are_in_order() -> None:
    plans = plan.cases()
    plan.check(plans, ACTS)
    assert len(plans) == 40
    used = {act.do for one in plans for act in one.acts}
    assert set(ACTS) == used, "an act that no plan uses is dead"


def test_answers_are_those_of_the_questionnaires() -> None:
    known: dict[str, Mapping[str, Any]] = {}
    routing = set()
    for name, version in (("questionnaire", VERSION), ("notice", NOTICE)):
        asked = tomllib.loads((ROOT / "reporter" / f"{name}.toml").read_text())
        assert asked["version"] == version
        known |= {question["id"]: question for question in asked["question"]}
        routing |= {question["id"] for question in asked["question"] if question.get("routing")}
    assert routing == ROUTING
    for words in (*(one.words["report"] for one in plan.cases()), *plan.sealed()):
        report = report_of(words)
        for question, answer in {**report.routing, **report.answers}.items():
            offered = {one["id"] for one in known[question].get("answer", ())}
            assert set(answer.choices) <= offered, (question, answer.choices)
            assert not answer.text or known[question]["kind"] == "text" or "text" in known[question], question


def test_people_work_in_office_hours_on_weekdays_and_reporters_when_they_like() -> None:
    hours = {(int(moment(END, ago / 10, at_work=True)) % 86_400) // 3600 for ago in range(50, 1000)}
    assert hours <= set(range(8, 17))
    weekdays = {int(moment(END, ago / 10, at_work=True) // 86_400 + 3) % 7 for ago in range(50, 1000)}
    assert weekdays == {0, 1, 2, 3, 4}
    assert {int(moment(END, ago, at_work=False) // 86_400 + 3) % 7 for ago in range(5, 12)} == set(range(7))
    assert moment(END, 0.5, at_work=True) == END - 43_200


def test_the_clock_never_goes_back() -> None:
    clock = DemoClock(10.0)
    clock.set(5.0)
    assert clock() == 10.0
