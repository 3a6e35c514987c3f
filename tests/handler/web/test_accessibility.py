"""Every page of the inbox, the cases and the board, in Chromium: axe finds nothing, at a desk and on a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import ConsoleMessage, Page, expect

from tests.handler.founded import FoundedConsole
from tests.handler.reporters import Reporter, Site, noise, upload
from tests.handler.web.looking import check, enter
from tests.handler.web.signingin import sign_in
from tests.support.serving import served


@pytest.fixture
def site(console: FoundedConsole) -> Site:
    return Site.published(console)


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    with served(site.console.app()) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def page(chromium: Chromium, site: Site, address: str) -> Iterator[Page]:
    """Signed in as the supervisor. A violation of the content security policy fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    made = context.new_page()
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "TrustedScript" in message.text:
            complaints.append(message.text)

    made.on("console", listen)
    sign_in(made, address, site.console.supervisor, site.console.clock.now)
    yield made
    context.close()
    assert complaints == []


def test_empty_pages(page: Page, address: str) -> None:
    for path in ("/inbox", "/inbox/quarantine", "/cases", "/cases?unread=yes", "/board", "/cases/" + "00" * 16):
        page.goto(address + path)
        check(page)


def test_from_the_sealed_inbox_to_a_reply_by_keyboard_and_without_a_violation(
    page: Page, address: str, site: Site
) -> None:
    reporter = Reporter.new(site)
    ref = upload(site, "a rather long name of a photo from the phone.jpeg", b"x" * 1_000_000)
    for envelope in (reporter.report("He takes money.", {"danger": "yes"}, [ref]), noise(site)):
        site.drop.take(envelope)
    broken = bytearray(Reporter.new(site).report())
    broken[-1] ^= 1
    site.drop.take(bytes(broken))
    site.cycle()
    page.goto(f"{address}/inbox")
    check(page)
    page.get_by_role("button", name="Open the inbox").press("Enter")
    page.get_by_text("All envelopes have been opened").wait_for()
    check(page)
    page.goto(f"{address}/inbox/quarantine")
    check(page)
    page.goto(f"{address}/cases")
    page.get_by_role("link", name="PSU-2026-0001").press("Enter")
    problem = page.get_by_role("heading", name="There is a problem")
    enter(page.get_by_role("button", name="Open the case"), problem)
    check(page)
    page.get_by_label("To assess a new report").press("Space")
    page.get_by_role("button", name="Open the case").press("Enter")
    page.get_by_role("heading", name="Do you know anyone").wait_for()
    enter(page.get_by_role("button", name="Show the report"), problem)
    check(page)
    page.get_by_label("No conflict").press("Space")
    page.get_by_role("button", name="Show the report").press("Enter")
    page.get_by_label("Your reply").fill("Thank you. When was it?")
    expect(page.locator("#reply-left")).to_contain_text("27,369 bytes left")
    check(page)
    page.get_by_role("button", name="Send the reply").press("Enter")
    page.get_by_text("Your reply is in the queue").wait_for()
    check(page)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download a rather long name").press("Enter")
    assert saved.value.path().read_bytes() == b"x" * 1_000_000


def test_a_full_inbox_goes_on_by_itself(page: Page, address: str, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handler.intake.opening.CHUNK", 2)
    monkeypatch.setattr("handler.intake.views.BATCH_SECONDS", 0.0001)
    for _ in range(5):
        site.drop.take(noise(site))
    site.cycle()
    page.goto(f"{address}/inbox")
    page.get_by_role("button", name="Open the inbox").click()
    page.get_by_text("All envelopes have been opened").wait_for()
    assert "5\n\nnot for us, deleted" in page.inner_text("main")
