"""Lighthouse's mobile run of the first page, as a real drop serves it, with brotli."""

import os
import statistics
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks import report
from tests.browser.site import LiveSite
from tests.support.lighthouse import lighthouse
from tests.support.processes import Processes

RUNS = 3
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
METRICS = {
    "first-contentful-paint": ("first contentful paint (ms)", ""),
    "largest-contentful-paint": ("largest contentful paint (ms)", "1,500 or less"),
    "total-blocking-time": ("total blocking time (ms)", ""),
    "speed-index": ("speed index (ms)", ""),
    "cumulative-layout-shift": ("cumulative layout shift", "0"),
}
TO_REACH = {"performance": "98 or more", "accessibility": "100"}


def run() -> None:
    """Medians and the worst of some runs in the section "Lighthouse, mobile"."""
    with tempfile.TemporaryDirectory(prefix="candour-bench-", dir=os.environ.get("BENCH_DIR")) as scratch:
        folder = Path(scratch)
        (folder / "logs").mkdir()
        processes = Processes(folder / "logs")
        try:
            live = LiveSite(folder, processes)
            load = os.getloadavg()[0]
            runs = [lighthouse(live.url, *CATEGORIES) for _ in range(RUNS)]
        finally:
            processes.stop_all()
    rows: list[report.Row] = [
        _row(name, [one["scores"][name] for one in runs], TO_REACH.get(name, ""), min) for name in CATEGORIES
    ]
    rows += [
        _row(name, [round(one["metrics"][audit], 3) for one in runs], to_reach, max)
        for audit, (name, to_reach) in METRICS.items()
    ]
    sizes = [sum(request["transferSize"] for request in one["requests"]) for one in runs]
    rows.append(_row("bytes on the line, heads and /state included", sizes, "", max))
    rows.append(_row("requests, /state and icon included", [len(one["requests"]) for one in runs], "6 or less", max))
    report.add("Lighthouse, mobile", rows, _note(runs[0], load))


def _row(name: str, values: list[Any], to_reach: str, worst: Any) -> report.Row:
    return {"what": name, "median": statistics.median(values), "worst": worst(values), "to reach": to_reach}


def _note(run: dict[str, Any], load: float) -> str:
    throttling = run["throttling"]
    return (
        f"Lighthouse {run['version']}, {RUNS} runs of the start page with all questions and advice in it, simulated: "
        f"{throttling['throughputKbps'] / 1024:.1f} Mbit/s, {throttling['rttMs']} ms, CPU slowed "
        f"{throttling['cpuSlowdownMultiplier']} times. Served over HTTP/1.1 from this machine, where Chromium asks for "
        f"brotli as it does over TLS; load of the machine {load:.1f} at the start."
    )
