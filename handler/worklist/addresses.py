"""Addresses of the list: filters and cursor, as a page was reached and as a form leads back to it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from flask import url_for

from handler.worklist.filters import Filters, read
from handler.worklist.ranked import Cursor


@dataclass(frozen=True)
class Place:
    """One page of the list. `after`, `before`: the cursor as an address holds it."""

    filters: Filters = field(default_factory=Filters)
    after: str = ""
    before: str = ""

    @classmethod
    def of(cls, pairs: Sequence[tuple[str, str]]) -> "Place":
        """What is no filter and no cursor is left out."""
        given = dict(pairs)
        after, before = (text if _is_key(text) else "" for text in (given.get("after", ""), given.get("before", "")))
        return cls(read(pairs), after, "" if after else before)

    @classmethod
    def parse(cls, query: str) -> "Place":
        """As a form brings it back."""
        return cls.of(parse_qsl(query))

    @property
    def cursor(self) -> Cursor:
        return Cursor.read(self.after, self.before)

    @property
    def query(self) -> str:
        moved = [(name, text) for name, text in (("after", self.after), ("before", self.before)) if text]
        return urlencode([*self.filters.pairs(), *moved])


def address(place: Place, **more: str) -> str:
    """The list at that place."""
    query = "&".join(part for part in (place.query, urlencode(more)) if part)
    return url_for("cases.listing") + (f"?{query}" if query else "")


def _is_key(text: str) -> bool:
    return Cursor.read(text, "").after is not None
