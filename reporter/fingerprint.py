"""The root fingerprint in words, on posters and pages: by it people tell the site from another (SPEC 1)."""

from collections.abc import Mapping

from crypto import fields
from crypto.pins import Pins


def words(pins: Mapping[str, object]) -> str:
    """Twelve words from the pins' roots; nothing where they name none. Raises BadField for roots that are no keys."""
    if "roots" not in pins:
        return ""
    current, spare = fields.array(pins["roots"], 2, 2, lambda root: fields.hexadecimal(root, 32))
    return " ".join(Pins(bytes(16), (current, spare), 1, {}).fingerprint)


def same(one: str, other: str) -> bool:
    """Whether these are the same words, however they were typed."""
    return bool(one) and one.lower().split() == other.lower().split()
