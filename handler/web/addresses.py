"""Ids as they stand in the addresses of pages, and which addresses are this console's own."""

from urllib.parse import urlsplit

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


def local_page(wanted: str) -> str:
    """An address if it is one of this console's own pages, else nothing: nobody is led elsewhere."""
    parts = urlsplit(wanted)
    local = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return wanted if local and "\\" not in wanted else ""
