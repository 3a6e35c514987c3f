"""The repository's own rules: what may stand in it, how long a file may be, and that its two commands are told."""

import re
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.processes import ROOT

TOP_LEVEL = {
    ".ci",
    ".gitignore",
    "LICENSE",
    "Makefile",
    "README.md",
    "SECURITY.md",
    "crypto",
    "deploy",
    "docs",
    "handler",
    "migrations",
    "pyproject.toml",
    "reporter",
    "requirements-dev.lock",
    "requirements.lock",
    "tests",
}
SOURCES = {".py", ".js", ".mjs", ".html", ".css", ".scss", ".sh"}
LONGEST_SOURCE = 400  # lines; one idea a module
LARGEST_FILE = 1_000_000  # bytes

# Put together here, so that this file passes its own test.
REGISTRIES = ["pypi/org", "pythonhosted/org", "npmjs/org", "npmjs/com", "yarnpkg/com", "deb/debian/org", "crates/io"]
REGISTRY = "|".join(re.escape(name.replace("/", ".")) for name in REGISTRIES)
UNFINISHED = "|".join(["TO" "DO", "FIX" "ME", "Not" "Implemented", "pytest.sk" "ip", "x" "fail", r"test\.sk" r"ip\("])
MACHINE = "|".join(["/wo" "rk/", r"\.\./sha" "red"])


def tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout.decode()
    return [ROOT / name for name in listing.split("\0") if name and (ROOT / name).is_file()]


def lines_with(pattern: str) -> Iterator[str]:
    """Every `path:number: line` of a tracked text file that matches."""
    wanted = re.compile(pattern)
    for path in tracked():
        content = path.read_bytes()
        if b"\0" in content:
            continue
        for number, line in enumerate(content.decode().splitlines(), 1):
            if wanted.search(line):
                yield f"{path.relative_to(ROOT)}:{number}: {line.strip()[:150]}"


@pytest.mark.parametrize("pattern", [REGISTRY, UNFINISHED, MACHINE], ids=["registry host", "unfinished", "one machine"])
def test_no_tracked_file_names(pattern: str) -> None:
    assert list(lines_with(pattern)) == []


def test_no_source_file_is_longer_than_a_reader_can_hold() -> None:
    lengths = {path: len(path.read_bytes().splitlines()) for path in tracked() if path.suffix in SOURCES}
    assert {str(path.relative_to(ROOT)): n for path, n in lengths.items() if n > LONGEST_SOURCE} == {}


def test_no_file_is_large() -> None:
    assert [str(path) for path in tracked() if path.stat().st_size > LARGEST_FILE] == []


def test_every_top_level_entry_has_its_place() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in tracked()} - TOP_LEVEL == set()


def test_scripts_can_be_started() -> None:
    scripts = [path for path in tracked() if path.suffix == ".sh" or path == ROOT / ".ci" / "run"]
    assert scripts
    assert [path for path in scripts if not path.stat().st_mode & stat.S_IXUSR] == []


@pytest.mark.parametrize("command", ["make run", "make test"])
def test_readme_tells_both_commands(command: str) -> None:
    assert command in (ROOT / "README.md").read_text()
