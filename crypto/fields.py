"""Strict readers of members: the right type, the right length, nothing missing, nothing unknown. All raise BadField."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from typing import TypeVar

from crypto.compactjson import MAX_INTEGER
from crypto.errors import BadField

T = TypeVar("T")

_NAME = re.compile(r"(?=.*[a-z])[a-z0-9-]{1,32}")
_HEX = re.compile(r"(?:[0-9a-f]{2})*")


def members(value: object, *names: str) -> dict[str, object]:
    """An object with exactly these members."""
    if not isinstance(value, dict) or value.keys() != set(names):
        raise BadField(f"expected {', '.join(names)}")
    return value


def mapping(value: object) -> dict[str, object]:
    """An object whose member names are data."""
    if not isinstance(value, dict):
        raise BadField("expected an object")
    return value


def array(value: object, low: int, high: int, read: Callable[[object], T]) -> tuple[T, ...]:
    """An array of low to high items, each read by `read`."""
    if not isinstance(value, list | tuple) or not low <= len(value) <= high:
        raise BadField(f"expected {low} to {high} items")
    return tuple(read(item) for item in value)


def integer(value: object, low: int, high: int = MAX_INTEGER) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise BadField(f"expected an integer from {low} to {high}")
    return value


def day(value: object) -> int:
    """A u16: days since 1970-01-01."""
    return integer(value, 0, 0xFFFF)


def boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise BadField("expected true or false")
    return value


def text(value: object, low: int = 0, high: int = MAX_INTEGER) -> str:
    """A string of low to high bytes of UTF-8."""
    if not isinstance(value, str) or not low <= len(value.encode("utf-8", "surrogatepass")) <= high:
        raise BadField(f"expected a text of {low} to {high} bytes")
    return value


def name(value: object) -> str:
    """A name: [a-z0-9-]{1,32} with a letter (SPEC 0)."""
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise BadField("expected a name")
    return value


def hexadecimal(value: object, length: int) -> bytes:
    """Lower-case hexadecimal of `length` bytes."""
    if not isinstance(value, str) or len(value) != 2 * length or not _HEX.fullmatch(value):
        raise BadField(f"expected hexadecimal of {length} bytes")
    return bytes.fromhex(value)


def base64_bytes(value: object, length: int | None = None) -> bytes:
    """RFC 4648 base64 with padding, in its one form; of `length` bytes where one is given."""
    if not isinstance(value, str):
        raise BadField("expected base64")
    try:
        raw = base64.b64decode(value.encode("ascii"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadField("expected base64") from error
    if base64_text(raw) != value or (length is not None and len(raw) != length):
        raise BadField("expected base64 of another length or form")
    return raw


def base64_text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def padded_name(value: str) -> bytes:
    """A name followed by zeros to 32 bytes."""
    return name(value).encode("ascii").ljust(32, b"\0")


def unpadded_name(raw: bytes) -> str:
    """The inverse of padded_name, on 32 bytes."""
    return name(raw.rstrip(b"\0").decode("latin-1"))
