"""`python -m reporter serve` and `purge`, as an operator uses them."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.support.processes import PYTHON, ROOT


def reporter(*words: str, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    settings = {"CANDOUR_DATA": str(folder / "data"), "CANDOUR_SITE": str(folder / "site"), **env}
    return subprocess.run(
        [PYTHON, "-m", "reporter", *words],
        cwd=ROOT, env={**os.environ, **settings}, capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip


def test_help_names_every_command(tmp_path: Path) -> None:
    told = reporter("--help", folder=tmp_path)
    assert told.returncode == 0
    assert all(name in told.stdout for name in ("serve", "build", "verify", "send", "check", "purge", "Exit codes"))


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("nonsense",),
        ("serve",),
        ("serve", "--listen", "127.0.0.1:0", "--workers", "0"),
        ("serve", "--listen", "127.0.0.1:0", "--pickup"),
        ("serve", "--listen", "127.0.0.1:0", "--cert", "/dev/null"),
        ("serve", "--listen", "127.0.0.1:0", "--cert", "no such file"),
        ("purge", "--nonsense"),
    ],
)
def test_wrong_usage_is_2(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert reporter(*words, folder=tmp_path).returncode == 2


def test_unreadable_setting_is_named_in_one_line(tmp_path: Path) -> None:
    told = reporter("serve", "--listen", "127.0.0.1:0", folder=tmp_path, D_BASE="many")
    assert told.returncode == 1
    assert "d_base" in told.stderr
    assert len(told.stderr.splitlines()) == 1


def test_unreachable_database_is_told_in_one_line_without_its_password(tmp_path: Path) -> None:
    url = "postgresql://u:canary-password@127.0.0.1:1/d"
    for words in (("serve", "--listen", "127.0.0.1:0"), ("purge",)):
        told = reporter(*words, folder=tmp_path, DATABASE_URL=url)
        assert told.returncode == 1
        assert "DATABASE_URL" in told.stderr
        assert len(told.stderr.splitlines()) == 1
        assert "canary-password" not in told.stderr


def test_purge_tells_what_it_deleted(tmp_path: Path) -> None:
    from reporter.prepare import migrate

    (tmp_path / "data").mkdir()
    migrate(f"sqlite:///{tmp_path}/data/drop.db")
    told = reporter("purge", "--json", folder=tmp_path)
    assert told.returncode == 0
    assert json.loads(told.stdout) == {"envelopes": 0, "pieces": 0, "accepted": 0, "orphans": 0}
    assert reporter("purge", folder=tmp_path).stdout.startswith("Deleted 0 envelopes")
