"""Sixteen bytes as twelve words of the BIP39 English list, and back (SPEC 3)."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from mnemonic import Mnemonic

from crypto.errors import BadChecksum, BadWordCount, UnknownWord
from crypto.suite import h

WORDS = 12
_PREFIX = 4  # letters that make a word of the list unique


@cache
def wordlist() -> tuple[str, ...]:
    """The 2,048 words in order."""
    return tuple(Mnemonic("english").wordlist)


def to_words(raw: bytes) -> list[str]:
    """12 words: 128 bits and the first 4 bits of H, 11 bits a word."""
    number = int.from_bytes(raw, "big") << 4 | h(raw)[0] >> 4  # spec: 3
    return [wordlist()[number >> 11 * place & 2047] for place in reversed(range(WORDS))]


def from_words(text: str) -> bytes:
    """16 bytes from what a person typed. Raises BadWordCount, UnknownWord, BadChecksum."""
    typed = split_words(text)
    if len(typed) != WORDS:
        raise BadWordCount(f"{len(typed)}")
    number = 0
    for position, word in enumerate(typed):
        number = number << 11 | _index(word, position)
    raw = (number >> 4).to_bytes(16, "big")
    if h(raw)[0] >> 4 != number & 15:
        raise BadChecksum
    return raw


def split_words(text: str) -> list[str]:
    """The words of a text: NFKD, lower case, combining marks removed, split at anything but a to z."""
    plain = unicodedata.normalize("NFKD", text).lower()  # spec: 3
    bare = "".join(letter for letter in plain if not unicodedata.category(letter).startswith("M"))
    return re.findall("[a-z]+", bare)


def likely_words(text: str) -> list[tuple[int, str]]:
    """For twelve known words whose checksum fails: (position, word) that mends it and is spelt alike, best first."""
    typed = [wordlist()[_index(word, position)] for position, word in enumerate(split_words(text))]
    found = []
    for position, word in enumerate(typed):
        for other in wordlist():
            distance = _distance(word, other)
            if 0 < distance <= 2 and _checks([*typed[:position], other, *typed[position + 1 :]]):
                found.append((distance, position, other))
    return [(position, other) for _, position, other in sorted(found)]


def _index(word: str, position: int) -> int:
    if word in _positions():
        return _positions()[word]
    if len(word) >= _PREFIX:
        for index, candidate in enumerate(wordlist()):
            if candidate.startswith(word):
                return index
    raise UnknownWord(position)


def _checks(words: list[str]) -> bool:
    try:
        from_words(" ".join(words))
    except BadChecksum:
        return False
    return True


def _distance(a: str, b: str) -> int:
    """Edits between two words, with two letters in each other's place as one; 3 stands for more."""
    if abs(len(a) - len(b)) > 2:
        return 3
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a):
        earlier, before, row = before, row, [i + 1]
        for j, other in enumerate(b):
            cost = min(before[j] + (letter != other), before[j + 1] + 1, row[j] + 1)
            if i and j and letter == b[j - 1] and a[i - 1] == other:
                cost = min(cost, earlier[j - 1] + 1)
            row.append(cost)
    return min(row[-1], 3)


@cache
def _positions() -> dict[str, int]:
    return {word: index for index, word in enumerate(wordlist())}
