"""A console with a drop, published once: `site` on SQLite, `any_site` on each kind of database in turn."""

import pytest

from tests.handler.founded import FoundedConsole
from tests.handler.reporters import Site


@pytest.fixture
def site(console: FoundedConsole) -> Site:
    return Site.published(console)


@pytest.fixture
def any_site(any_console: FoundedConsole) -> Site:
    return Site.published(any_console)
