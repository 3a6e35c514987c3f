"""The reporter's page in Chromium, plain, with the CPU slowed four times, without a compiler; what a first visit loads.

The client's modules run as the site's bundle runs them (same esbuild settings, same origin, same headers), from a page
that only this browser has: its address is answered by Playwright, never by the drop.
"""

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, Route, expect, sync_playwright

from reporter.build import read_pins
from reporter.bundling import CLIENT
from reporter.frozen import HEADERS
from tests.benchmarks import firstload, report
from tests.browser.pages import CHECK, ReporterSite
from tests.browser.site import LiveSite
from tests.support.browser import FLAGS, chromium_path, phone_context
from tests.support.photos import photo_with_place
from tests.support.processes import Processes

MODULE = Path(__file__).with_name("phonepage.mjs")
RATES = {"plain": 1, "CPU slowed 4x": 4}
INTERPRETED = "--js-flags=--jitless"  # V8 makes no machine code, and has no WebAssembly
VISITS, SENDINGS = 10, 8  # each in a browser context, and so a process, of its own
D, STAMPS, STAMP_SECONDS = 14, 500, 60
FILE, FILE_RUNS = 25_000_000, 5
HTML = '<!doctype html><title>Bench</title><input type="file"><script type="module" src="/bench.js"></script>'
TARGETS = {
    "first seal of a visit, slots prepared (ms, median)": "300",
    "stamp, d = 14 (ms, median)": "3,000",
    "stamp, d = 14 (ms, p99)": "3,000",
    "25 MB file into pieces (MB/s of file)": "60 or more (plain)",
    "25 MB file into pieces: extra JS heap (MB, largest seen)": "64",
}
Figures = dict[str, float]


def run() -> None:
    """Times and heap in the section "Phone", sizes in "First load"."""
    with tempfile.TemporaryDirectory(prefix="candour-bench-", dir=os.environ.get("BENCH_DIR")) as scratch:
        folder = Path(scratch)
        (folder / "logs").mkdir()
        processes = Processes(folder / "logs")
        try:
            live = LiveSite(folder, processes)
            load = os.getloadavg()[0]
            with chromium() as browser:
                firstload.measure(browser, live)
                figures = {name: _measure(browser, live, bundled(folder), rate) for name, rate in RATES.items()}
                note = _note(browser.version, load)
            with chromium(INTERPRETED) as browser:
                figures["no compiler"] = _measure(browser, live, bundled(folder), 1)
        finally:
            processes.stop_all()
    names = list(figures["plain"])
    rows: list[report.Row] = [
        {"what": name, **{way: round(figures[way][name], 1) for way in figures}, "to reach": TARGETS.get(name, "")}
        for name in names
    ]
    report.add("Phone: the reporter's page in Chromium", rows, note)


def _note(version: str, load: float) -> str:
    return (
        f"Chromium {version}, 390x844, load of the machine {load:.1f} at the start. Slowing is CDP's "
        "setCPUThrottlingRate: the page's main thread, not the threads on which WebCrypto works. "
        "No compiler: V8's jitless, which has no WebAssembly either. Seals are the first "
        f"and second of {VISITS} visits, words and keys included, each visit in a new process. Stamps: {STAMPS}, or "
        f"what {STAMP_SECONDS} s give; tries are geometric, so that p99 by the rate is 4.6 x 2^{D} hashes. The file "
        "is on disk, behind a file input; 128 pieces (33.6 MB) are made of it. Heap is CDP Runtime.getHeapUsage (used, "
        "embedder and array buffers together) asked every few ms, less what there was after a collection. Sending: "
        f"{SENDINGS} visits, a local drop, d = {D}."
    )


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), headless=True, args=[*FLAGS, *more])
        try:
            yield browser
        finally:
            browser.close()


def bundled(folder: Path) -> bytes:
    """phonepage.mjs and the modules it uses, made with the settings of the site's own bundle."""
    out = folder / "bench.js"
    settings = ("--bundle", "--minify", "--format=esm", "--target=es2022", "--charset=utf8", "--log-level=warning")
    esbuild = CLIENT / "node_modules" / ".bin" / "esbuild"
    subprocess.run([str(esbuild), str(MODULE), f"--outfile={out}", *settings], check=True)
    return out.read_bytes()


def _measure(browser: Browser, live: LiveSite, script: bytes, rate: int) -> Figures:
    pins = read_pins(live.folder / "site.json")
    visits = []
    for _ in range(VISITS):
        with bench_page(browser, live, script, rate) as (page, _cdp):
            visits.append(page.evaluate("pins => bench.visit(pins)", pins))
    figures = _seals(visits)
    with bench_page(browser, live, script, rate) as (page, _cdp):
        figures |= _stamps(page)
    with bench_page(browser, live, script, rate) as (page, cdp):
        figures |= _files(page, cdp, live.folder)
    waits = [_send(browser, live, rate) for _ in range(SENDINGS)]
    figures["pressed to code page (ms, median)"] = statistics.median(waits)
    figures["pressed to code page (ms, slowest)"] = max(waits)
    return figures


