"""The people of a case as they were kept: every entry with all its versions."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from handler.cases.records import CaseBox, decode_object
from handler.cases.tables import CaseRecord
from handler.people.entries import Entry

KIND = "person"


@dataclass(frozen=True)
class Version:
    """One entry as it was kept once. `removed`: why it was taken out; `by`: a user's id; `at`: unix seconds."""

    record_id: bytes
    position: int
    by: bytes
    at: int
    entry: Entry = field(repr=False)
    removed: str = field(default="", repr=False)


@dataclass(frozen=True)
class Person:
    """An entry with all its versions, the newest first."""

    id: bytes
    versions: Sequence[Version]

    @property
    def newest(self) -> Version:
        return self.versions[0]

    @property
    def entry(self) -> Entry:
        return self.newest.entry


def people_of(console: Session, box: CaseBox) -> Sequence[Person]:
    """Everyone in a case, in the order they were entered; those taken out too."""
    chosen = select(CaseRecord).where(CaseRecord.case_id == box.case_id, CaseRecord.kind == KIND)
    versions: dict[bytes, list[Version]] = {}
    for row in console.scalars(chosen.order_by(CaseRecord.position)):
        kept = decode_object(box.open(row))
        made = Version(
            row.id, row.position, bytes.fromhex(kept["by"]), int(kept["at"]), Entry(dict(kept["values"])),
            str(kept["removed"]),
        )  # fmt: skip
        versions.setdefault(bytes.fromhex(kept["person"]), []).insert(0, made)
    return [Person(person_id, made) for person_id, made in versions.items()]


def present(people: Sequence[Person]) -> list[Person]:
    """Those who were not taken out."""
    return [person for person in people if not person.newest.removed]


def subjects(console: Session, box: CaseBox) -> dict[str, str]:
    """Whom the case is about: hex of each entry's id, and its title."""
    return {one.id.hex(): one.entry.title for one in present(people_of(console, box)) if one.entry.subject}
