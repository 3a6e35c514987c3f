"""A passage of a found case, for the page of results: opened in memory, of the record that fits the search best."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from handler.cases.desk import Desk
from handler.cases.records import CaseBox
from handler.cases.tables import Case, CaseRecord
from handler.errors import NotAllowed
from handler.search import words
from handler.search.contents import Content, of_record
from handler.search.finding import Term
from handler.search.tables import SearchSource
from handler.search.tokens import unpack

AROUND = 90  # characters before and after what was found
WHERE: Mapping[str, str] = {
    "report": "Report",
    "follow-up": "Added by the reporter",
    "old-words": "Added by the reporter",
    "not-in-force": "Words not in force",
    "reply": "Reply",
    "note": "Record",
    "task": "Task",
    "assessment": "Assessment",
    "step": "Step",
    "alert": "Alert",
    "person": "Person",
}
"""By the kind of a record, what people read."""


@dataclass(frozen=True)
class Piece:
    """Some letters; `found`: they are what was searched for."""

    text: str
    found: bool


@dataclass(frozen=True)
class Passage:
    """Where it stands, and the words around it."""

    where: str
    pieces: Sequence[Piece] = field(repr=False)


def passage(console: Session, desk: Desk, case: Case, asked: Sequence[Term]) -> Passage | None:
    """None where the key is gone meanwhile, or nothing is there to show."""
    record_id = _best(console, case, asked)
    row = console.get(CaseRecord, record_id) if record_id is not None else None
    if row is None:
        return None
    try:
        raw = CaseBox(case.id, desk.case_key(case.id)).open(row)
    except NotAllowed:
        return None
    text = _text(of_record(row.kind, raw))
    return Passage(WHERE.get(row.kind, "Record"), cut(text, _matches(text, asked)))


def cut(text: str, spans: Sequence[tuple[int, int]]) -> list[Piece]:
    """The text around the first of the spans, with every span marked."""
    begin = text.find(" ", spans[0][0] - AROUND, spans[0][0]) + 1 if spans and spans[0][0] > AROUND else 0
    end = min(len(text), (spans[0][1] if spans else 0) + 2 * AROUND)
    pieces, at = ([Piece("… ", False)] if begin else []), begin
    for start, stop in spans:
        if stop > end:
            break
        pieces += [Piece(text[at:start], False), Piece(text[start:stop], True)]
        at = stop
    pieces.append(Piece(text[at:end] + (" …" if end < len(text) else ""), False))
    return [piece for piece in pieces if piece.text]


def _best(console: Session, case: Case, asked: Sequence[Term]) -> bytes | None:
    wanted = {value: factor for term in asked for value, factor in term.values.items()}
    sources = console.scalars(select(SearchSource).where(SearchSource.case == case.sequence)).all()
    scored = [(sum(wanted[value] for value in unpack(one.tokens) & wanted.keys()), one.record_id) for one in sources]
    return max(scored)[1] if scored else None


def _text(content: Content) -> str:
    people = [", ".join((person.name, *person.numbers)) for person in content.people]
    return " · ".join(text.strip() for text in (*people, *content.texts) if text.strip()).replace("\n", " ")


def _matches(text: str, asked: Sequence[Term]) -> list[tuple[int, int]]:
    """Where words of the text stand that have a value of the search, the exact ones if there are any."""
    said = {term.text for term in asked} | {words.stem(term.text) for term in asked}
    sounds = {words.sound(term.text) for term in asked} - {""}
    found = [(match.span(), words.normal(match.group())) for match in re.finditer(r"[^\W_]+(?:['’][^\W_]+)*", text)]
    exact = [span for span, word in found if word in said or words.stem(word) in said]
    return exact or [span for span, word in found if words.sound(word) in sounds]
