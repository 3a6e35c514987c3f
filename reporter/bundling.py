"""Runs the client's own tools (esbuild, sass) under Node."""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

CLIENT = Path(__file__).parent / "client"


class NoNode(Exception):
    """Node was not found; run `make deps`, or install Node 20 or newer."""


class NoClientPackages(Exception):
    """The client's packages are not installed; run `make deps`."""


class BundleFailed(Exception):
    """The client could not be bundled; what esbuild or sass said follows."""


@dataclass(frozen=True)
class Bundle:
    """The bytes that the browser gets."""

    script: bytes
    offline_script: bytes
    css: bytes
    plain_css: bytes
    icon: bytes


def node() -> str:
    """The path of node: on PATH, or beside this Python, where the wheel puts it. Raises NoNode."""
    beside = Path(sys.executable).parent
    found = shutil.which("node", path=os.pathsep.join([os.environ.get("PATH", ""), str(beside)]))
    if found is None:
        raise NoNode(NoNode.__doc__)
    return found


def bundle(client: Path = CLIENT) -> Bundle:
    """Script and styles from the sources below `client`. Raises NoNode, NoClientPackages, BundleFailed."""
    if not (client / "node_modules").is_dir():
        raise NoClientPackages(NoClientPackages.__doc__)
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [node(), str(client / "bundle.mjs"), folder], capture_output=True, text=True, cwd=client, check=False
        )
        if done.returncode:
            raise BundleFailed(f"{BundleFailed.__doc__}\n{done.stderr}")
        out = Path(folder)
        return Bundle(
            script=(out / "app.js").read_bytes(),
            offline_script=(out / "offline.js").read_bytes(),
            css=(out / "site.css").read_bytes(),
            plain_css=(out / "plain.css").read_bytes(),
            icon=(client / "styles" / "icon.svg").read_bytes(),
        )
