"""A served console with a drop in memory and a real Chromium for each of its people."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.handler.founded import FoundedConsole
from tests.handler.reporters import Site
from tests.handler.stories.office import Office, office


@pytest.fixture
def site(console: FoundedConsole) -> Site:
    return Site.published(console)


@pytest.fixture
def at_work(site: Site, chromium: Browser) -> Iterator[Office]:
    with office(site, chromium) as made:
        yield made
