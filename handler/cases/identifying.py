"""Marks in what a reporter wrote that may tell who wrote it: what their own page showed them, by the same patterns.

The patterns are those of `reporter/client/app/hints.js`, and both are tested by one table.
"""

import re
from dataclasses import dataclass

NUMBER = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten)"
GROUP = r"(?:team|unit|office|group|section|shift|post|branch)"
CARD = r"(?:staff|employee|payroll|warrant|collar|badge|pass)"
WORD = r"(?: (?:[^\W\d_]|-)+)?"
ONLY = rf"\b(?:I am|I[’']m|I was|as) the (?:only|sole){WORD}"
KNEW = r"\bonly I (?:know|knew|saw|heard|have|had)\b|\bnobody (?:else|but me) (?:knows|knew|saw|heard)\b"
ONLY_CY = rf"\b(?:fi (?:yw|ydy|oedd) ?[’']?r unig{WORD}|dim ond fi (?:sy|oedd|a)\b)"
TEAM = rf"\b(?:my|our|we(?: are|[’']re) an?) (?:small )?{GROUP} of (?:just |only |about )?{NUMBER}\b"
OF_US = rf"\bthere are (?:just |only )?{NUMBER} of us\b"
TEAM_CY = (
    r"\b(?:fy nhîm|ein tîm|fy uned|ein huned|yn dîm)(?: bach)? o (?:ddim ond |tua )?"
    r"(?:\d+|ddau|ddwy|dri|dair|bedwar|bedair|bump?|chwech?|saith|wyth|naw|ddeg)\b"
)
WRITER = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+",
        r"\b(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]\b",
        rf"\b{CARD} ?(?:no\.?|number|id)?(?: is)?[ :#]*[A-Z]{{0,3}}\d{{3,8}}\b",
        r"(?<![\d£.,-])(?:\+\d{1,3}|0)[ -]?(?:\(0\) ?)?\d(?:[ -]?\d){7,10}(?!\d)",
        f"{ONLY}|{KNEW}|{ONLY_CY}",
        f"{TEAM}|{OF_US}|{TEAM_CY}",
    )
)
"""An e-mail address, National Insurance, staff and phone numbers, the only one to know, a small team."""


@dataclass(frozen=True)
class Piece:
    """Some letters; `found`: they may show who wrote them."""

    text: str
    found: bool


def pieces(text: str) -> list[Piece]:
    """The whole text in order. Where two patterns meet, the first of them in WRITER has it."""
    taken = bytearray(len(text))
    for pattern in WRITER:
        for match in pattern.finditer(text):
            if not any(taken[match.start() : match.end()]):
                taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    made: list[Piece] = []
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or taken[at] != taken[start]:
            made.append(Piece(text[start:at], bool(taken[start])))
            start = at
    return made
