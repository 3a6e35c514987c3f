"""What a reply must not do: set the reporter a task (RIPA 2000, the CHIS code) or feel for who they are.

A warning never stops a reply by itself: the writer must say that they saw it, and that is recorded. Words are
looked for as a person reads them, whole and in any case; a hit may be harmless, and a harmful sentence may have none.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path


class Kind(Enum):
    """Why a passage is pointed to, as the writer reads it."""

    TASKING = (
        "This may ask the reporter to find something out, watch or record someone. Ask only for what they know "
        "already: a person who gathers information for us may be a covert source, and that needs an authority."
    )
    IDENTITY = (
        "This may feel for who the reporter is. Nobody may try to find that out. Leave it out unless they named "
        "themselves."
    )


@dataclass(frozen=True)
class Passage:
    """One passage and why it is pointed to. `start` and `end` count characters."""

    kind: Kind
    text: str
    start: int
    end: int


PASSAGES = Path(__file__).with_name("passages.toml")


@cache
def _patterns() -> tuple[tuple[Kind, re.Pattern[str]], ...]:
    phrases = tomllib.loads(PASSAGES.read_text(encoding="utf-8"))
    return tuple(
        (kind, re.compile(rf"\b(?:{'|'.join(phrases[kind.name.lower()])})(?!\w)", re.IGNORECASE)) for kind in Kind
    )


def warnings(text: str) -> Sequence[Passage]:
    """The passages to look at again, in the order of the text."""
    plain = re.sub(r"\s", " ", text)
    found = [
        Passage(kind, text[match.start() : match.end()], match.start(), match.end())
        for kind, pattern in _patterns()
        for match in pattern.finditer(plain)
    ]
    return sorted(found, key=lambda one: (one.start, one.kind.name))
