"""What may be the same person or the same event as a case, looked up before its deconfliction is recorded.

Of a case that the person cannot open nothing is shown but that its subject is the same; of a restricted one not even
its number.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crypto.post import decode_post
from handler.audit.log import record
from handler.cases.desk import Desk
from handler.cases.records import GRADED_KINDS, CaseBox
from handler.cases.tables import Case, CaseReader, CaseRecord
from handler.deconfliction import alerts
from handler.deconfliction.likeness import ALIKE, likeness, may_be_one_source
from handler.people.reading import people_of, present
from handler.search import words
from handler.search.contents import Named, of_post
from handler.search.finding import count
from handler.search.index import Index
from handler.search.tables import SearchToken
from handler.search.tokens import Kind, Token, token, tokens

NAME = "deconfliction"
RARE = 30  # words of a report that are looked up, the rarest
COMMON = 5_000  # cases in which a word stands, from which on it says nothing
PER_WORD = 500  # cases looked at for one word, the newest
OPENED = 10  # cases whose texts are compared
RESTRICTED = "restricted"


@dataclass(frozen=True)
class Candidate:
    """Another case. `held`: this person can open it; `one_source`: the reports may be of one person."""

    case: Case
    reasons: tuple[str, ...]
    held: bool
    one_source: bool = False

    @property
    def restricted(self) -> bool:
        return RESTRICTED in self.case.sides.split()

    @property
    def number(self) -> str:
        """As this person may read it; "" of a restricted case that they cannot open."""
        return self.case.number if self.held or not self.restricted else ""

    @property
    def line(self) -> str:
        """As the record says it, which others may read: never the number of a restricted case."""
        number = "A restricted case" if self.restricted else self.case.number
        return f"{number}{'' if self.held else ' (not open to who recorded this)'}: {'; '.join(self.reasons)}."


@dataclass(frozen=True)
class Looked:
    """What a look found. `able`: whether this person could look at all."""

    candidates: Sequence[Candidate]
    able: bool = True

    @property
    def in_words(self) -> str:
        if not self.able:
            return "The search was not open to who recorded this."
        return "\n".join(one.line for one in self.candidates) or "No other case."


@dataclass
class _Found:
    """What is gathered of the other cases, by their sequence."""

    subjects: dict[int, str] = field(default_factory=dict)  # the strongest kind of alerts.KINDS
    named: set[int] = field(default_factory=set)
    alike: dict[int, float] = field(default_factory=dict)  # how much they share, in rarity


def look(desk: Desk, case_id: bytes) -> Looked:
    """Notes that it was looked, and raises the alert where reports may be one source. Raises NotAllowed."""
    box = CaseBox(case_id, desk.case_key(case_id))
    index = Index.of(desk)
    if index is None:
        return Looked((), able=False)
    with desk.databases.console.read() as console:
        case = console.get_one(Case, case_id)
        text = _text(console, box)
        found = _gather(console, index, box, case, text)
        candidates, opened = _candidates(console, desk, case, text, found)
    with desk.databases.console.write() as console:
        record(
            console, desk.unlocked, "other cases looked up", case_id, clock=desk.clock, number=len(candidates),
            compared=opened,
        )  # fmt: skip
        for one in candidates:
            if one.one_source:
                both = [console.get_one(Case, known, with_for_update=True) for known in sorted((case_id, one.case.id))]
                alerts.put(console, desk, *both, about=alerts.SOURCE, kind="text")
    return Looked(candidates)


def _gather(console: Session, index: Index, box: CaseBox, case: Case, text: str) -> _Found:
    found = _Found()
    for person in present(people_of(console, box)):
        if person.entry.subject:
            named = Named(person.entry.values["name"], tuple(person.entry.numbers), True)
            _same_subject(console, index, case, named, found)
            _names_them(console, index, case, named, found)
    _shares_words(console, index, case, text, found)
    return found


def _same_subject(console: Session, index: Index, case: Case, named: Named, found: _Found) -> None:
    looks = {**index.subject(named), **index.mentioning(named)}
    chosen = select(SearchToken.token, SearchToken.case).where(
        SearchToken.token.in_(list(looks)), SearchToken.case != case.sequence
    )
    for row in console.execute(chosen):
        kind = alerts.STRENGTH[looks[row.token]]
        found.subjects[row.case] = alerts.stronger(kind, found.subjects.get(row.case, "sound"))


def _names_them(console: Session, index: Index, case: Case, named: Named, found: _Found) -> None:
    """Where every part of the name stands in the words of a case."""
    parts = words.name_parts(named.name)
    if len(parts) < 2:
        return
    asked = {token(index.key, Kind.WORD, words.stem(part)) for part in parts}
    counted = sorted((count(console, value, COMMON), value) for value in asked)
    if not counted[0][0]:
        return
    sharing = set(_having(console, counted[0][1]))
    for _, value in counted[1:]:
        chosen = select(SearchToken.case).where(SearchToken.token == value, SearchToken.case.in_(sharing))
        sharing = set(console.scalars(chosen))
    found.named |= sharing - {case.sequence}


def _shares_words(console: Session, index: Index, case: Case, text: str, found: _Found) -> None:
    values = tokens(index.key, Kind.WORD, words.words(text))
    counted = sorted((count(console, value, COMMON), value) for value in values)
    total = console.scalar(select(func.max(Case.sequence))) or 1
    for number, value in [one for one in counted if 1 < one[0] < COMMON][:RARE]:
        for sequence in _having(console, value):
            found.alike[sequence] = found.alike.get(sequence, 0.0) + math.log(1 + total / number)
    found.alike.pop(case.sequence, None)


def _candidates(
    console: Session, desk: Desk, case: Case, text: str, found: _Found
) -> tuple[list[Candidate], list[str]]:
    others = {*found.subjects, *found.named, *found.alike}
    mine = _held(console, desk, others)
    near = sorted((one for one in found.alike if one in mine), key=lambda one: (-found.alike[one], -one))[:OPENED]
    wanted = {*found.subjects, *(found.named & mine), *near}
    made, opened = [], []
    for other in console.scalars(select(Case).where(Case.sequence.in_(wanted)).order_by(Case.sequence.desc())):
        reasons, held, one_source = [], other.sequence in mine, False
        if other.sequence in found.subjects:
            reasons.append(f"subject: {alerts.KINDS[found.subjects[other.sequence]].lower()}")
        if held and other.sequence in found.named:
            reasons.append("names the subject")
        if held and other.sequence in near:
            opened.append(other.id.hex())
            alike = likeness(text, _text(console, CaseBox(other.id, desk.case_key(other.id))))
            days = abs(case.received - other.received) // 86_400
            one_source = may_be_one_source(alike, case.received, other.received)
            if alike >= ALIKE:
                reasons.append(f"words: {alike} of 100 alike, {_apart(days)}")
        if reasons:
            made.append(Candidate(other, tuple(reasons), held, one_source))
    return sorted(made, key=lambda one: (not one.one_source, -len(one.reasons))), opened


def _apart(days: int) -> str:
    return {0: "less than a day apart", 1: "a day apart"}.get(days, f"{days} days apart")


def _text(console: Session, box: CaseBox) -> str:
    """All that the reporter wrote."""
    chosen = select(CaseRecord).where(CaseRecord.case_id == box.case_id, CaseRecord.kind.in_(GRADED_KINDS))
    posts = [decode_post(box.open(row)) for row in console.scalars(chosen.order_by(CaseRecord.position))]
    return "\n".join(text for post in posts for text in of_post(post).texts)


def _having(console: Session, value: Token) -> Sequence[int]:
    chosen = select(SearchToken.case).where(SearchToken.token == value)
    return console.scalars(chosen.order_by(SearchToken.case.desc()).limit(PER_WORD)).all()


def _held(console: Session, desk: Desk, cases: set[int]) -> set[int]:
    chosen = (
        select(Case.sequence)
        .join(CaseReader, CaseReader.case_id == Case.id)
        .where(CaseReader.user_id == desk.unlocked.user_id, Case.sequence.in_(cases))
    )
    return set(console.scalars(chosen))
