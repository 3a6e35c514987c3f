"""Anyone who builds the site from the same sources and pins gets the same bytes, whatever their machine is like."""

import os
import shutil
import subprocess
from pathlib import Path

from reporter.build import Built
from reporter.bundling import CLIENT
from tests.support.processes import PYTHON, ROOT

MACHINES = [
    {"umask": 0o022, "TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONHASHSEED": "1", "SOURCE_DATE_EPOCH": "1"},
    {"umask": 0o077, "TZ": "America/New_York", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2", "HOME": "/nonexistent"},
]
ADDRESS = "https://speak.example"


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _copy_sources(to: Path) -> None:
    """What a builder has: the two packages and the client's packages, as the lock file says."""
    for package in ("crypto", "reporter"):
        ignored = shutil.ignore_patterns("node_modules", "__pycache__")
        shutil.copytree(ROOT / package, to / package, ignore=ignored)
    (to / "reporter" / "client" / "node_modules").symlink_to(CLIENT / "node_modules")


def _built_by(machine: dict[str, object], folder: Path, site_json: bytes) -> dict[str, bytes]:
    """Every file that a build leaves in its folder, the packed ones too."""
    _copy_sources(folder / "sources")
    site = folder / "public"
    site.mkdir()
    (site / "site.json").write_bytes(site_json)
    subprocess.run(
        [str(PYTHON), "-m", "reporter", "build", "--site-dir", str(site), "--address", ADDRESS],
        cwd=folder / "sources",
        env={"PATH": os.environ["PATH"]} | {name: str(value) for name, value in machine.items() if name != "umask"},
        umask=int(str(machine["umask"])),
        check=True,
        capture_output=True,
    )
    return _tree(site / "site")


def test_two_machines_build_the_same_bytes(built: Built, site_dir: Path, tmp_path: Path) -> None:
    assert built.sizes
    site_json = (site_dir / "site.json").read_bytes()
    one, other = (
        _built_by(machine, tmp_path / f"{'a longer name ' * n}machine", site_json) for n, machine in enumerate(MACHINES)
    )
    assert one.keys() == other.keys()
    assert [path for path in one if one[path] != other[path]] == []
    assert {"manifest.json", "index.html.br", "offline.html.gz", "robots.txt", ".well-known/security.txt"} <= one.keys()
