"""What is recorded of a case's handling beside its assessment: notes.toml says which fields each record has.

Interim measures have the same fields whatever the grade of the person: that is how unlike treatment shows.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from handler.errors import Refused
from handler.identity.roles import HANDLER, SENIOR_DECIDER, SUPERVISOR
from handler.lifecycle.outcomes import (
    NotADay,
    NotSaidWhy,
    RestsOnNothing,
    Words,
    day_in_words,
    day_to_come,
    nothing_said,
)
from handler.vocabulary.load import named, vocabulary

Values = Mapping[str, str]
TEXT, LINE, DAY, CHOICE = "text", "line", "day", "choice"
SUBJECT = "subject"
"""Of a field that chooses one of the case's subjects; kept as the id of their entry, and their title below it."""

KEPT = "kept"
"""Of a field that nobody fills in: the console itself writes it into the record."""

MOST = 20_000  # characters of one field
FORMS = Path(__file__).with_name("notes.toml")


class NotFilledIn(Refused):
    """Something is missing. Fill in what is marked."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = dict(fields)
        super().__init__(*fields.values())


class FieldTooLong(Refused):
    """That is too long to keep in one record. Shorten it to 20,000 characters a field."""


class NoReviewDay(Refused):
    """A measure has a day on which it is looked at again. Give one that is still to come."""


class WrongDecider(Refused):
    """Only the head of IPS decides on a suspension. Record who decided it, or choose another measure."""


class NobodyEntered(Refused):
    """Enter on the case’s page “People” whom it is about first, even if it is only one of a group."""


class NoLesson(Refused):
    """With a lesson, say what it is, who sees to it by when, and if it is published; without one, why there is none."""


@dataclass(frozen=True)
class Field:
    """One field of a form. `options`: of a choice, id to text; `needed`: an empty one is refused; `masked`: kept apart
    and shown only on asking (`requests`), so that no list, pack or search has it."""

    name: str
    label: str
    kind: str = TEXT
    hint: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    needed: bool = True
    masked: bool = False

    @property
    def lines(self) -> list[tuple[str, str, str]]:
        """Of a choice: id, text and no help."""
        return [(key, text, "") for key, text in self.options.items()]

    def worded(self, value: str) -> str:
        if self.kind == DAY:
            return day_in_words(value)
        if self.kind == SUBJECT:
            return Words.decode(value).text or value  # an older record has only a text
        return self.options.get(value, value)


@dataclass(frozen=True)
class Spec:
    """One kind of record. `roles`: who may make it; `rule`: what its fields must fit together."""

    name: str
    title: str
    fields: tuple[Field, ...]
    hint: str = ""
    roles: tuple[str, ...] = (HANDLER, SUPERVISOR, SENIOR_DECIDER)
    rule: Callable[[Values, date], None] | None = None

    @property
    def of_subject(self) -> bool:
        return any(one.kind == SUBJECT for one in self.fields)


def _measure(values: Values, today: date) -> None:
    try:
        day_to_come(values["review"], today)
    except NotADay:
        raise NoReviewDay from None
    if named("measures", values["measure"]).more.get("decider", values["decider"]) != values["decider"]:
        raise WrongDecider


def _oversight(values: Values, today: date) -> None:
    day_to_come(values["review"], today)


def _decision(values: Values, today: date) -> None:
    if values["consistent"] != "none" and not values["consistent-why"]:
        raise NotSaidWhy
    if nothing_said(values["rests-on"]) or all(nothing_said(values[name]) for name in vocabulary("ndm").ids):
        raise RestsOnNothing


def _look_again(values: Values, today: date) -> None:
    if values["next"]:
        day_to_come(values["next"], today)


def about(spec: Spec, subjects: Mapping[str, str]) -> Spec:
    """With the subjects of a case (id to title) to choose from, where it is about one. Raises NobodyEntered."""
    if not spec.of_subject:
        return spec
    if not subjects:
        raise NobodyEntered
    chosen = (replace(one, kind=CHOICE, options=subjects) if one.kind == SUBJECT else one for one in spec.fields)
    return replace(spec, fields=tuple(chosen))


def _learning(values: Values, today: date) -> None:
    wanted = ("lesson", "owner", "due", "published") if values["any"] == "yes" else ("why-none",)
    if any(not values[name] for name in wanted):
        raise NoLesson
    if values["any"] == "yes":
        day_to_come(values["due"], today)


def _request(values: Values, today: date) -> None:
    if values["related"] == "yes" and not values["relation"]:
        raise NotFilledIn({"relation": "What the relationship is"})


def _care(values: Values, today: date) -> None:
    if values["agreed"] == "yes":
        day_to_come(values["day"], today)


def _access_request(values: Values, today: date) -> None:
    if not values["given"]:
        day_to_come(values["due"], today)


def _agreed(values: Values, today: date) -> None:
    if values["state"] == "agreed" and not any(letter.isalnum() for letter in values["words"]):
        raise NotFilledIn({"words": "The words"})


RULES: Mapping[str, Callable[[Values, date], None]] = {
    "measures": _measure,
    "oversight": _oversight,
    "learning": _learning,
    "agreed-words": _agreed,
    "request": _request,
    "care": _care,
    "access-request": _access_request,
    "decision": _decision,
    "look-again": _look_again,
}


def _spec(form: dict[str, Any]) -> Spec:
    fields = tuple(one for told in form.pop("fields") for one in _fields(**told))
    if "roles" in form:
        form["roles"] = tuple(form["roles"])
    return Spec(fields=fields, rule=RULES.get(form["name"]), **form)


def _fields(*, each: str = "", **told: Any) -> list[Field]:
    """One field, or one for each term of a vocabulary."""
    if each:
        return [Field(term.id, term.text, hint=term.help) for term in vocabulary(each)]
    return [_field(**told)]


def _field(*, kind: str = TEXT, options: str | Mapping[str, str] = "", **told: Any) -> Field:
    if isinstance(options, str) and options:
        options = {term.id: term.text for term in vocabulary(options)}
    return Field(kind=CHOICE, options=options, **told) if options else Field(kind=kind, **told)


SPECS: Mapping[str, Spec] = {
    spec.name: spec for spec in map(_spec, tomllib.loads(FORMS.read_text(encoding="utf-8"))["form"])
}
"""By name; where NEEDS has the name too, the record counts for the step that asks for it."""


def check(spec: Spec, given: Values, today: date) -> dict[str, str]:
    """What is kept of a form. Raises NotFilledIn, FieldTooLong, NoReviewDay, WrongDecider, NoLesson, NotADay."""
    values = {one.name: given.get(one.name, "").strip() for one in spec.fields}
    if any(len(value) > MOST for value in values.values()):
        raise FieldTooLong
    if spec.rule is _measure and not values["review"]:
        raise NoReviewDay
    missing = {one.name: one.label for one in spec.fields if not _fits(one, values[one.name])}
    if missing:
        raise NotFilledIn(missing)
    if spec.rule is not None:
        spec.rule(values, today)
    return values


def _fits(one: Field, value: str) -> bool:
    if not value:
        return not one.needed
    return not one.options or value in one.options
