"""Looking at a page in Chromium, as wide as a desk, a tablet and a phone: axe finds nothing, and nothing sticks out."""

from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Locator, Page, expect

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
DESK, TABLET, PHONE = 1280, 768, 390
FIND = """async () => (await axe.run({ resultTypes: ["violations"] })).violations.map(
    (one) => [one.id, one.help, ...one.nodes.map((node) => node.html)].join("\\n  "))"""


def check(page: Page) -> None:
    """The page is as wide as a desk's afterwards, as pictures of it are."""
    page.wait_for_load_state()
    page.evaluate(AXE)
    for width in (TABLET, PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
        if width != TABLET:
            found = page.evaluate(FIND)
            assert found == [], f"{page.url} at {width}:\n" + "\n".join(found)


def enter(what: Locator, then: Locator) -> None:
    """Presses a link or a button by key, and waits for something that only the page after it has: what is looked at
    next is that page."""
    expect(then).to_have_count(0)
    what.press("Enter")
    expect(then.first).to_be_visible()
