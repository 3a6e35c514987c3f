"""What a reply must not do: set the reporter a task (RIPA 2000, the CHIS code) or feel for who they are.

A warning never stops a reply by itself: the writer must say that they saw it, and that is recorded. Words are
looked for as a person reads them, whole and in any case; a hit may be harmless, and a harmful sentence may have none.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
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


_BEFORE = 80  # characters that what rules a passage out may take


@dataclass(frozen=True)
class _Patterns:
    """Of one kind: its passages, and what rules one out by standing right before it."""

    passages: re.Pattern[str]
    after: re.Pattern[str]

    def found(self, text: str) -> Iterator[re.Match[str]]:
        for match in self.passages.finditer(text):
            if self.after.search(text[max(0, match.start() - _BEFORE) : match.start()]) is None:
                yield match


@cache
def _patterns() -> Mapping[Kind, _Patterns]:
    kept = tomllib.loads(PASSAGES.read_text(encoding="utf-8"))
    return {
        kind: _Patterns(
            re.compile(rf"\b(?:{'|'.join(kept[kind.name.lower()]['passages'])})(?!\w)", re.IGNORECASE),
            re.compile(rf"(?:{kept[kind.name.lower()]['after']})$", re.IGNORECASE),
        )
        for kind in Kind
    }


def warnings(text: str) -> Sequence[Passage]:
    """The passages to look at again, in the order of the text."""
    plain = re.sub(r"\s", " ", text)
    found = [
        Passage(kind, text[match.start() : match.end()], match.start(), match.end())
        for kind, patterns in _patterns().items()
        for match in patterns.found(plain)
    ]
    return sorted(found, key=lambda one: (one.start, one.kind.name))
