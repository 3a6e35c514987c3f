"""What a section of the assessment asks: fields as data, and reading what a form sent into plain values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from handler.errors import Refused
from handler.vocabulary import vocabulary

Value = str | list[str]
Values = Mapping[str, Value]
Sent = Mapping[str, Sequence[str]]
"""A form as it came: every name with all its values."""

LONGEST = 10_000  # characters of one text

RADIOS, CHECKBOXES, SELECT, TEXT, DAY = "radios", "checkboxes", "select", "text", "day"


class NotComplete(Refused):
    """Something is missing in this part of the assessment. Fill it in and save again."""

    def __init__(self, problems: Sequence[tuple[str, str]], values: Values) -> None:
        self.problems = tuple(problems)  # (field, what to do)
        self.values = values
        super().__init__(*(text for _, text in problems))


@dataclass(frozen=True)
class Option:
    """One choice. `help` stands beside it."""

    id: str
    text: str
    help: str = ""


@dataclass(frozen=True)
class Field:
    """One question. `missing`: what a person reads who left it out; empty where it may be left out. `group`: the
    heading that fields in a row share."""

    name: str
    label: str
    kind: str
    options: tuple[Option, ...] = ()
    hint: str = ""
    missing: str = ""
    group: str = ""
    group_hint: str = ""
    start: Value = ""  # what stands there before anyone answered
    anew: bool = False  # that stands there each time, whatever was answered before
    rows: int = 3

    @property
    def chosen_ids(self) -> frozenset[str]:
        return frozenset(option.id for option in self.options)

    def shown(self, value: Value) -> list[str]:
        """An answer as people read it, a line for each thing chosen."""
        day = as_day(value) if self.kind == DAY else None
        if day is not None:
            return [f"{day.day} {day:%B %Y}"]
        texts = {option.id: option.text for option in self.options}
        given = [value] if isinstance(value, str) else value
        return [texts.get(one, one) for one in given if one]

    def starting(self, value: Value) -> "Field":
        return replace(self, start=value)


def options(name: str) -> tuple[Option, ...]:
    """A list of the vocabulary as choices."""
    return tuple(Option(term.id, str(term.more.get("shown", term.text)), term.help) for term in vocabulary(name))


def options_of(texts: Mapping[str, str]) -> tuple[Option, ...]:
    return tuple(Option(name, text) for name, text in texts.items())


def answers(fields: Iterable[Field], sent: Sent) -> Values:
    """What was sent, by name; anything that no field offers is left out. Raises NotComplete."""
    values: dict[str, Value] = {}
    problems: list[tuple[str, str]] = []
    for field in fields:
        value = _read(field, sent.get(field.name, ()))
        values[field.name] = value
        if field.missing and not value:
            problems.append((field.name, field.missing))
        elif isinstance(value, str) and len(value) > LONGEST:
            problems.append((field.name, f"“{field.label}” has at most {LONGEST:,} characters: shorten it"))
        elif field.kind == DAY and value and as_day(value) is None:
            problems.append((field.name, f"“{field.label}” is a day, such as 2026-11-30"))
    if problems:
        raise NotComplete(problems, values)
    return values


def _read(field: Field, sent: Sequence[str]) -> Value:
    if field.kind == CHECKBOXES:
        return [option.id for option in field.options if option.id in sent]
    first = (sent[0] if sent else "").replace("\r\n", "\n").strip()
    return first if field.kind in (TEXT, DAY) or first in field.chosen_ids else ""


def as_day(value: Value) -> date | None:
    """A day written as 2026-11-30."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def one(values: Values, name: str) -> str:
    """An answer of one value; empty where there is none."""
    value = values.get(name, "")
    return value if isinstance(value, str) else ""


def many(values: Values, name: str) -> list[str]:
    """An answer of several values."""
    value = values.get(name, [])
    return [value] if isinstance(value, str) else list(value)
