"""A case through the console's pages, by one signed-in person after another."""

from tests.handler.caselist import page
from tests.handler.founded import Browser, Person
from tests.handler.reporters import Site

HALF_MINUTE = 30


def case_id_of(site: Site) -> bytes:
    """The first case of the list."""
    with site.console.databases.console.read() as console:
        return page(console).cases[0].id


def browser_of(site: Site, person: Person) -> Browser:
    """Somebody who has just signed in, half a minute after anybody before."""
    site.console.clock.forward(HALF_MINUTE)
    made = Browser(site.console.app())
    assert made.sign_in(person, site.console.clock.now).status_code == 303
    return made
