"""Ids as they stand in the addresses of pages."""

from flask import abort


def identity(text: str, length: int) -> bytes:
    """The id of `length` bytes that an address names in hex; anything else is a page that there is not (404)."""
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) != length:
        abort(404)
    return found
