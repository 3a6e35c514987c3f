"""The one JSON encoding: what ECMAScript's JSON.stringify(JSON.parse(x)) gives back unchanged (SPEC 0)."""

from __future__ import annotations

import json
import re
from typing import NoReturn

from crypto.errors import BadJson

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 16

_DIGITS = re.compile(r"[0-9]+")  # such a member name would move to the front in ECMAScript
_INTEGER_TEXT = 17  # "-9007199254740991"


def encode(value: object) -> bytes:
    """UTF-8 bytes of dicts, lists, tuples, strings, booleans, None and integers. Raises BadJson for anything else."""
    _check(value, 0)
    try:  # spec: 0
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")
    except (TypeError, ValueError) as error:  # UnicodeEncodeError, an unpaired surrogate, is a ValueError
        raise BadJson(str(type(error).__name__)) from error


def decode(raw: bytes) -> object:
    """The value of compact JSON. Raises BadJson for every byte string that `encode` would not give back."""
    try:  # spec: 0
        value: object = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_members,
            parse_int=_integer,
            parse_float=_refuse,
            parse_constant=_refuse,
        )
    except (ValueError, RecursionError) as error:
        raise BadJson("not JSON") from error
    if encode(value) != raw:
        raise BadJson("not compact")
    return value


def _check(value: object, depth: int) -> None:
    if isinstance(value, dict | list | tuple):
        if depth == MAX_DEPTH:
            raise BadJson("too deep")
        if isinstance(value, dict):
            for name in value:
                if not isinstance(name, str) or _DIGITS.fullmatch(name):
                    raise BadJson("member name")
            value = value.values()
        for item in value:
            _check(item, depth + 1)
    elif isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise BadJson("integer")
    elif not (value is None or isinstance(value, str)):
        raise BadJson(type(value).__name__)


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise BadJson("duplicate member")
    return members


def _integer(text: str) -> int:
    if len(text) > _INTEGER_TEXT:
        raise BadJson("integer")
    return int(text)


def _refuse(text: str) -> NoReturn:
    raise BadJson(text)
