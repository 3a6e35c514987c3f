"""What a first visit loads: every file as the drop serves it, with brotli and with gzip, and /state beside them."""

import http.client

from playwright.sync_api import Browser

from tests.benchmarks import report
from tests.browser.pages import ReporterSite
from tests.browser.site import LiveSite
from tests.support.browser import phone_context

CODINGS = {"plain": "identity", "brotli": "br", "gzip": "gzip"}


def measure(browser: Browser, live: LiveSite) -> None:
    """One row for each request of Chromium's first load, then their sum, then /state."""
    paths = _loaded(browser, live)
    rows: list[report.Row] = [{"request": path, **_sizes(live.port, path)} for path in paths]
    total = {column: sum(int(row[column]) for row in rows) for column in rows[0] if column != "request"}
    rows.append({"request": f"first load: {len(paths)} requests (to reach: 60,000 B in 5)", **total})
    rows.append({"request": "/state, beside it", **_sizes(live.port, "/state")})
    slots = len(live.psu.board) + len(live.independent.board)
    note = (
        "Bytes of bodies as served, and of the heads that come with brotli's. "
        f"/state here: two consoles, {slots} reply slots of 1,024 B; it grows with the replies that stand."
    )
    report.add("First load", rows, note)


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
