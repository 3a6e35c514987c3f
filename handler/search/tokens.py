"""Words become keyed values of eight bytes: equal words of one console are equal values, and nobody without the key
can tell which word a value is, or try words on it."""

import hashlib
from collections.abc import Iterable
from enum import Enum
from typing import NewType

from crypto.secret import Secret

Token = NewType("Token", int)
"""A value of eight bytes, as the signed integer that databases keep leanest."""

LENGTH = 8


class SearchKey(Secret):
    """The key of a console's search index, 32 bytes."""

    LENGTH = 32


class Kind(Enum):
    """What a value was made of: the same text of two kinds makes two values. At most 16 ASCII characters."""

    WORD = "word"
    NAME = "name"  # a part of a name that was entered as one
    SOUND = "sound"  # how a part of a name sounds
    NUMBER = "number"  # an identifier: staff number, telephone, email
    SUBJECT_NAME = "subject name"  # a subject's whole name
    SUBJECT_SOUND = "subject sound"  # how a subject's surname sounds, and an initial
    SUBJECT_NUMBER = "subject number"  # a subject's identifier
    MENTIONED = "mentioned"  # a whole name that a manager's notice mentions


def token(key: SearchKey, kind: Kind, text: str) -> Token:
    """BLAKE2b-64 keyed by the search key and personalised by the kind (RFC 7693)."""
    return _value(key.expose(), kind.value.encode("ascii"), text)


def tokens(key: SearchKey, kind: Kind, texts: Iterable[str]) -> set[Token]:
    """Of several texts of one kind; the empty text has none."""
    raw, person = key.expose(), kind.value.encode("ascii")
    return {_value(raw, person, text) for text in texts if text}


def _value(key: bytes, person: bytes, text: str) -> Token:
    digest = hashlib.blake2b(text.encode(), digest_size=LENGTH, key=key, person=person).digest()
    return Token(int.from_bytes(digest, "big", signed=True))


def pack(found: Iterable[Token]) -> bytes:
    """Eight bytes each, in the order of their values, so that the order says nothing of the text's."""
    return b"".join(value.to_bytes(LENGTH, "big", signed=True) for value in sorted(found))


def unpack(raw: bytes) -> set[Token]:
    """What was packed."""
    return {Token(int.from_bytes(raw[at : at + LENGTH], "big", signed=True)) for at in range(0, len(raw), LENGTH)}
