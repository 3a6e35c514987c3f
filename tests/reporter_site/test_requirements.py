"""docs/REQUIREMENTS.md names pages and tests that there are, for each point."""

import re

import pytest

from reporter.build import Built
from tests.reporter_site.named import ROOT, exists

POINTS = [
    *(f"Rq-A{n}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19, 20, 21, 22)),
    *("Rq-E23", "Rq-F17", "Rq-F18", "Rq-G1", "Rq-G16"),
]


def _rows() -> dict[str, list[str]]:
    """The cells of each row after its id."""
    text = (ROOT / "docs" / "REQUIREMENTS.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    return {row[0]: row[1:] for row in rows if row[0].startswith("Rq-")}


def _named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_point_has_its_row() -> None:
    assert list(_rows()) == POINTS


@pytest.mark.parametrize("point", POINTS)
def test_a_point_is_met_by_pages_and_tests_that_there_are(point: str, built: Built) -> None:
    _, pages, tests, _ = _rows()[point]
    there = set(re.findall(r'data-page="([^"]+)"', (built.folder / "index.html").read_text(encoding="utf-8")))
    assert _named(pages)
    assert set(_named(pages)) <= there
    assert _named(tests)
    assert [test for test in _named(tests) if not exists(test)] == []
