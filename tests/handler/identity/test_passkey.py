"""A passkey in a real Chromium with a virtual authenticator: added after signing in, then used in place of the code."""

import base64
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Page

from handler.app import create_app
from tests.handler.founded import HANDLER_PASSPHRASE, PASSPHRASE, FoundedConsole, Person
from tests.handler.web.looking import check
from tests.support.browser import WAIT_MS, screenshot
from tests.support.serving import served

STEP = 30  # seconds
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def address(console: FoundedConsole) -> Iterator[str]:
    """The served console, by the clock of the wall. Passkeys need a name, so it is asked for at localhost."""
    with served(create_app(console.settings, databases=console.databases)) as port:
        yield f"http://localhost:{port}"


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """A desk's browser, whose every breach of the page's policy fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, base_url=address)
    context.set_default_timeout(WAIT_MS)
    made = context.new_page()
    complaints: list[str] = []
    made.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    made.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        yield made
    finally:
        context.close()
    # A refused sign-in answers 403, which the browser notes as an error of its own.
    assert [complaint for complaint in complaints if "status of 403" not in complaint] == []


def authenticator(page: Page) -> tuple[CDPSession, str]:
    link = page.context.new_cdp_session(page)
    link.send("WebAuthn.enable")
    return link, link.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})["authenticatorId"]


def give_passphrase(page: Page, person: Person) -> None:
    page.goto("/sign-in")
    page.get_by_label("Your name").fill(person.name)
    page.get_by_label("Passphrase").fill(person.passphrase)
    page.get_by_role("button", name="Continue").click()


def give_code(page: Page, person: Person, ahead: int = 0) -> None:
    """`ahead`: a neighbouring half minute's code is taken too, so a second sign-in need not wait."""
    page.get_by_label("Six-digit code").fill(person.code(time.time() + ahead))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Sign out", exact=True).wait_for()


def add_passkey(page: Page, person: Person) -> None:
    give_passphrase(page, person)
    give_code(page, person)
    page.goto("/passkeys/new")
    page.get_by_label("What you call it").fill("desk computer")
    page.get_by_role("button", name="Add passkey").click()
    page.get_by_text("The passkey was added").wait_for()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("heading", name="Sign in").wait_for()


def test_a_passkey_takes_the_place_of_the_code(page: Page, console: FoundedConsole) -> None:
    authenticator(page)
    add_passkey(page, console.supervisor)
    page.get_by_role("cell", name="desk computer", exact=True).wait_for()
    screenshot(page, "console-sessions")
    sign_out(page)
    screenshot(page, "console-sign-in")
    give_passphrase(page, console.supervisor)
    page.get_by_role("button", name="Sign out", exact=True).wait_for()  # without a press: the prompt came by itself
    page.goto("/sessions")
    page.get_by_text("Signed in as Sam Supervisor").wait_for()
    page.get_by_role("cell", name="Passphrase and passkey").wait_for()
    page.goto("/audit")
    page.get_by_text("factor: passkey").wait_for()
    screenshot(page, "console-audit")
    page.goto("/people")
    screenshot(page, "console-people")


def test_a_passkey_without_the_passphrase_opens_nothing(page: Page, console: FoundedConsole) -> None:
    authenticator(page)
    add_passkey(page, console.supervisor)
    sign_out(page)
    wrong = Person(console.supervisor.name, PASSPHRASE + "!", console.supervisor.totp_secret)
    give_passphrase(page, wrong)
    page.get_by_role("link", name="That name, passphrase or code is not right").wait_for()
    page.goto("/sign-in/passkey")
    page.get_by_role("heading", name="Sign in").wait_for()


def test_a_passphrase_without_the_passkey_opens_nothing(page: Page, console: FoundedConsole) -> None:
    link, identity = authenticator(page)
    add_passkey(page, console.supervisor)
    sign_out(page)
    link.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": identity})
    give_passphrase(page, console.supervisor)
    page.get_by_role("heading", name="Use your passkey").wait_for()
    check(page)
    page.goto("/sessions")
    page.get_by_role("heading", name="Sign in").wait_for()
    authenticator(page)  # another device, without that passkey
    give_passphrase(page, console.supervisor)
    page.get_by_text("No passkey was used").wait_for()
    check(page)
    screenshot(page, "console-passkey")


def test_a_code_serves_instead_of_a_passkey_that_is_not_at_hand(page: Page, console: FoundedConsole) -> None:
    link, identity = authenticator(page)
    add_passkey(page, console.supervisor)
    sign_out(page)
    link.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": identity})
    authenticator(page)
    give_passphrase(page, console.supervisor)
    page.get_by_role("link", name="Use a code instead").click()
    page.get_by_label("Six-digit code").wait_for()
    screenshot(page, "console-code")
    give_code(page, console.supervisor, ahead=STEP)
    page.goto("/sessions")
    page.get_by_role("cell", name="Passphrase and code").wait_for()


def test_who_has_no_passkey_is_offered_one_once(page: Page, console: FoundedConsole) -> None:
    give_passphrase(page, console.supervisor)
    give_code(page, console.supervisor)
    page.get_by_role("status").get_by_role("link", name="Add a passkey").wait_for()
    screenshot(page, "console-passkey-offer")
    page.get_by_role("link", name="Not now").click()
    page.get_by_role("button", name="Sign out", exact=True).wait_for()
    assert page.get_by_role("link", name="Not now").count() == 0


def test_another_persons_passkey_is_refused(page: Page, console: FoundedConsole) -> None:
    """Both persons' passkeys are on one device; the page is made to offer the wrong one."""
    authenticator(page)
    olu = console.add_person("Olu", "handler")
    assert olu.passphrase == HANDLER_PASSPHRASE
    add_passkey(page, olu)
    theirs = page.evaluate("document.querySelector('button[name=passkey]').value")
    sign_out(page)
    add_passkey(page, console.supervisor)
    sign_out(page)
    encoded = base64.urlsafe_b64encode(bytes.fromhex(theirs)).decode().rstrip("=")
    page.add_init_script(
        f"""{{
            const parse = PublicKeyCredential.parseRequestOptionsFromJSON.bind(PublicKeyCredential);
            PublicKeyCredential.parseRequestOptionsFromJSON = (options) =>
                parse({{ ...options, allowCredentials: [{{ id: "{encoded}", type: "public-key" }}] }});
        }}"""
    )
    give_passphrase(page, console.supervisor)
    page.get_by_role("link", name="The passkey was not accepted").wait_for()
    page.goto("/sessions")
    page.get_by_role("heading", name="Sign in").wait_for()
