"""Installing: every dependency is pinned with a hash, and `make` fetches nothing that it already has."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.support.processes import ROOT

LOCAL = ROOT / "deploy" / "local"
LOCKS = [ROOT / "requirements.lock", ROOT / "requirements-dev.lock", LOCAL / "uv.lock", LOCAL / "node.lock"]


def name_of(requirement: str) -> str:
    return re.split(r"[\[<>=;! ]", requirement)[0].lower().replace("_", "-")


def pinned(lock: Path) -> dict[str, str]:
    """The exact versions of a lock file, by package."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lock.read_text(), re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_line_of_a_lock_is_a_pinned_package_or_its_hash(lock: Path) -> None:
    packages = re.split(r"\n(?=\S)", lock.read_text().strip())
    form = re.compile(r"[a-z0-9-]+==\S+( ; [^\\\n]+)? \\(\n    --hash=sha256:[0-9a-f]{64}( \\)?)+")
    assert [package for package in packages if not form.fullmatch(package)] == []


def test_lock_has_all_that_the_project_declares() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    runtime = {name_of(line) for line in project["project"]["dependencies"]}
    tests = {name_of(line) for line in project["dependency-groups"]["dev"]}
    assert runtime - pinned(LOCKS[0]).keys() == set()
    assert (runtime | tests) - pinned(LOCKS[1]).keys() == set()


def test_what_is_tested_is_what_is_run() -> None:
    run, tested = pinned(LOCKS[0]), pinned(LOCKS[1])
    assert {name: version for name, version in run.items() if tested.get(name) != version} == {}


def test_deps_needs_no_network_when_nothing_changed() -> None:
    subprocess.run([LOCAL / "deps.sh"], check=True, capture_output=True, timeout=250)
    nowhere = "http://127.0.0.1:9"
    env = {**os.environ, "HTTPS_PROXY": nowhere, "HTTP_PROXY": nowhere, "ALL_PROXY": nowhere, "NO_PROXY": ""}
    done = subprocess.run([LOCAL / "deps.sh"], env=env, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_need_says_what_is_missing_when_it_may_not_install(tmp_path: Path) -> None:
    somebody = tmp_path / "id"
    somebody.write_text("#!/bin/sh\necho 1000\n")
    somebody.chmod(0o755)
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    need: list[str | Path] = [LOCAL / "need.sh", "sh", "no-such-program"]
    done = subprocess.run(need, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "apt-get install no-such-program\n" in done.stderr
