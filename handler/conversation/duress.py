"""Words that the reporter agreed with us: where they stand in a message, the reporter may not be free to write.

Which words they are is a record of the case, sealed as all are. They were agreed in the first message that has them;
any other that has them, whenever it came, is such a sign. Nothing of it is in clear but a flag that says to read the
case's page before answering.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

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


def agreement(console: Session, box: CaseBox, newest: Noted | None) -> Agreement | None:
    """None where no words are agreed. `newest`: of the case's records of the name NAME."""
    if newest is None or newest.values["state"] != AGREED:
        return None
    phrases = [folded for line in newest.values["words"].splitlines() if (folded := _folded(line)).strip()]
    chosen = select(CaseRecord).where(CaseRecord.case_id == box.case_id, CaseRecord.kind.in_(records.POST_KINDS))
    found = [
        (row.position, Sign(row.id, row.day))
        for row in console.scalars(chosen.order_by(CaseRecord.position))
        if _has(decode_post(box.open(row)), phrases)
    ]
    before = bool(found) and found[0][0] < newest.position
    signs = [sign for _, sign in found]
    return Agreement(signs[0] if before else None, signs[1:] if before else signs)


def flag(console: Session, box: CaseBox, newest: Noted | None) -> None:
    """Sets or takes the flag of the case, by what its messages say. Within the caller's transaction."""
    if newest is None:
        return
    found = agreement(console, box, newest)
    case = console.get_one(Case, box.case_id)
    others = [one for one in case.flags.split() if one != FLAG]
    case.flags = " ".join([*others, FLAG] if found is not None and found.signs else others)


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
