"""What only the organisation knows (numbers, names, hours), with defaults that say whether anyone has vouched for them.

`load()` reads the defaults; `settled()` lays a site's own values over them. A text is English and is translated like
any other, unless the site gives it in that language.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

DEFAULT = Path(__file__).parent / "facts.toml"
_COUNTRY = "+44"


class BadFacts(Exception):
    """The facts are not usable; mend the one that is named and build again."""


class UnknownFact(LookupError):
    """A page asks for a fact that facts.toml does not have; add it there."""


@dataclass(frozen=True)
class Facts:
    """`texts` in English by id; `own` by language, then id; `unconfirmed`: the defaults nobody has vouched for."""

    texts: Mapping[str, str]
    unconfirmed: frozenset[str] = frozenset()
    own: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def english(self, name: str) -> str:
        """The English text. Raises UnknownFact."""
        if name not in self.texts:
            raise UnknownFact(f"{name}: {UnknownFact.__doc__}")
        return self.texts[name]

    def given(self, name: str, language: str) -> str | None:
        """What the site itself says in this language, if it does."""
        return self.own.get(language, {}).get(name)


def load(path: Path = DEFAULT) -> Facts:
    """The defaults. Raises BadFacts."""
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    for name, value in raw.items():
        if not isinstance(value, dict) or not set(value) <= {"text", "confirm"} or "text" not in value:
            raise BadFacts(f"{path.name}: {name} is not a text and perhaps confirm.")
    return Facts(
        {name: _text(name, value["text"]) for name, value in raw.items()},
        frozenset(name for name, value in raw.items() if value.get("confirm")),
    )


def settled(defaults: Facts, values: Mapping[str, object]) -> Facts:
    """The same with a site's `[facts]`: texts by id, and tables of texts by language. Raises BadFacts."""
    plain = {name: value for name, value in values.items() if not isinstance(value, dict)}
    own = {name: value for name, value in values.items() if isinstance(value, dict)}
    for name in [*plain, *(name for table in own.values() for name in table)]:
        if name not in defaults.texts:
            raise BadFacts(f"There is no fact {name}.")
    return replace(
        defaults,
        texts={**defaults.texts, **_texts(plain)},
        unconfirmed=defaults.unconfirmed - set(plain),
        own={language: _texts(table) for language, table in own.items()},
    )


def dialled(text: str) -> str:
    """What a phone dials for a number as people write it, or nothing where the text is none: `+442031172520`, `999`."""
    if not re.fullmatch(r"\+?[0-9][0-9 ]+", text):
        return ""
    digits = text.replace(" ", "")
    return _COUNTRY + digits[1:] if digits.startswith("0") else digits


def _texts(values: Mapping[str, object]) -> dict[str, str]:
    return {name: _text(name, value) for name, value in values.items()}


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise BadFacts(f"{name} is a text in quotation marks.")
    return value
