"""Reads a list of the console from its file. A list that is not in order is a fault of the release: it fails loudly."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from handler.errors import Refused

FOLDER = Path(__file__).parent


class UnknownTerm(Refused):
    """That is not in the list. Choose one of those shown."""


@dataclass(frozen=True)
class Term:
    """One entry of a list. `more`: what only some lists say of their entries, by name."""

    id: str
    text: str
    help: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Vocabulary:
    """A list in its order. `source` says where its words come from."""

    name: str
    title: str
    source: str
    terms: tuple[Term, ...]

    def __iter__(self) -> Iterator[Term]:
        return iter(self.terms)

    def __contains__(self, term_id: object) -> bool:
        return any(term.id == term_id for term in self.terms)

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(term.id for term in self.terms)

    def get(self, term_id: str) -> Term:
        """Raises UnknownTerm."""
        for term in self.terms:
            if term.id == term_id:
                return term
        raise UnknownTerm(f"{self.title}: {term_id}")

    def text(self, term_id: str) -> str:
        """What people read; an id that the list no longer has is shown as it is."""
        return next((term.text for term in self.terms if term.id == term_id), term_id)


@cache
def vocabulary(name: str) -> Vocabulary:
    """The list of the file NAME.toml. Raises ValueError when the file is not in order."""
    raw = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    terms = tuple(_term(name, dict(entry)) for entry in raw["term"])
    ids = [term.id for term in terms]
    if len(set(ids)) != len(ids):
        raise ValueError(f"{name}.toml has an id twice")
    return Vocabulary(name, raw["title"], raw["source"], terms)


def named(name: str, term_id: str) -> Term:
    """One entry of a list. Raises UnknownTerm."""
    return vocabulary(name).get(term_id)


def names() -> list[str]:
    """All lists."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def _term(name: str, entry: dict[str, Any]) -> Term:
    try:
        term_id, text = entry.pop("id"), entry.pop("text")
        told = entry.pop("help", "")
    except KeyError as missing:
        raise ValueError(f"{name}.toml: an entry has no {missing}") from None
    if not (isinstance(term_id, str) and isinstance(text, str) and isinstance(told, str) and term_id and text):
        raise ValueError(f"{name}.toml: id, text and help are texts")
    return Term(term_id, text, told, entry)
