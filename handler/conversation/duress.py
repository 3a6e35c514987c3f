"""Words that the reporter agreed with us: where they stand in a message, the reporter may not be free to write.

Which words they are is a record of the case, sealed as all are. They were agreed in the first message that has them, if
it came before the first record of the agreement; any other that has them, whenever it came, is such a sign. A record
that mends or adds words takes nothing back: only one that ends the agreement does. Nothing of it is in clear but a flag
that says to read the case's page before answering.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Protocol, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.post import Post, decode_post
from handler.cases import records
from handler.cases.records import CaseBox
from handler.cases.tables import Case, CaseRecord

NAME, FLAG = "agreed-words", "answer-with-care"
"""Of the record and of the flag, which stand in clear: neither says what the words are for."""
AGREED = "agreed"
WORD = re.compile(r"\w+")


class Noted(Protocol):
    """A record of the case's handling: where it stands in the case, and its fields."""

    @property
    def position(self) -> int: ...

    @property
    def values(self) -> Mapping[str, str]: ...


N = TypeVar("N", bound=Noted)


@dataclass(frozen=True)
class Sign:
    """A message that has the agreed words. `record_id`: its record's; `day`: when it came."""

    record_id: bytes
    day: int


@dataclass(frozen=True)
class Agreement:
    """What is agreed: `agreed_in` is the message in which the words were first written, none where they were agreed in
    another way; `signs` are all others that have them, in order."""

    agreed_in: Sign | None
    signs: Sequence[Sign]


def in_force(noted: Sequence[N]) -> list[N]:
    """Of a case's records of the name NAME, the newest first, those of the agreement that stands."""
    return list(takewhile(lambda one: one.values["state"] == AGREED, noted))


def agreement(console: Session, box: CaseBox, noted: Sequence[Noted]) -> Agreement | None:
    """None where no words are agreed. `noted`: as `in_force` takes them."""
    stands = in_force(noted)
    if not stands:
        return None
    lines = [line for one in stands for line in one.values["words"].splitlines()]
    phrases = [folded for line in lines if (folded := _folded(line)).strip()]
    chosen = select(CaseRecord).where(CaseRecord.case_id == box.case_id, CaseRecord.kind.in_(records.POST_KINDS))
    found = [
        (row.position, Sign(row.id, row.day))
        for row in console.scalars(chosen.order_by(CaseRecord.position))
        if _has(decode_post(box.open(row)), phrases)
    ]
    before = bool(found) and found[0][0] < stands[-1].position
    signs = [sign for _, sign in found]
    return Agreement(signs[0] if before else None, signs[1:] if before else signs)


def flag(console: Session, box: CaseBox, noted: Sequence[Noted]) -> None:
    """Sets the flag of the case where a message is a sign; the end of the agreement takes it. Within the caller's
    transaction, which has the case's row locked. `noted`: as `in_force` takes them."""
    if not noted:
        return
    found, case = agreement(console, box, noted), console.get_one(Case, box.case_id)
    if found is None or found.signs:
        others = [one for one in case.flags.split() if one != FLAG]
        case.flags = " ".join(others if found is None else [*others, FLAG])


def _has(post: Post, phrases: Sequence[str]) -> bool:
    return any(phrase in text for text in map(_folded, _texts(post)) for phrase in phrases)


def _texts(post: Post) -> Iterator[str]:
    if post.report is not None:
        yield from (answer.text for answer in (*post.report.routing.values(), *post.report.answers.values()))
    if post.follow_up is not None:
        yield post.follow_up.text


def _folded(text: str) -> str:
    """Words alone, each between spaces: case, signs and line breaks aside, as they are typed on a phone."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "").replace("'", "")
    return f" {' '.join(WORD.findall(plain))} "
