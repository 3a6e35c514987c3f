"""`deadlines.toml` in the console's folder: periods of this unit in the place of those that the program comes with."""

import tomllib
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from handler.errors import Refused
from handler.lifecycle.clocks import Deadlines
from handler.lifecycle.workdays import Calendar

NAME = "deadlines.toml"
MOST = 10_000


class BadDeadlines(Refused):
    """deadlines.toml is not in order. Each line is a name that the README lists, and a whole number from 1, or a list
    of such numbers where the README has a list."""


def deadlines(path: Path, calendar: Calendar) -> Deadlines:
    """Those of the file, where there is one, over the defaults. Raises BadDeadlines."""
    if not path.is_file():
        return Deadlines(calendar=calendar)
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadDeadlines(str(error)) from error
    known = {one.name: one.default for one in fields(Deadlines) if one.name != "calendar"}
    for name, value in given.items():
        if name not in known or not _fits(value, known[name]):
            raise BadDeadlines(name)
    changed: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in given.items()
    }
    return replace(Deadlines(calendar=calendar), **changed)


def _fits(value: Any, usual: Any) -> bool:
    """A number in the place of a number, a list that rises in the place of a list."""
    if isinstance(usual, tuple):
        numbers = isinstance(value, list) and all(_fits(one, 1) for one in value)
        return numbers and 0 < len(value) == len(set(value)) and value == sorted(value)
    return type(value) is int and 1 <= value <= MOST
