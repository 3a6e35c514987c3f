"""A console with a drop, once published, on each kind of database."""

import pytest

from tests.handler.founded import FoundedConsole
from tests.handler.reporters import Site


@pytest.fixture
def site(any_console: FoundedConsole) -> Site:
    made = Site.of(any_console)
    made.cycle()
    return made
