"""How hard a text is to read, and what a page says as a person reads it: a heading or a list item ends a sentence."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import textstat
from textstat.backend.selections import list_words
from textstat.backend.utils import get_cmudict

AGE = 12  # years
FEW_WORDS = 40  # of fewer no formula says anything; such texts are read together
_BLOCKS = frozenset(
    [
        "p",
        "li",
        "h1",
        "h2",
        "h3",
        "dt",
        "dd",
        "label",
        "legend",
        "button",
        "div",
        "section",
        "article",
        "summary",
        "br",
        "ul",
    ]
)
_VOID = frozenset(["br", "input", "img", "link", "meta", "hr"])
_UNREAD = frozenset(["script", "style", "template"])


def reading_age(text: str) -> float:
    """Years: the American school grade by Flesch and Kincaid, and the five years before school begins."""
    spoken = get_cmudict("en_US")
    assert spoken is not None
    for word in list_words(text, lowercase=True):
        spoken.setdefault(word, [])  # counted by its hyphens; textstat stumbles over a word that is not there
    return float(textstat.flesch_kincaid_grade(text)) + 5


def words(text: str) -> int:
    return len(text.split())


def sentences(parts: list[str]) -> str:
    """The parts as one text, each ended where it does not end itself. One or two words are no sentence: a button."""
    clean = [re.sub(r"\s+", " ", part).strip() for part in parts]
    return " ".join(part if part[-1] in ".?!" else f"{part}." for part in clean if len(part.split()) > 2)


@dataclass
class _Section(HTMLParser):
    """Collects what stands in each section with data-page, block by block."""

    pages: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()
        self._page = ""
        self._open: list[tuple[str, bool]] = []  # element, and whether a page began with it
        self._unread = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        name = dict(attributes).get("data-page")
        if tag in _BLOCKS and self._page:
            self.pages[self._page].append("")
        if tag in _VOID:
            return
        self._unread += tag in _UNREAD
        self._open.append((tag, bool(name)))
        if name:
            self._page = name
            self.pages[name] = [""]

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            last, began = self._open.pop()
            self._unread -= last in _UNREAD
            if began:
                self._page = ""
            if last == tag:
                break
        if tag in _BLOCKS and self._page:
            self.pages[self._page].append("")

    def handle_data(self, data: str) -> None:
        if self._page and not self._unread:
            self.pages[self._page][-1] += data


def pages(html: str) -> dict[str, str]:
    """The text of each page of a built document, by its name."""
    section = _Section()
    section.feed(html)
    return {name: sentences(parts) for name, parts in section.pages.items()}
