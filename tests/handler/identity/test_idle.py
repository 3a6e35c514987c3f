"""The page's own lock in Chromium, with a clock that only the test moves; the pages of signing in under axe."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect
from sqlalchemy import select

from handler.identity import sessions
from handler.identity.tables import SignedIn
from tests.handler.founded import FoundedConsole
from tests.handler.web.looking import check
from tests.support.browser import WAIT_MS, screenshot
from tests.support.serving import served

IDLE = sessions.IDLE - sessions.SEEN_STEP  # what the page counts, so that it never locks later than the server
WORDS = "Words that nobody sent yet"


@pytest.fixture
def address(console: FoundedConsole) -> Iterator[str]:
    with served(console.app()) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def page(chromium: Chromium, address: str) -> Iterator[Page]:
    """Nobody signed in; what breaks the page's policy fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, base_url=address)
    context.set_default_timeout(WAIT_MS)
    made = context.new_page()
    complaints: list[str] = []
    made.on("console", lambda message: complaints.append(message.text) if "Policy" in message.text else None)
    made.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        yield made
    finally:
        context.close()
    assert complaints == []


def sign_in(page: Page, console: FoundedConsole) -> None:
    person = console.supervisor
    page.goto("/sign-in")
    page.get_by_label("Your name").fill(person.name)
    page.get_by_label("Passphrase").fill(person.passphrase)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Six-digit code").fill(person.code(console.clock.now))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Sign out", exact=True).wait_for()


def at_work(page: Page, console: FoundedConsole) -> None:
    """Signed in, with words in a form, and a clock that stands."""
    page.clock.install()
    sign_in(page, console)
    page.goto("/people")
    page.get_by_label("Name", exact=True).fill(WORDS)


def unlock(page: Page, passphrase: str) -> None:
    page.get_by_label("Passphrase of Sam Supervisor").fill(passphrase)
    page.get_by_role("button", name="Unlock").click()


def sealed(console: FoundedConsole) -> list[bytes]:
    with console.databases.console.read() as session:
        return list(session.scalars(select(SignedIn.sealed)))


def test_after_nine_minutes_a_word_of_warning_and_a_button_to_stay(page: Page, console: FoundedConsole) -> None:
    at_work(page, console)
    warning = page.get_by_text("In a minute this page is locked")
    page.clock.run_for((IDLE - 61) * 1000)
    expect(warning).to_be_hidden()
    page.clock.run_for(2000)
    expect(warning).to_be_visible()
    check(page)
    screenshot(page, "console-idle-warning")
    page.get_by_role("button", name="Stay signed in").click()
    expect(warning).to_be_hidden()
    page.clock.run_for((IDLE - 62) * 1000)
    expect(warning).to_be_hidden()
    assert sealed(console) != [b""]


def test_the_page_locks_gives_nothing_away_and_comes_back_as_it_was(page: Page, console: FoundedConsole) -> None:
    at_work(page, console)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    with page.expect_response("**/lock"):
        page.clock.run_for((IDLE + 1) * 1000)
    page.get_by_role("heading", name="Locked").wait_for()
    assert set(asked) == {"lock", "awake"}
    assert asked.count("awake") == 1, "that the name was typed, and nothing while the page just stood there"
    assert sealed(console) == [b""]
    for gone in (WORDS, "Accounts of this console", "Administrator"):
        assert gone not in page.content()
    assert WORDS not in page.evaluate("[...document.querySelectorAll('input')].map((field) => field.value).join()")
    check(page)
    screenshot(page, "console-locked-page")
    unlock(page, "not this one at all")
    page.get_by_text("That passphrase is not right").wait_for()
    check(page)
    unlock(page, console.supervisor.passphrase)
    expect(page.get_by_label("Name", exact=True)).to_have_value(WORDS)
    page.get_by_label("First passphrase").fill("a long enough one")
    page.get_by_label("Auditor").check()
    page.get_by_role("button", name="Add person").click()
    page.get_by_role("heading", name=f"{WORDS} was added").wait_for()  # the form's token is still good


def test_lock_now_locks_every_window_and_one_passphrase_opens_them(page: Page, console: FoundedConsole) -> None:
    sign_in(page, console)
    page.goto("/people")
    page.get_by_label("Name", exact=True).fill(WORDS)
    other = page.context.new_page()
    other.goto("/sessions")
    other.get_by_role("button", name="Lock now").click()
    for window in (other, page):
        window.get_by_role("heading", name="Locked").wait_for()
        assert "Sign out" not in window.content()
    assert sealed(console) == [b""]
    unlock(other, console.supervisor.passphrase)
    other.get_by_role("heading", name="Your sessions").wait_for()
    expect(page.get_by_label("Name", exact=True)).to_have_value(WORDS)


def test_a_kept_page_opens_again_after_a_sign_in_beside_it(page: Page, console: FoundedConsole) -> None:
    sign_in(page, console)
    page.goto("/people")
    page.get_by_label("Name", exact=True).fill(WORDS)
    page.get_by_role("button", name="Lock now").click()
    page.get_by_role("heading", name="Locked").wait_for()
    console.clock.forward(sessions.LONGEST + 1)
    unlock(page, console.supervisor.passphrase)
    page.get_by_text("This session has ended.").wait_for()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Sign in again in a new window").click()
    sign_in(opened.value, console)
    unlock(page, "whatever, the other window has signed in")
    expect(page.get_by_label("Name", exact=True)).to_have_value(WORDS)


def test_without_scripts_the_lock_is_a_page(chromium: Chromium, address: str, console: FoundedConsole) -> None:
    context = chromium.new_context(java_script_enabled=False, base_url=address)
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    sign_in(page, console)
    page.goto("/people")
    page.get_by_label("Name", exact=True).fill(WORDS)
    page.get_by_label("First passphrase").fill("a long enough one")
    console.clock.forward(sessions.IDLE + 1)
    page.get_by_role("button", name="Add person").click()
    page.get_by_role("heading", name="Locked").wait_for()
    unlock(page, console.supervisor.passphrase)
    page.get_by_role("heading", name="This was not sent yet").wait_for()
    expect(page.get_by_text(WORDS)).to_be_visible()
    page.get_by_role("button", name="Lock now").click()
    page.get_by_role("heading", name="Locked").wait_for()
    context.close()


def test_the_pages_of_signing_in(page: Page, console: FoundedConsole) -> None:
    page.goto("/sign-in")
    page.get_by_label("Your name").fill("Sam Supervisor")
    page.get_by_label("Passphrase").fill("not this one at all")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="That name, passphrase or code is not right").wait_for()
    check(page)
    page.get_by_label("Passphrase").fill(console.supervisor.passphrase)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Six-digit code").fill("000000")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="That code is not right").wait_for()
    check(page)
    screenshot(page, "console-code")
    page.get_by_label("Six-digit code").fill(console.supervisor.code(console.clock.now))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Not now").wait_for()
    check(page)
    screenshot(page, "console-passkey-offer")
    page.goto("/people")
    page.get_by_label("Name", exact=True).fill(WORDS)
    page.get_by_label("First passphrase").fill("a long enough one")
    console.clock.forward(sessions.IDLE + 1)
    page.get_by_role("button", name="Add person").click()
    page.get_by_text("What you just sent was not done").wait_for()
    check(page)
    screenshot(page, "console-locked")
    unlock(page, console.supervisor.passphrase)
    page.get_by_role("heading", name="This was not sent yet").wait_for()
    check(page)
    screenshot(page, "console-kept")
