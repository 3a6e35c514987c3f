"""Text as it is compared: words, names, how names sound, identifiers. Plain functions over plain text."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import jellyfish

LONGEST = 40  # characters of a word; what is longer is cut
SHORTEST_SOUND = 2  # characters of a phonetic form that still says something

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_EMAIL = re.compile(r"[^\s@<>()\[\],;:]+@[^\s@<>()\[\],;:]+\.[^\W_]+")
_NUMBER = re.compile(r"\+?\d(?:[ .()/-]{0,2}\d){5,}")
_CAPITALISED = re.compile(r"[^\W\d_a-zà-öø-ÿ][^\W\d_]*(?:['’-][^\W\d_]+)*")
_NAME = re.compile(rf"{_CAPITALISED.pattern}(?:[ ]{_CAPITALISED.pattern}){{1,3}}")


def _listed(name: str) -> frozenset[str]:
    return frozenset((Path(__file__).parent / name).read_text(encoding="utf-8").split())


STOPWORDS = _listed("stopwords.txt")
"""Words that stand everywhere and say nothing."""

TITLES = _listed("titles.txt")
"""What may stand before a name and is no part of it."""


@lru_cache(maxsize=65_536)
def normal(word: str) -> str:
    """One word without case, accents, apostrophes and possessive; NFKD, so that look-alike forms are one."""
    plain = unicodedata.normalize("NFKD", word).casefold().replace("’", "'")
    plain = plain.removesuffix("'s").replace("'", "")
    return "".join(letter for letter in plain if not unicodedata.combining(letter))[:LONGEST]


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """A normal word without its plural: payments, payment. Light on purpose: nothing else is folded together."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def parts(text: str) -> list[str]:
    """The words of a text as they stand there, in order."""
    return _WORD.findall(text)


def words(text: str) -> set[str]:
    """The words of a text that say something, normal and stemmed."""
    found = {normal(word) for word in parts(text)}
    return {stem(word) for word in found if len(word) > 1 and word not in STOPWORDS}


def identifiers(text: str) -> set[str]:
    """Email addresses, and numbers of six digits or more however they are spaced."""
    emails = _EMAIL.findall(text) if "@" in text else ()
    found = {unicodedata.normalize("NFKC", email).casefold().rstrip(".") for email in emails}
    return found | {"".join(filter(str.isdigit, number)) for number in _NUMBER.findall(text)}


def identifier(text: str) -> str:
    """One identifier that was entered as such: without case, spaces and punctuation, but for an email's."""
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    return plain if "@" in plain else "".join(filter(str.isalnum, plain))


def sounding(text: str) -> set[str]:
    """How those words of a text sound that begin with a capital and so may be names."""
    found = {normal(part) for word in _CAPITALISED.findall(text) for part in re.split("[-]", word)}
    return {sound(word) for word in found - STOPWORDS - TITLES} - {""}


@lru_cache(maxsize=65_536)
def sound(word: str) -> str:
    """The metaphone of a normal word; "" where there is hardly any."""
    found = str(jellyfish.metaphone(word)).replace(" ", "") if word.isalpha() else ""
    return found if len(found) >= SHORTEST_SOUND else ""


def name_parts(name: str) -> list[str]:
    """The parts of a name, given name first, without titles: “Smith, Dr John” is john, smith."""
    surname, comma, given = name.partition(",")
    ordered = f"{given} {surname}" if comma else name
    found = [normal(part) for part in _WORD.findall(ordered.replace("-", " "))]
    return [part for part in found if part and part not in TITLES] or found


def full_name(name: str) -> str:
    """A name as it is compared as a whole, whatever the order of its parts; "" where there is only one part."""
    parts = sorted(set(name_parts(name)))
    return " ".join(parts) if len(parts) > 1 else ""


def sound_and_initial(name: str) -> str:
    """How the surname sounds, and the first letter of the given name; "" where one of them is missing."""
    parts = name_parts(name)
    surname = sound(parts[-1]) if len(parts) > 1 else ""
    return f"{surname} {parts[0][0]}" if surname else ""


def mentioned(text: str) -> set[str]:
    """Whole names of two to four capitalised words in a text, and the shorter ones within them."""
    return {name for name in map(full_name, _runs(_NAME.findall(text))) if name}


def _runs(found: Iterable[str]) -> Iterator[str]:
    for run in found:
        said = run.split()
        yield from (" ".join(said[begin:end]) for begin in range(len(said)) for end in range(begin + 2, len(said) + 1))
