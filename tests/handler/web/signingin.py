"""Signing in by the pages: name and passphrase, then the code on a page of its own."""

from playwright.sync_api import Page

from tests.handler.founded import Person


def sign_in(page: Page, address: str, person: Person, now: float) -> None:
    """`now`: of the console's clock; each half minute has one code, good for one sign-in."""
    page.goto(f"{address}/sign-in")
    page.fill("[name=name]", person.name)
    page.fill("[name=passphrase]", person.passphrase)
    page.click("main button[type=submit]")
    page.fill("[name=code]", person.code(now))
    page.click("main button[type=submit]")
    page.get_by_role("button", name="Sign out").wait_for()
