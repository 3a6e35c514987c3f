"""Reads the plans: what arrives when, and who does what with it. A plan that is not in order fails before it is begun.

A case goes through courses, whose acts are the same for many cases; where an act's words begin with @, they are the
case's own of that name, or else the default. `wait` counts days from the act before, `ago` days before the end.
`courses` come before the case's own acts, `lately` after them. A case with a `channel` was entered by hand.
"""

import inspect
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

PLANS = Path(__file__).parent / "plans"
START = 100  # days before the end: nothing is older
WHEN = ("courses", "lately")
Words = Mapping[str, Any]


class BadPlan(ValueError):
    """What is wrong, and in which case."""


@dataclass(frozen=True)
class Planned:
    """One act. `ago`: days before the end, `by`: a part of the cast, `given`: what the act is told."""

    ago: float
    case: str
    do: str
    by: str
    given: Words


@dataclass(frozen=True)
class CasePlan:
    """One case. `words`: all that the file says of it."""

    name: str
    words: Words
    acts: Sequence[Planned]


@cache
def courses() -> Words:
    """Courses by name, and the default words."""
    return tomllib.loads((PLANS / "courses.toml").read_text(encoding="utf-8"))


@cache
def team() -> Sequence[Words]:
    """The colleagues that the demonstration invents: name, part and roles."""
    return tuple(tomllib.loads((PLANS / "team.toml").read_text(encoding="utf-8"))["colleague"])


def cases() -> list[CasePlan]:
    """Every case of the plans. Raises BadPlan."""
    found = [plan for path in sorted(PLANS.glob("cases-*.toml")) for plan in _file(path)]
    if len({plan.name for plan in found}) != len(found):
        raise BadPlan("a case is there twice")
    return found


def sealed() -> Sequence[Words]:
    """Reports that stay in the sealed inbox."""
    return tuple(tomllib.loads((PLANS / "sealed.toml").read_text(encoding="utf-8"))["report"])


def check(plans: Sequence[CasePlan], known: Mapping[str, Callable[..., None]]) -> None:
    """Whether every act is one that is known, with all that it needs. Raises BadPlan."""
    for plan in plans:
        for act in plan.acts:
            if act.do not in known:
                raise BadPlan(f"{plan.name}: nobody knows the act “{act.do}”")
            try:
                inspect.signature(known[act.do]).bind(None, act, **act.given)
            except TypeError as error:
                raise BadPlan(f"{plan.name}: {act.do}: {error}") from error


def _file(path: Path) -> Iterator[CasePlan]:
    for words in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
        yield CasePlan(words["name"], words, tuple(_acts(words)))


def _acts(words: Words) -> Iterator[Planned]:
    ago = float(words["ago"])
    if "channel" in words:
        yield Planned(ago, words["name"], "enter", "handler", {"channel": words["channel"]})
    else:
        yield Planned(ago, words["name"], "arrive", "reporter", {})
    before, after = ([step for name in words.get(key, ()) for step in _course(words["name"], name)] for key in WHEN)
    for step in (*before, *words.get("act", ()), *after):
        told = dict(step)
        wait, absolute = told.pop("wait", 0.0), told.pop("ago", None)
        then = ago - float(wait) * float(words.get("pace", 1)) if absolute is None else float(absolute)
        if then < 0 or then > ago:
            raise BadPlan(f"{words['name']}: {told['do']} would be {then:.1f} days before the end, after {ago:.1f}")
        ago = then
        do, by = told.pop("do"), told.pop("by", "handler")
        yield Planned(ago, words["name"], do, by, {name: own(words, value) for name, value in told.items()})


def _course(case: str, name: str) -> Sequence[Words]:
    found = courses()["course"].get(name)
    if found is None:
        raise BadPlan(f"{case}: there is no course “{name}”")
    return list(found)


def own(words: Words, value: Any) -> Any:
    """A value with the case's own words, or the defaults, in place of @names. Raises BadPlan."""
    if isinstance(value, dict):
        return {name: own(words, one) for name, one in value.items()}
    if not isinstance(value, str) or not value.startswith("@"):
        return value
    name = value[1:]
    if name not in words and name not in courses()["default"]:
        raise BadPlan(f"{words['name']}: neither it nor the defaults say “{name}”")
    return own(words, words.get(name, courses()["default"].get(name)))
