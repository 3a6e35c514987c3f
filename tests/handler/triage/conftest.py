"""A founded console with a drop in memory, whose people stay signed in: an unlocking costs a good part of a second."""

from dataclasses import dataclass, field

import pytest

from handler.cases.desk import Desk
from handler.cases.listing import open_case
from tests.handler.caselist import page
from tests.handler.founded import FoundedConsole, Person
from tests.handler.reporters import Reporter, Site


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


@pytest.fixture
def reporter(site: Site) -> Reporter:
    return Reporter.new(site)


@pytest.fixture
def case_id(site: Site, reporter: Reporter) -> bytes:
    return made(site, reporter.report())


def made(site: Site, envelope: bytes) -> bytes:
    """A new case from a post, opened."""
    site.deliver(envelope)
    with site.console.databases.console.read() as console:
        case_id = page(console).cases[0].id
    open_case(site.desk(), case_id, "new")
    return case_id
