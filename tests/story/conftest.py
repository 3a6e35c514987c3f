"""One founded site for each file of stories."""

from collections.abc import Iterator

import pytest

from tests.story.world import World
from tests.support.processes import Processes


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, module_processes: Processes) -> Iterator[World]:
    """Founded, the drop running, both consoles published once. Consoles' pages are started by who needs them."""
    made = World(tmp_path_factory.mktemp("world"), module_processes)
    made.found()
    made.start_drop()
    made.publish()
    yield made
