"""What a first visit loads, with brotli and gzip, /state beside it, and when it can be read on a slow network."""

import http.client
import statistics

from playwright.sync_api import Browser

from tests.benchmarks import report
from tests.browser.pages import ReporterSite
from tests.browser.site import LiveSite
from tests.support.browser import phone_context, slow_network

SLOW_VISITS = 5
CODINGS = {"plain": "identity", "brotli": "br", "gzip": "gzip"}


def measure(browser: Browser, live: LiveSite) -> None:
    """One row for each request of Chromium's first load, then their sum, then /state."""
    paths = _loaded(browser, live)
    rows: list[report.Row] = [{"request": path, **_sizes(live.port, path)} for path in paths]
    total = {column: sum(int(row[column]) for row in rows) for column in rows[0] if column != "request"}
    rows.append(
        {"request": f"first load: {len(paths)} requests (to reach: 76,000 B brotli, 84,000 B gzip, in 5)", **total}
    )
    rows.append({"request": "/state, beside it", **_sizes(live.port, "/state")})
    slots = len(live.psu.board) + len(live.independent.board)
    note = (
        "Bytes of bodies as served, and of the heads that come with brotli's. "
        f"/state here: two consoles, {slots} reply slots of 1,024 B; it grows with the replies that stand."
    )
    report.add("First load", rows, note)
    _slow(browser, live)


READ = """() => ({
    paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
    whole: performance.getEntriesByType('navigation')[0].loadEventEnd,
    shown: document.querySelector('[data-page="start"] h1').getClientRects().length,
})"""


def _slow(browser: Browser, live: LiveSite) -> None:
    """When a first visit shows its text on 400 kbit/s with 400 ms of delay, and when all of it is there."""
    paints, wholes = [], []
    for _ in range(SLOW_VISITS):
        context = phone_context(browser)
        try:
            page = context.new_page()
            slow_network(page)
            page.goto(live.url, wait_until="load")
            page.wait_for_timeout(500)
            read = page.evaluate(READ)
            if not (read["shown"] and read["paint"]):
                raise RuntimeError("the start page is not shown")
            paints.append(read["paint"])
            wholes.append(read["whole"])
        finally:
            context.close()
    rows: list[report.Row] = [
        {"what": "text on the screen (ms, median)", "time": round(statistics.median(paints)), "to reach": "3,000"},
        {"what": "text on the screen (ms, slowest)", "time": round(max(paints)), "to reach": "3,000"},
        {"what": "script and all loaded (ms, median)", "time": round(statistics.median(wholes)), "to reach": ""},
    ]
    note = f"Chromium's own throttling, {SLOW_VISITS} visits with nothing stored. Text: first contentful paint."
    report.add("First load on 400 kbit/s with 400 ms of delay", rows, note)


def _loaded(browser: Browser, live: LiveSite) -> list[str]:
    """What Chromium asks for by itself but /state, with the icon, which it may leave out when it has no tabs."""
    context = phone_context(browser)
    try:
        site = ReporterSite(context.new_page(), live.url).open()
        paths = [request.removeprefix("GET ") for request in site.requests if request != "GET /state"]
        icon = site.page.locator('link[rel="icon"]').get_attribute("href") or ""
        return list(dict.fromkeys([*paths, "/" + icon.lstrip("/")]))
    finally:
        context.close()


def _sizes(port: int, path: str) -> dict[str, int]:
    bodies = {f"{name} (B)": len(_get(port, path, coding)[1]) for name, coding in CODINGS.items()}
    return bodies | {"head (B)": _get(port, path, "br")[0]}


def _get(port: int, path: str, coding: str) -> tuple[int, bytes]:
    """The size of the head, and the body, of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Accept-Encoding": coding})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    if response.status != 200:
        raise RuntimeError(f"{path}: {response.status}")
    head = f"HTTP/1.1 200 {response.reason}\r\n\r\n" + "".join(f"{k}: {v}\r\n" for k, v in response.getheaders())
    return len(head), body
