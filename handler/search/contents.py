"""What of a record goes into the search index: the words of a person, never what a list or the program put there."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from crypto.post import Post, Report, decode_post
from handler.cases import records
from handler.cases.records import decode_object

NOTICES = "notice-"
CHOSEN = re.compile(r"[a-z0-9-]{0,64}")
"""An id of a list, a day, hex: no words."""

PERSON, SUBJECT = "person", "subject"


@dataclass(frozen=True)
class Named:
    """A person as entered: name or description, identifiers, and whether the case is about them."""

    name: str = ""
    numbers: tuple[str, ...] = ()
    subject: bool = False


@dataclass(frozen=True)
class Content:
    """Texts of one record, the people it enters, and texts of a manager's notice, in which names may stand."""

    texts: tuple[str, ...] = ()
    people: tuple[Named, ...] = field(default=())
    notices: tuple[str, ...] = ()


def of_post(post: Post) -> Content:
    """A report's written answers, or what was added to it."""
    texts = []
    report = post.report
    if report is not None:
        texts += [answer.text for answer in (*report.routing.values(), *report.answers.values()) if answer.text]
    if post.follow_up is not None:
        texts.append(post.follow_up.text)
    return Content(tuple(texts), (), tuple(texts) if _is_notice(report) else ())


def _is_notice(report: Report | None) -> bool:
    return report is not None and report.questionnaire.startswith(NOTICES)


def _written(raw: bytes) -> Content:
    return Content((raw.decode(),))


def _members(*names: str) -> Callable[[bytes], Content]:
    def read(raw: bytes) -> Content:
        kept = decode_object(raw)
        return Content(tuple(text for name in names for text in _strings(kept.get(name))))

    return read


def _strings(value: object) -> Iterator[str]:
    """Every text inside that a person may have written."""
    if isinstance(value, str):
        if CHOSEN.fullmatch(value) is None:
            yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, Iterable) and not isinstance(value, bytes):
        for inner in value:
            yield from _strings(inner)


def _person(raw: bytes) -> Content:
    kept = decode_object(raw)
    if kept["removed"]:
        return Content((str(kept["removed"]),))
    values: Mapping[str, Any] = kept["values"]
    numbers = re.split(r"[,;\n]", f"{values['staff']}\n{values['identifiers']}")
    named = Named(
        str(values["name"]),
        tuple(number.strip() for number in numbers if number.strip()),
        values["role"] == SUBJECT,
    )
    return Content((str(values["group"]), str(values["notes"])), (named,))


INDEXED: Mapping[str, Callable[[bytes], Content]] = {
    **dict.fromkeys(records.POST_KINDS, lambda raw: of_post(decode_post(raw))),
    records.REPLY: _written,
    "note": _members("values"),
    "task": _written,
    "assessment": _members("values"),
    records.STEP: _members("said", "log"),
    "alert": _members("text"),
    PERSON: _person,
}
"""By the kind of a record. What is not here is never indexed: secrets of threads, why a case was opened."""


def of_record(kind: str, raw: bytes) -> Content:
    """Of a record's bytes; empty for a kind that is not indexed."""
    read = INDEXED.get(kind)
    return read(raw) if read is not None else Content()
