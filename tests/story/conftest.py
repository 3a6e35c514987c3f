"""One founded site for all stories that a test process tells."""

from collections.abc import Iterator

import pytest

from tests.story.world import World
from tests.support.processes import Processes


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Founded, the drop running, both consoles published once. Consoles' pages are started by who needs them."""
    processes = Processes(tmp_path_factory.mktemp("logs"))
    made = World(tmp_path_factory.mktemp("world"), processes)
    try:
        made.found()
        made.start_drop()
        made.publish()
        yield made
    finally:
        processes.stop_all()
