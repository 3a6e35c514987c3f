"""Whom a reporter named: their own words matched against the names of this console's people, before anyone reads them.

A doubtful match counts. Who is matched by mistake waits until a supervisor has looked; who is missed by mistake reads a
report that was to be kept from them. These are matches, with their scores:

    100  the surname beside the first name, a short form of it, or its initial, in either order
     90  the surname by itself or with another first name: it may be a relative
     80  the first name by itself or a short form ("Sam" of Samantha), where no other surname follows it
     75  the initials by themselves ("S.J.")

One letter off in a name, or two exchanged, costs 10, and 20 are the most a name may cost; a match needs 60. Accents and
order never count, and case only where a name is an ordinary word too. Words for roles, ranks, units and places name
nobody: "Sam from vetting" is "Sam". No match is: another surname after the first name ("Sam Jones" is not Sam Smith), a
small word that resembles a name ("hand" is not Hana), a role without a name.

What is added to a report is no answer to such a question, so only a whole name counts there: first name and surname
side by side, without a letter off.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from crypto.post import Post, Report
from handler.intake.names import IGNORED, ORDINARY, begins, forms_of, is_short_form
from handler.intake.routing import NOTICES

QUESTIONS = ("keep-from", "who")
"""Whose free text is matched: who must not see it, and who it is about. A notice has them with a prefix of its own."""

FULL, SURNAME, FIRST, INITIALS = 100, 90, 80, 75
SURE, DOUBTFUL = 90, 60
"""From which score on a match is called sure, and from which it counts at all."""

LETTER_OFF = 10
LONG = 8  # letters, from which on two may be off
SHORTEST = 4  # letters of a name in which one may be off
MOST = 20_000  # characters of one answer that are looked at
_WORD = re.compile(r"[^\W\d_]+(?:['’`´][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"['’`´][sS]$")


@dataclass(frozen=True)
class Named:
    """Somebody a reporter seems to have named. `score`: 60 to 100."""

    user_id: bytes
    score: int

    @property
    def threshold(self) -> int:
        """Which of the two was reached: SURE or DOUBTFUL."""
        return SURE if self.score >= SURE else DOUBTFUL


@dataclass(frozen=True)
class PersonName:
    """A person's name as it is looked for."""

    user_id: bytes
    name: str

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Folded, first name first; without words for roles unless there are no others."""
        return tuple(word for word in self._all if word not in IGNORED) or self._all

    @cached_property
    def whole(self) -> tuple[tuple[str, ...], ...]:
        """What counts where only a whole name does: there a surname counts that is an ignored word too (Constable)."""
        ends = (self.words[0], self._all[-1]) if self.words else ()
        return self.words, ends, self._all if len(self.words) == 1 else ()

    @cached_property
    def _all(self) -> tuple[str, ...]:
        return tuple(fold(at.group()) for at in _WORD.finditer(self.name))

    @cached_property
    def is_role(self) -> bool:
        """An account named for what it does, such as “Duty Supervisor”: only its whole name counts."""
        return all(word in IGNORED for word in self.words)


@dataclass(frozen=True)
class _Word:
    """One word as written. `capital` and `letters` (nothing but capitals) only where the text has small letters too."""

    folded: str
    name: bool  # it may be meant as a name
    capital: bool
    joined: bool  # nothing but spaces, a hyphen or the stop of an initial stands before it
    letters: bool


def fold(text: str) -> str:
    """Without accents, case and marks within a word: "O’Brién" is "obrien"."""
    plain = text.casefold().replace("ø", "o").replace("ł", "l").replace("đ", "d")
    return "".join(letter for letter in unicodedata.normalize("NFKD", plain) if letter.isalpha())


def names_of(people: Iterable[tuple[bytes, str]]) -> list[PersonName]:
    """Id and name of each person, made ready once for a whole batch of reports."""
    return [PersonName(user_id, name) for user_id, name in people]


def named_in(posts: Iterable[Post], people: Sequence[PersonName]) -> list[Named]:
    """Whom some posts seem to name: where a report asks for names, and with their whole name in what was added."""
    answers, added = list[str](), list[str]()
    for post in posts:
        if post.report is not None:
            answers += written(post.report)
        if post.follow_up is not None:
            added.append(post.follow_up.text[:MOST])
    found = {one.user_id: one for one in matches(answers, people)} if answers else {}
    read = [[word.folded for word in _words(text)] for text in added]
    whole = [
        one for one in people
        if not one.is_role and any(_in_full(text, name) for text in read for name in one.whole)
    ]  # fmt: skip
    return list({**found, **{one.user_id: Named(one.user_id, FULL) for one in whole}}.values())


def written(report: Report) -> list[str]:
    """The free texts in which names can stand."""
    answers = {**report.answers, **report.routing}
    asked = {question.removeprefix(NOTICES): answer.text for question, answer in answers.items()}
    return [asked[question] for question in QUESTIONS if asked.get(question, "").strip()]


def matches(texts: Iterable[str], people: Sequence[PersonName]) -> list[Named]:
    """Who is named in one of the texts, each with the best score."""
    read = [_Text.of(text[:MOST]) for text in texts]
    scored = [Named(one.user_id, max((_score(text, one) for text in read), default=0)) for one in people]
    return [one for one in scored if one.score >= DOUBTFUL]


@dataclass(frozen=True)
class _Text:
    """An answer's words. `places`: of each folded word; `beginnings`: words by their first three letters."""

    words: Sequence[_Word]
    places: Mapping[str, Sequence[int]]
    beginnings: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, text: str) -> "_Text":
        words = _words(text)
        places: dict[str, list[int]] = {}
        beginnings: dict[str, list[str]] = {}
        for at, word in enumerate(words):
            places.setdefault(word.folded, []).append(at)
        for folded in places:
            beginnings.setdefault(folded[:3], []).append(folded)
        return cls(words, places, beginnings)

    @cached_property
    def cased(self) -> bool:
        return any(word.capital for word in self.words)

    @cached_property
    def known(self) -> list[str]:
        return list(self.places)

    @cached_property
    def initials(self) -> frozenset[int]:
        return frozenset(at for at, word in enumerate(self.words) if word.letters)

    def candidates(self, names: Iterable[str]) -> set[int]:
        """Where a look is worth while: at words like one of the names, and at what may be initials."""
        found = set(self.initials)
        for name in names:
            like = {word for word, *_ in extract(name, self.known, scorer=OSA.distance, score_cutoff=2, limit=None)}
            for word in {*like, *forms_of(name), *self.beginnings.get(name[:3], ())}:
                found.update(self.places.get(word, ()))
        return found