def _seals(visits: Sequence[dict[str, Any]]) -> Figures:
    firsts = [visit["first"] for visit in visits]
    slots = [one for visit in visits for one in visit["slots"]]
    return {
        "first seal of a visit, slots prepared (ms, median)": statistics.median(firsts),
        "first seal of a visit, slots prepared (ms, slowest)": max(firsts),
        "second seal (ms, median)": statistics.median(visit["second"] for visit in visits),
        "seal with no slot prepared (ms, median)": statistics.median(visit["unprepared"] for visit in visits),
        "one throw-away slot (ms, median)": statistics.median(slots),
        "one throw-away slot (ms, slowest)": max(slots),
        "state fetched and checked (ms, median)": statistics.median(visit["state"] for visit in visits),
        "self-test (ms, median)": statistics.median(visit["tested"] for visit in visits),
    }


def _stamps(page: Page) -> Figures:
    hashes = page.evaluate("bench.hashes(3)")
    times = sorted(page.evaluate("([d, most, seconds]) => bench.stamps(d, most, seconds)", [D, STAMPS, STAMP_SECONDS]))
    return {
        "hashes a second (thousands)": hashes / 1000,
        "stamp, d = 14 (ms, median)": statistics.median(times),
        "stamp, d = 14 (ms, p99)": times[min(len(times) - 1, len(times) * 99 // 100)],
        "stamp, d = 14 (ms, p99 by the rate)": 4.605 * 2**D / hashes * 1000,
        "stamp, d = 14 (number measured)": len(times),
    }


def _files(page: Page, cdp: CDPSession, folder: Path) -> Figures:
    noise = os.urandom(FILE)
    photo = photo_with_place(folder / "photo.jpg").read_bytes()
    long_scan = photo[:-2] + noise.replace(b"\xff", b"\xff\x00") + photo[-2:]
    sealing, sealing_heap = _file(page, cdp, folder / "file.bin", noise, "bench.seal()")
    cleaning, cleaning_heap = _file(page, cdp, folder / "photo.jpg", long_scan, "bench.clean()")
    return {
        "25 MB file into pieces (MB/s of file)": FILE / 1e6 / sealing,
        "25 MB file into pieces: extra JS heap (MB, largest seen)": sealing_heap,
        "25 MB photo cleaned when added (ms, median)": cleaning * 1000,
        "25 MB photo cleaned: extra JS heap (MB, largest seen)": cleaning_heap,
    }


def _file(page: Page, cdp: CDPSession, path: Path, content: bytes, work: str) -> tuple[float, float]:
    """Median seconds of the work on a file of this content, and the MB of heap that one more time of it takes."""
    path.write_bytes(content)
    page.locator("input").set_input_files(path)
    seconds = [page.evaluate(work) / 1000 for _ in range(FILE_RUNS)]
    cdp.send("HeapProfiler.enable")
    cdp.send("HeapProfiler.collectGarbage")
    before, most = _heap(cdp), 0
    page.evaluate(f"bench.done = false; void {work}.then(() => {{ bench.done = true; }})")
    while not page.evaluate("bench.done"):
        most = max(most, _heap(cdp))
    most = max(most, _heap(cdp))
    return statistics.median(seconds), (most - before) / 1e6


def _heap(cdp: CDPSession) -> int:
    """Bytes in use: objects, DOM, array buffers; also what was not yet collected."""
    usage = cdp.send("Runtime.getHeapUsage")
    return int(usage["usedSize"] + usage["embedderHeapUsedSize"] + usage["backingStorageSize"])


PRESS = """async () => {
    const shown = () => document.querySelector('[data-page="code"]:not([hidden])');
    const button = document.querySelector('[data-page="check"] [data-act="send"]');
    const began = performance.now();
    button.click();
    while (!shown()) await new Promise(requestAnimationFrame);
    return performance.now() - began;
}"""


def _send(browser: Browser, live: LiveSite, rate: int) -> float:
    """Milliseconds from "Seal and send" to the code page, of a visit that took a few seconds to write."""
    context = phone_context(browser)
    try:
        page = context.new_page()
        slow(page, rate)
        _write_report(ReporterSite(page, live.url).open())
        time.sleep(2)
        return float(page.evaluate(PRESS))
    finally:
        context.close()


def _write_report(site: ReporterSite) -> None:
    """To "Check your answers": text where there is a box for it, every other question skipped."""
    site.begin()
    heading = site.page.get_by_role("heading", level=1)
    while (asked := site.heading) != CHECK:
        if site.visible("textarea").count():
            site.write("Something that somebody should look into. " * 40).go_on()
        else:
            site.skip()
        expect(heading).not_to_have_text(asked)


def slow(page: Page, rate: int) -> CDPSession:
    """From now on the page's main thread gets one part in `rate` of the time."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": rate})
    return cdp


@contextmanager
def bench_page(browser: Browser, live: LiveSite, script: bytes, rate: int) -> Iterator[tuple[Page, CDPSession]]:
    """A new visitor's page at the drop's origin with the client's modules and nothing else in it."""
    context = phone_context(browser)
    try:
        page = context.new_page()
        page.route(f"{live.url}/bench", _answer("text/html", HTML.encode()))
        page.route(f"{live.url}/bench.js", _answer("text/javascript", script))
        cdp = slow(page, rate)
        page.goto(f"{live.url}/bench")
        page.wait_for_function("globalThis.bench")
        yield page, cdp
    finally:
        context.close()


def _answer(kind: str, body: bytes) -> Callable[[Route], None]:
    """With the headers that the drop gives its pages."""
    headers = {**HEADERS, "Content-Type": f"{kind}; charset=utf-8"}
    return lambda route: route.fulfill(headers=headers, body=body)
