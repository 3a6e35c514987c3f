"""What a disclosure must say, and what stands against it. Plain functions on plain values."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass

from handler.errors import Refused
from handler.triage.grading import Grade

DISCLOSURE, DISSEMINATION = "disclosure", "dissemination"
KINDS: Mapping[str, str] = {
    DISSEMINATION: "Dissemination: intelligence to another unit or agency",
    DISCLOSURE: "Disclosure: to a court, a tribunal, counsel or an oversight body",
}
PARTS: Mapping[str, str] = {
    "decisions": "The decision log",
    "timeline": "The timeline",
    "records": "The records of handling",
    "schedule": "The disclosure schedule: a list of all records and files",
}
WANTED: Mapping[str, str] = {
    "kind": "Choose what it is",
    "recipient": "Say who gets it",
    "purpose": "Say what for",
    "basis": "Say on what legal basis",
    "text": "Write the text",
}
RUN = 8  # words in a row that count as the reporter's own
MOST = 20_000  # characters of a field
MOST_FILES = 16


class NotSaid(Refused):
    """Something is missing. Fill in what is marked."""

    def __init__(self, missing: Mapping[str, str]) -> None:
        self.fields = dict(missing)
        super().__init__(*missing.values())


class SealedInside(Refused):
    """A part of this case is sealed and waits to be dealt with. Nothing is exported until it is; see “Sealed”."""


class WordsSealed(Refused):
    """A message of this case is sealed, so its words cannot be looked for in a part. Choose the schedule alone."""

    field = "parts-0"


class RawWords(Refused):
    """This repeats the reporter’s own words, which can show who wrote them. Say it in your own, or leave it out."""

    def __init__(self, where: str) -> None:
        self.field = "parts-0" if where in PARTS.values() else "text"
        super().__init__(f"{where}: {type(self).__doc__}")


class TextOnly(Refused):
    """A dissemination is its text and its files. The decision log, the timeline and the records stay here."""

    field = "parts-0"


class NotGradedYet(Refused):
    """A dissemination carries the grade of each item. Grade everything that the reporter sent first."""


class TooMany(Refused):
    """A pack holds at most 16 files and texts of 20,000 characters. Make two packs."""


@dataclass(frozen=True)
class Request:
    """What is to go out. `files`: "<hex of a record>/<place>" each; the last three texts are 3x5x2 codes."""

    kind: str
    recipient: str
    purpose: str
    basis: str
    text: str
    handling: str = ""
    action: str = ""
    sanitisation: str = ""
    parts: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    def value(self) -> dict[str, object]:
        return {**asdict(self), "parts": list(self.parts), "files": list(self.files)}

    @classmethod
    def of(cls, value: Mapping[str, object]) -> "Request":
        texts = {name: str(value[name]) for name in cls.__dataclass_fields__ if name not in ("parts", "files")}
        lists = {name: tuple(str(one) for one in _list(value[name])) for name in ("parts", "files")}
        return cls(**texts, **lists)  # type: ignore[arg-type]

    @property
    def said(self) -> tuple[str, ...]:
        """What was typed and goes out as it is."""
        return self.recipient, self.purpose, self.basis, self.text

    @property
    def handling_code(self) -> str:
        """Such as C A1 S2, or P."""
        return " ".join(part for part in (self.handling, self.action, self.sanitisation) if part)


def check(request: Request, words: Iterable[str], sides: Collection[str], grades: Mapping[str, Grade] | None) -> None:
    """`words`: all that the reporter wrote; `grades`: by item, None where one is not graded.

    Raises NotSaid, TooMany, SealedInside, RawWords, TextOnly, NotGradedYet, BadHandling.
    """
    absent = missing(request)
    if absent:
        raise NotSaid(absent)
    if len(request.files) > MOST_FILES or any(len(getattr(request, name)) > MOST for name in WANTED):
        raise TooMany
    if not {"spillage", "privileged", "images"}.isdisjoint(sides):
        raise SealedInside
    check_words({"The text": "\n".join(request.said)}, words)
    if request.kind == DISSEMINATION:
        if request.parts:
            raise TextOnly
        if not grades:
            raise NotGradedYet
        Grade("2", "D", request.handling, request.action, request.sanitisation)


def missing(request: Request) -> dict[str, str]:
    """What is still to be filled in, by field."""
    absent = {name: text for name, text in WANTED.items() if not getattr(request, name).strip()}
    if request.kind not in KINDS:
        absent["kind"] = WANTED["kind"]
    if request.kind == DISSEMINATION and not request.handling:
        absent["handling"] = "Choose the handling code"
    return absent


def check_words(texts: Mapping[str, str], words: Iterable[str]) -> None:
    """That no text, by what it is called, is the reporter’s. Raises RawWords."""
    theirs = list(words)
    for where, text in texts.items():
        if repeats(text, theirs):
            raise RawWords(where)


def repeats(text: str, words: Iterable[str]) -> bool:
    """Whether eight words in a row are somebody's own, however they are spaced, cased or punctuated."""
    ours = _runs(text)
    return any(not ours.isdisjoint(_runs(theirs)) for theirs in words)


def _runs(text: str) -> set[tuple[str, ...]]:
    found = re.findall(r"\w+", text.casefold())
    return {tuple(found[at : at + RUN]) for at in range(len(found) - RUN + 1)}


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError("a list")
    return value
