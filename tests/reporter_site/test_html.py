"""Every document that a browser is given, through the W3C's checker: HTML and CSS without an error."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from reporter import languages, sealed
from reporter.build import Built

VNU = Path(__file__).resolve().parents[1] / "tools" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
HASHES_UNSEEN = "Inline script violates Content Security Policy"
"""The checker does not count an inline script's hash. That the policy allows it: test_offline_page.py, in a browser."""


class NoChecker(AssertionError):
    """java or tests/tools/node_modules/vnu-jar is missing. `make test` installs them when run as root."""


def _faults(folder: Path) -> list[str]:
    """What the checker says of all the files in this folder."""
    java = shutil.which("java")
    if not java or not VNU.is_file():
        raise NoChecker(NoChecker.__doc__)
    files = sorted(str(path) for path in folder.iterdir())
    command = [java, "-Xss4m", "-jar", str(VNU), "--also-check-css", "--stdout", "--format", "gnu", *files]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert not said.stderr, said.stderr
    return [line for line in said.stdout.splitlines() if HASHES_UNSEEN not in line]


def _without_scripts(page: str) -> str:
    """The document as a browser reads it in which scripts are turned off."""
    return re.sub("</?noscript>", "", page)


def _documents(built: Built) -> Iterator[tuple[str, str]]:
    for path in sorted([*built.folder.glob("*.html"), *built.folder.glob("assets/*.css")]):
        yield path.name, path.read_text()
        if path.name.startswith("index"):
            yield f"without-scripts-{path.name}", _without_scripts(path.read_text())
    for code in languages.codes():
        for answer in sealed.ANSWERS:
            yield f"sealed-{code}-{answer.word}.html", sealed.page(answer, languages.load(code)).decode()


def test_every_document_and_style_sheet_is_valid(built: Built, tmp_path: Path) -> None:
    names = []
    for name, text in _documents(built):
        (tmp_path / name).write_text(text)
        names.append(name)
    assert {"index.html", "without-scripts-index.html", "offline.html", "sealed-en-stored.html"} <= set(names)
    assert _faults(tmp_path) == []


@pytest.mark.parametrize(
    "fault",
    ['<p id="a"></p><p id="a"></p>', "<label><h1>x</h1></label>", '<img src="x.png">', "<style>p { color: 4 }</style>"],
)
def test_the_checker_finds_faults(fault: str, tmp_path: Path) -> None:
    page = f'<!DOCTYPE html><html lang="en"><head><title>x</title></head><body>{fault}</body></html>'
    (tmp_path / "x.html").write_text(page)
    assert _faults(tmp_path)
