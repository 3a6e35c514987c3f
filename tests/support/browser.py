"""Chromium as a phone has it: 390x844, driven by Playwright.

Playwright's synchronous interface keeps an event loop in the test's thread, where `asyncio.run` then fails.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

PHONE_WIDTH, PHONE_HEIGHT = 390, 844
FLAGS = [
    "--no-sandbox",  # containers and root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WAIT_MS = 30_000
expect.set_options(timeout=WAIT_MS)  # a busy machine is slow, not wrong


class NoChromium(AssertionError):
    """Chromium is not installed. `make test` installs it when run as root; otherwise: apt-get install chromium."""


def chromium_path() -> str:
    """The system's Chromium; the variable CHROMIUM names another. Raises NoChromium."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not found:
        raise NoChromium(NoChromium.__doc__)
    return found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One headless Chromium a test run. Use `phone`, or `phone_context` for another visitor."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), headless=True, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def phone_context(browser: Browser, **options: object) -> BrowserContext:
    """A new visitor with nothing stored: a 390x844 touch screen. `options` go to Playwright's new_context."""
    context = browser.new_context(
        viewport={"width": PHONE_WIDTH, "height": PHONE_HEIGHT},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        locale="en-GB",
        **options,  # type: ignore[arg-type]
    )
    context.set_default_timeout(WAIT_MS)
    return context


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    """A fresh page of a new visitor's phone."""
    context = phone_context(chromium)
    try:
        yield context.new_page()
    finally:
        context.close()


def slow_network(page: Page, kbit: int = 400, latency_ms: int = 400) -> None:
    """From now on the page has so many kbit/s each way, and every answer begins so much later."""
    bytes_a_second = kbit * 1000 / 8
    page.context.new_cdp_session(page).send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": latency_ms,
            "downloadThroughput": bytes_a_second,
            "uploadThroughput": bytes_a_second,
        },
    )


def screenshot(page: Page, name: str) -> Path:
    """Keeps a picture in tests/output/NAME.png, which people look at and git ignores."""
    path = Path(__file__).resolve().parents[1] / "output" / f"{name}.png"
    path.parent.mkdir(exist_ok=True)
    page.screenshot(path=path, full_page=True)
    return path
