"""A unit's own deadlines: a file in the console's folder, read over the defaults, refused where it is not in order."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from handler.lifecycle.clocks import Deadlines
from handler.lifecycle.periods import BadDeadlines
from handler.settings import Settings

README = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")


def test_what_stands_in_the_file_counts_and_the_rest_stays(tmp_path: Path) -> None:
    assert Settings(home=tmp_path).deadlines == Settings(home=tmp_path / "none").deadlines
    (tmp_path / "deadlines.toml").write_text("triage_p3 = 3\ncheckin_months = [2, 4]\n")
    made = Settings(home=tmp_path).deadlines
    assert (made.triage_p3, made.checkin_months, made.triage_p4) == (3, (2, 4), Deadlines.triage_p4)
    assert made.calendar == Settings(home=tmp_path / "none").deadlines.calendar


@pytest.mark.parametrize(
    "text", ["triage_p5 = 1", "calendar = 1", "open = 0", "open = true", 'open = "1"', "open = [1]",
             "chaser_days = 28", "chaser_days = []", "chaser_days = [56, 28]", "open ="],
)  # fmt: skip
def test_anything_else_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "deadlines.toml").write_text(text)
    with pytest.raises(BadDeadlines):
        _ = Settings(home=tmp_path).deadlines


def test_the_readme_lists_every_name() -> None:
    line = next(line for line in README.splitlines() if "deadlines.toml" in line)
    assert {one.name for one in fields(Deadlines)} - {"calendar"} <= set(re.findall(r"`(\w+)`", line))
