"""One built site for all tests of this folder's files."""

import json
from pathlib import Path

import pytest

from reporter.build import Built, build
from tests.reporter import founded

PINS = {
    "site": founded.SITE.hex(),
    "roots": [founded.public("root").hex(), founded.public("spare").hex()],
    "serial": 3,
    "audiences": [{"number": 1, "groups": ["psu"]}, {"number": 2, "groups": ["independent"]}],
}


@pytest.fixture(scope="session")
def site_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with site.json, as founding leaves it."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "site.json").write_text(json.dumps({**PINS, "consoles": {"psu": "33" * 32}}))
    return folder


@pytest.fixture(scope="session")
def built(site_dir: Path) -> Built:
    return build(site_dir)
