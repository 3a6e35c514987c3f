"""Finds cases by words, among those whose key a person holds, the best first. Nothing is opened here."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ARRAY, ColumnElement, Integer, any_, cast, func, literal_column, select
from sqlalchemy.orm import Session

from handler.cases.tables import Case, CaseReader
from handler.errors import Refused
from handler.search import words
from handler.search.tables import SearchToken
from handler.search.tokens import Kind, SearchKey, Token, token

TERMS = 8  # words of one search
MOST = 500  # cases looked at for one value, the newest first
COMMON = 20_000  # from which on it does not matter how common a word is
FEW = 10_000  # cases of a person from which on a common word is better looked up from its own end
FACTORS: Mapping[Kind, float] = {Kind.NUMBER: 4.0, Kind.NAME: 3.0, Kind.WORD: 2.0, Kind.SOUND: 1.0}
"""Identifiers over names, names over words, words over what only sounds alike."""


class NothingToFind(Refused):
    """Type a name, a number or a word that says more than “the” or “and”."""


class TooManyTerms(Refused):
    """That is more than eight words. Search for the few that matter."""


@dataclass(frozen=True)
class Term:
    """One word of a search: its values, and what each counts."""

    text: str = field(repr=False)
    values: Mapping[Token, float]


@dataclass(frozen=True)
class Hit:
    """A case, by its sequence, and what it came to."""

    case: int
    score: float


@dataclass(frozen=True)
class Hits:
    """The best first. `more`: there are others that were not looked at, all of common words only."""

    found: Sequence[Hit]
    more: bool


def terms(key: SearchKey, text: str) -> list[Term]:
    """What a search asks for. Raises NothingToFind, TooManyTerms."""
    numbers = words.identifiers(text)
    made = [_term(key, number, {Kind.NUMBER: number}) for number in sorted(numbers)]
    rest = text
    for email in (number for number in numbers if "@" in number):
        rest = rest.replace(email, " ")
    for word in dict.fromkeys(words.normal(part) for part in words.parts(rest)):
        if len(word) > 1 and word not in words.STOPWORDS and word not in numbers:
            kinds = {Kind.NUMBER: word if any(map(str.isdigit, word)) else "", Kind.NAME: word}
            made.append(_term(key, word, {**kinds, Kind.WORD: words.stem(word), Kind.SOUND: words.sound(word)}))
    if not made:
        raise NothingToFind
    if len(made) > TERMS:
        raise TooManyTerms
    return made


def find(console: Session, user_id: bytes, asked: Sequence[Term]) -> Hits:
    """Cases that have any of the terms, ranked by how rare each is. Only cases that `case_readers` gives the person."""
    every = [value for term in asked for value in term.values]
    counts = {value: count(console, value) for value in every}
    cases = _number_of(console, user_id)
    lists = {
        value: _held(console, user_id, value, having=counts[value], cases=cases) for value in every if counts[value]
    }
    candidates = {case for found in lists.values() for case in found}
    for value, found in list(lists.items()):
        if len(found) >= MOST:  # cut off: look whether the other candidates have it too
            lists[value] = found | _among(console, value, candidates - found)
    total = console.scalar(select(func.max(Case.sequence))) or 1
    scores = dict.fromkeys(candidates, 0.0)
    for term in asked:
        rarity = math.log(1 + total / max(1, *(counts[value] for value in term.values)))
        best: dict[int, float] = {}
        for value, factor in term.values.items():
            for case in lists.get(value, ()):
                best[case] = max(best.get(case, 0.0), factor * rarity)
        for case, score in best.items():
            scores[case] += score
    ranked = sorted(scores.items(), key=lambda item: (-item[1], -item[0]))
    return Hits([Hit(case, score) for case, score in ranked], any(len(found) >= MOST for found in lists.values()))


def _term(key: SearchKey, text: str, kinds: Mapping[Kind, str]) -> Term:
    return Term(text, {token(key, kind, said): FACTORS[kind] for kind, said in kinds.items() if said})


def count(console: Session, value: Token, most: int = COMMON) -> int:
    """How many cases have a value, whoever holds them, up to a bound."""
    some = select(SearchToken.case).where(SearchToken.token == value).limit(most).subquery()
    return console.scalar(select(func.count()).select_from(some)) or 0


def _number_of(console: Session, user_id: bytes) -> int:
    """How many cases a person holds, up to FEW."""
    some = select(CaseReader.case_id).where(CaseReader.user_id == user_id).limit(FEW).subquery()
    return console.scalar(select(func.count()).select_from(some)) or 0


def _held(console: Session, user_id: bytes, value: Token, *, having: int, cases: int) -> set[int]:
    """The newest cases of a person that have a value. Looked up from the value's end, or from the person's where they
    hold few cases and the value is common: neither way ever walks through all cases."""
    if cases < FEW and cases < having:
        mine = (
            select(Case.sequence)
            .join(CaseReader, CaseReader.case_id == Case.id)
            .where(CaseReader.user_id == user_id)
            .order_by(Case.sequence.desc())
        )
        return _among(console, value, console.scalars(mine).all())
    holds = (
        select(literal_column("1"))
        .select_from(Case)
        .join(CaseReader, CaseReader.case_id == Case.id)
        .where(Case.sequence == SearchToken.case, CaseReader.user_id == user_id)
        .correlate(SearchToken)
        .exists()
    )
    chosen = select(SearchToken.case).where(SearchToken.token == value, holds)
    return set(console.scalars(chosen.order_by(SearchToken.case.desc()).limit(MOST)))


def _among(console: Session, value: Token, cases: Iterable[int]) -> set[int]:
    """Those of the cases that have a value, in the order given up to MOST."""
    found: set[int] = set()
    listed = list(cases)
    for at in range(0, len(listed), MOST):
        chosen = _one_of(console, listed[at : at + MOST])
        found |= set(console.scalars(select(SearchToken.case).where(SearchToken.token == value, chosen)))
        if len(found) >= MOST:
            break
    return found


def _one_of(console: Session, cases: Sequence[int]) -> ColumnElement[bool]:
    """PostgreSQL takes them as one array: hundreds of parameters would cost it more than the question itself."""
    if console.get_bind().dialect.name == "postgresql":
        return SearchToken.case == any_(cast(list(cases), ARRAY(Integer)))
    return SearchToken.case.in_(cases)
