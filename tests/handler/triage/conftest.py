"""A founded console with a drop in memory, whose people stay signed in: an unlocking costs a good part of a second."""

from dataclasses import dataclass, field

import pytest

from handler.cases.desk import Desk
from tests.handler.founded import FoundedConsole, Person
from tests.handler.reporters import Site


@dataclass
class StayingSite(Site):
    """Each person is unlocked once."""

    desks: dict[bytes, Desk] = field(default_factory=dict)

    def desk(self, person: Person | None = None) -> Desk:
        who = person or self.console.supervisor
        if who.user_id not in self.desks:
            self.desks[who.user_id] = super().desk(who)
        return self.desks[who.user_id]


@pytest.fixture
def site(console: FoundedConsole) -> Site:
    return StayingSite.published(console)
