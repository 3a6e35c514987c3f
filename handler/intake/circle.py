"""Who is given the key of a new case: everyone whose role reads or files, but for those whom the reporter named."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from crypto.post import Post
from handler.identity.roles import HANDLER, SENIOR_DECIDER, SUPERVISOR
from handler.identity.users import holders_with_role, people
from handler.intake.keepfrom import Named, PersonName, named_in, names_of
from handler.intake.routing import READERS
from handler.keys.unlocked import Holder


@dataclass(frozen=True)
class Circle:
    """The people of the console as new cases need them, read once for many."""

    names: Sequence[PersonName]
    readers: Sequence[Holder]
    hand_on: frozenset[bytes]  # of the readers, those who may open a case and share it
    deciders: Sequence[Holder]  # senior ones who are not readers anyway

    @classmethod
    def of(cls, console: Session) -> "Circle":
        readers = holders_with_role(console, *READERS)
        known = {reader.id for reader in readers}
        return cls(
            names_of((person.id, person.name) for person in people(console) if person.disabled is None),
            readers,
            frozenset(holder.id for holder in holders_with_role(console, HANDLER, SUPERVISOR)),
            [holder for holder in holders_with_role(console, SENIOR_DECIDER) if holder.id not in known],
        )

    def named(self, post: Post) -> list[Named]:
        """Those of the console whom a report seems to name."""
        return named_in([post], self.names)

    def holders(self, kept_from: Collection[bytes]) -> list[Holder]:
        """Where nobody is left who may open a case and hand it on, a senior decider who was not named holds it too."""
        left = [reader for reader in self.readers if reader.id not in kept_from]
        if self.is_shut(kept_from):
            left += [decider for decider in self.deciders if decider.id not in kept_from]
        return left

    def is_shut(self, kept_from: Collection[bytes]) -> bool:
        """Whether the report names every handler and every supervisor."""
        return self.hand_on <= set(kept_from)
