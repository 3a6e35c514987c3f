"""One served site and two Firefoxes for all the tests here: starting either costs seconds."""

from collections.abc import Iterator

import pytest

from tests.browser.site import LiveSite
from tests.firefox.driver import SAFER, Firefox
from tests.firefox.pages import FirefoxSite
from tests.support.processes import Processes


@pytest.fixture(scope="package")
def package_processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    running = Processes(tmp_path_factory.mktemp("logs"))
    try:
        yield running
    finally:
        running.stop_all()


@pytest.fixture(scope="package")
def live(tmp_path_factory: pytest.TempPathFactory, package_processes: Processes) -> LiveSite:
    """A site that all tests share; each knows its own threads by their words."""
    return LiveSite(tmp_path_factory.mktemp("live"), package_processes)


@pytest.fixture(scope="package")
def plain(tmp_path_factory: pytest.TempPathFactory, package_processes: Processes) -> Iterator[Firefox]:
    """Firefox as it comes."""
    firefox = Firefox(package_processes, tmp_path_factory.mktemp("plain"), {})
    yield firefox
    firefox.stop()


@pytest.fixture(scope="package")
def safer(tmp_path_factory: pytest.TempPathFactory, package_processes: Processes) -> Iterator[Firefox]:
    """Firefox as Tor Browser sets it at its level "Safer"."""
    firefox = Firefox(package_processes, tmp_path_factory.mktemp("safer"), SAFER)
    yield firefox
    firefox.stop()


@pytest.fixture(params=["plain", "safer"])
def site(request: pytest.FixtureRequest, live: LiveSite) -> Iterator[FirefoxSite]:
    """A visit, in the one and in the other; nothing in it may make Firefox complain."""
    visit = FirefoxSite(request.getfixturevalue(request.param), live.url)
    yield visit
    assert visit.complaints == []
    visit.close()
