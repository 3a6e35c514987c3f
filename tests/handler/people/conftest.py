"""Consoles with a drop, whose people stay signed in: `site` on SQLite, `any_site` on each kind in turn."""

import pytest

from tests.handler.founded import FoundedConsole
from tests.handler.reporters import Site
from tests.handler.triage.conftest import StayingSite


@pytest.fixture
def site(console: FoundedConsole) -> Site:
    return StayingSite.published(console)


@pytest.fixture
def any_site(any_console: FoundedConsole) -> Site:
    return StayingSite.published(any_console)
