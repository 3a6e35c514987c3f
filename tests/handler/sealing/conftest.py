"""A console with a drop: `site` on SQLite, `any_site` on each kind of database in turn; `scene` of a case on SQLite."""

import pytest

from tests.handler.cases.conftest import any_site, site
from tests.handler.reporters import Site
from tests.handler.sealing.sealed import Scene

__all__ = ["any_site", "site"]


@pytest.fixture
def scene(site: Site) -> Scene:
    return Scene.made(site)