def _words(text: str) -> list[_Word]:
    cased = text not in (text.lower(), text.upper())
    found: list[_Word] = []
    end = 0
    for at in _WORD.finditer(text):
        raw, gap = _POSSESSIVE.sub("", at.group()), text[end : at.start()]
        folded, capital = fold(raw), raw[:1].isupper()
        marks = "-. \t" if found and len(found[-1].folded) == 1 else "- \t"
        name = folded not in IGNORED and (capital or not cased or folded not in ORDINARY)
        joined = bool(found) and not gap.strip(marks)
        found.append(_Word(folded, name, capital and cased, joined, cased and raw.isupper()))
        end = at.end()
    return found if cased else [_Word(one.folded, one.name, False, one.joined, False) for one in found]


def _score(text: _Text, person: PersonName) -> int:
    if person.is_role:
        return FULL if _whole([word.folded for word in text.words], person.words) else 0
    places = text.candidates(person.words)
    return max((_at(text.words, at, person, text.cased) for at in places), default=0)


def _whole(words: Sequence[str], name: Sequence[str]) -> bool:
    return bool(name) and any(words[at : at + len(name)] == list(name) for at in range(len(words)))


def _in_full(words: Sequence[str], name: Sequence[str]) -> bool:
    """First name and surname side by side, in either order, letter by letter; never one name alone."""
    first, last = name[:1], name[-1:]
    return len(name) > 1 and any(_whole(words, run) for run in (name, (*first, *last), (*last, *first)))


def _at(words: Sequence[_Word], at: int, person: PersonName, cased: bool) -> int:
    """The best that the word at a place and those beside it come to."""
    word, first, others = words[at], person.words[0], person.words[1:]
    initials = INITIALS if _are_initials(words[at : at + len(person.words)], person.words) else 0
    if not word.name:
        return initials
    surname = min((_spelling(word, name, cased) for name in others), default=NO)
    if surname < NO:
        beside = [words[near] for near in (at - 2, at - 1, at + 1, at + 2) if 0 <= near < len(words)]
        forename = min((_first_name(near, first, cased, initial=True) for near in beside), default=NO)
        return FULL - surname - forename if forename < NO else SURNAME - surname
    forename = _first_name(word, first, cased)
    if forename == NO or _other_surname(words[at + 1 : at + 2], others, cased):
        return initials
    return max(initials, (FIRST if others else FULL) - forename)


NO = FULL
"""The cost of what is no match."""


def _first_name(word: _Word, name: str, cased: bool, *, initial: bool = False) -> int:
    if initial and word.folded == name[0]:
        return 0
    if not word.name:
        return NO
    if is_short_form(word.folded, name) or (begins(word.folded, name) and (word.capital or not cased)):
        return 0
    return _spelling(word, name, cased)


def _spelling(word: _Word, name: str, cased: bool) -> int:
    """0 for the same letters, more for letters that are off."""
    if word.folded == name:
        return 0
    shorter = min(len(word.folded), len(name))
    if shorter < SHORTEST + (not cased) or (cased and not word.capital):
        return NO
    most = 2 if shorter >= LONG else 1
    if abs(len(word.folded) - len(name)) > most:
        return NO
    off = OSA.distance(word.folded, name, score_cutoff=most)
    return LETTER_OFF * off if off <= most else NO


def _other_surname(after: Sequence[_Word], others: Sequence[str], cased: bool) -> bool:
    """Whether a name that is not theirs stands right after a first name. Where all is written small, nobody can say."""
    if not others or not after or not after[0].joined or not after[0].capital or not after[0].name:
        return False
    word = after[0]
    return all(_spelling(word, name, cased) == NO and word.folded != name[0] for name in others)


def _are_initials(run: Sequence[_Word], name: Sequence[str]) -> bool:
    wanted = [word[0] for word in name]
    if len(wanted) < 2 or not run or not run[0].letters or run[0].folded in IGNORED:
        return False
    if 1 < len(run[0].folded) <= 3:
        return list(run[0].folded) == wanted
    return [word.folded for word in run] == wanted and all(word.letters for word in run)
