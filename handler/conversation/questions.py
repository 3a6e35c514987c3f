"""Ready words for a reply: short texts, and a bank of questions for each category."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from handler.vocabulary.load import vocabulary

FILE = Path(__file__).with_name("questions.toml")
TEXTS = "Ready texts"


@dataclass(frozen=True)
class Ready:
    """Words to put into a reply. `id`: "text-0" or a name such as "crisis", or a category and a number: "drugs-1"."""

    id: str
    title: str
    words: str


@dataclass(frozen=True)
class Group:
    """Ready words under one heading of the list."""

    title: str
    entries: tuple[Ready, ...]


@cache
def _all() -> tuple[tuple[str, Group], ...]:
    raw = tomllib.loads(FILE.read_text(encoding="utf-8"))
    texts = tuple(
        Ready(text.get("id", f"text-{n}"), text["title"], text["words"].strip()) for n, text in enumerate(raw["text"])
    )
    return (("", Group(TEXTS, texts)), *_categories(raw["category"]))


def _categories(raw: dict[str, list[str]]) -> Iterator[tuple[str, Group]]:
    for term in vocabulary("categories"):
        entries = tuple(Ready(f"{term.id}-{n}", words, words) for n, words in enumerate(raw[term.id]))
        yield term.id, Group(f"Questions: {term.text}", entries)


def groups(category: str = "") -> Sequence[Group]:
    """Ready texts, then the questions of the case's category, then those of the others."""
    texts, *others = _all()
    return [texts[1], *(group for _, group in sorted(others, key=lambda one: one[0] != category))]


def words(ready_id: str) -> str:
    """The words of an entry; "" where there is none of that id."""
    return next((one.words for _, group in _all() for one in group.entries if one.id == ready_id), "")
