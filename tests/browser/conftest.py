"""One served site for all the browser tests of a file."""

import pytest

from tests.browser.site import LiveSite
from tests.support.processes import Processes


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, module_processes: Processes) -> LiveSite:
    """A site that all tests of a file share; each test knows its own threads by their words."""
    return LiveSite(tmp_path_factory.mktemp("live"), module_processes)
