"""A console with the demonstration in it, which the tests of one file share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from handler.demo.fill import Told, fill
from handler.founding.plan import Founded
from tests.handler.founded import FoundedConsole, Person, copy_console

HANDLER = "Hana Handler"
Filled = tuple[FoundedConsole, Person, Told]


@pytest.fixture(scope="module")
def filled(founded_site: tuple[Path, Founded], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """With a handler of its own who takes part; the supervisor leads it."""
    console = copy_console(*founded_site, tmp_path_factory.mktemp("demo"))
    hana = console.add_person(HANDLER, "handler", "intake")
    people = [console.unlocked(console.supervisor), console.unlocked(hana)]
    told = fill(console.settings, console.databases, people, console.clock)
    yield console, hana, told
    console.databases.close()
