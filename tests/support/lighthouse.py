"""Lighthouse, run on a page as its own tool runs it: a phone, 4 times slower, on 1.6 Mbit/s with 150 ms."""

import json
import subprocess
from collections.abc import Sequence
from typing import Any

from tests.support.browser import chromium_path
from tests.support.processes import ROOT

SCRIPT = ROOT / "tests" / "tools" / "lighthouse.mjs"
LONGEST = 240  # seconds


class LighthouseFailed(AssertionError):
    """Lighthouse gave no result; what it said follows. Its packages come with deploy/local/deps.sh tests."""


def lighthouse(url: str, *categories: str) -> dict[str, Any]:
    """Scores from 0 to 100, audits that were not passed, metrics in ms: see the head of lighthouse.mjs."""
    command: Sequence[str] = ["node", str(SCRIPT), chromium_path(), url, *categories]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)
    if done.returncode:
        raise LighthouseFailed(f"{LighthouseFailed.__doc__}\n{done.stderr[-4000:]}")
    result: dict[str, Any] = json.loads(done.stdout)
    return result
