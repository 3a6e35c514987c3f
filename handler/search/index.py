"""Keeps the index as the sealed records are, in the transaction that keeps the record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from handler.cases.desk import Desk
from handler.cases.tables import Case, CaseRecord
from handler.errors import NotAllowed
from handler.keys.keyring import search_purpose
from handler.search import words
from handler.search.contents import INDEXED, Content, Named, of_record
from handler.search.tables import SearchSource, SearchToken
from handler.search.tokens import Kind, SearchKey, Token, pack, tokens, unpack

AT_ONCE = 500  # values a statement that deletes


@dataclass(frozen=True)
class Source:
    """One record's values. `case` is the case's sequence."""

    record_id: bytes
    case: int
    tokens: frozenset[Token]


@dataclass(frozen=True)
class Index:
    """The index in the hands of one person who holds its key."""

    key: SearchKey = field(repr=False)

    @classmethod
    def of(cls, desk: Desk) -> "Index | None":
        """None for those who do not hold the key: what they write is found once somebody fills the index again."""
        with desk.keyring() as keyring:
            try:
                return cls(SearchKey(keyring.get(search_purpose(desk.settings.console.name), desk.unlocked)))
            except NotAllowed:
                return None

    def values(self, content: Content) -> frozenset[Token]:
        """All values of what a record says."""
        found: set[Token] = set()
        for text in content.texts:
            found |= tokens(self.key, Kind.WORD, words.words(text))
            found |= tokens(self.key, Kind.SOUND, words.sounding(text))
            found |= tokens(self.key, Kind.NUMBER, words.identifiers(text))
        for person in content.people:
            found |= self._person(person)
        for text in content.notices:
            found |= tokens(self.key, Kind.MENTIONED, words.mentioned(text))
        return frozenset(found)

    def subject(self, person: Named) -> dict[Token, Kind]:
        """By what the same subject is known again; of each value, what it is."""
        numbers = {words.identifier(number) for number in person.numbers}
        made = {
            Kind.SUBJECT_SOUND: {words.sound_and_initial(person.name)},
            Kind.SUBJECT_NAME: {words.full_name(person.name)},
            Kind.SUBJECT_NUMBER: numbers,
        }
        return {value: kind for kind, texts in made.items() for value in tokens(self.key, kind, texts)}

    def mentions(self, content: Content) -> dict[Token, Kind]:
        """The values that subjects have whose whole names a manager's notice mentions."""
        named = {name for text in content.notices for name in words.mentioned(text)}
        return dict.fromkeys(tokens(self.key, Kind.SUBJECT_NAME, named), Kind.MENTIONED)

    def mentioning(self, person: Named) -> dict[Token, Kind]:
        """The value that a notice has which mentions this person."""
        return dict.fromkeys(tokens(self.key, Kind.MENTIONED, [words.full_name(person.name)]), Kind.MENTIONED)

    def _person(self, person: Named) -> set[Token]:
        parts = words.name_parts(person.name)
        found = tokens(self.key, Kind.NAME, parts) | tokens(self.key, Kind.SOUND, map(words.sound, parts))
        found |= tokens(self.key, Kind.NUMBER, map(words.identifier, person.numbers))
        return found | set(self.subject(person)) if person.subject else found


def add(console: Session, desk: Desk, case_id: bytes, record_id: bytes, *, kind: str, raw: bytes) -> None:
    """Puts a record that is being kept into the index. Within the caller's transaction."""
    index = Index.of(desk) if kind in INDEXED else None
    if index is None:
        return
    case = console.scalars(select(Case.sequence).where(Case.id == case_id)).one()
    write(console, [Source(record_id, case, index.values(of_record(kind, raw)))])


def write(console: Session, sources: Sequence[Source]) -> None:
    """Many records at once: one statement a table, for a case has sixty values and more."""
    if not sources:
        return
    link = console.connection()
    pairs = sorted((value, source.case) for source in sources for value in source.tokens)  # as the table's key is
    kept = [(source.record_id, source.case, pack(source.tokens)) for source in sources]
    if link.dialect.name == "sqlite":
        link.exec_driver_sql("INSERT OR REPLACE INTO search_sources VALUES (?, ?, ?)", kept)
        if pairs:
            link.exec_driver_sql("INSERT OR IGNORE INTO search_tokens VALUES (?, ?)", pairs)
        return
    link.exec_driver_sql(
        "INSERT INTO search_sources SELECT * FROM unnest(%s::bytea[], %s::int[], %s::bytea[]) "
        "ON CONFLICT (record_id) DO UPDATE SET tokens = EXCLUDED.tokens",
        tuple(list(column) for column in zip(*kept, strict=True)),
    )
    if pairs:
        link.exec_driver_sql(
            "INSERT INTO search_tokens SELECT * FROM unnest(%s::bigint[], %s::int[]) ON CONFLICT DO NOTHING",
            tuple(list(column) for column in zip(*pairs, strict=True)),
        )


def forget_record(console: Session, record_id: bytes) -> None:
    """Takes a record's values out of the index, but for those that another record of the case has too.

    The record stays out of it, when it is filled again as well. Within the caller's transaction.
    """
    source = console.get(SearchSource, record_id)
    if source is None:
        return
    others = select(SearchSource.tokens).where(SearchSource.case == source.case, SearchSource.record_id != record_id)
    kept = set().union(*(unpack(raw) for raw in console.scalars(others)))
    _delete(console, source.case, unpack(source.tokens) - kept)
    source.tokens = b""
    console.flush()


def copy(console: Session, record_id: bytes, to_case: bytes, to_record: bytes) -> None:
    """A record's values for what was made of it in another case, under its own id or another: it takes no key."""
    source = console.get(SearchSource, record_id)
    if source is None:
        return
    values = frozenset(unpack(source.tokens))
    if to_record == record_id:
        forget_record(console, record_id)
        console.delete(source)
        console.flush()
    case = console.scalars(select(Case.sequence).where(Case.id == to_case)).one()
    write(console, [Source(to_record, case, values)])


def forget_case(console: Session, sequence: int) -> None:
    """Takes everything of a case out of the index, before or after the case itself goes. Within the caller's."""
    held = console.scalars(select(SearchSource.tokens).where(SearchSource.case == sequence))
    _delete(console, sequence, set().union(*(unpack(raw) for raw in held)))
    console.execute(delete(SearchSource).where(SearchSource.case == sequence))


def forget_gone(console: Session) -> int:
    """Takes out what belongs to records that are not there any more, whoever deleted them; how many they were."""
    there = select(CaseRecord.id).where(CaseRecord.id == SearchSource.record_id).exists()
    found = list(console.scalars(select(SearchSource.record_id).where(~there)))
    for record_id in found:
        forget_record(console, record_id)
        console.delete(console.get_one(SearchSource, record_id))
    console.flush()
    return len(found)


def _delete(console: Session, case: int, values: Iterable[Token]) -> None:
    listed = sorted(values)
    for at in range(0, len(listed), AT_ONCE):
        chosen = (SearchToken.token.in_(listed[at : at + AT_ONCE])) & (SearchToken.case == case)
        console.execute(delete(SearchToken).where(chosen))
