"""The console as a handler uses it: by what they read and press."""

import re
import time
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.story.world import Account

TOTP_SECONDS = 30


class ConsolePages:
    """One handler at one console, in a browser context of their own."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url

    def sign_in(self, account: Account) -> "ConsolePages":
        """Name and passphrase, then the code on a page of its own."""
        self.page.goto(self.url)
        self.page.get_by_label("Your name").fill(account.name)
        self.page.get_by_label("Passphrase", exact=True).fill(account.passphrase)
        self.page.get_by_role("button", name="Continue").click()
        self.page.get_by_label("Six-digit code").fill(account.code())
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("button", name="Sign out")).to_be_visible()
        return self

    def open_inbox(self) -> "ConsolePages":
        """Opens all that is sealed, however many batches it takes."""
        self.page.get_by_role("link", name="Sealed inbox").first.click()
        self.page.get_by_role("button", name="Open the inbox").click()
        expect(self.page.get_by_role("heading", name="All envelopes have been opened")).to_be_visible(timeout=60_000)
        return self

    def open_newest_case(self) -> "ConsolePages":
        """From the list; says why, and that there is no conflict, where that is asked."""
        self.page.get_by_role("link", name="Cases", exact=True).first.click()
        self.page.get_by_role("link", name=re.compile(r"^[A-Z]+-\d{4}-\d+$")).last.click()
        why = self.page.get_by_role("heading", name="Why are you opening this case?")
        report = self.page.get_by_role("heading", name=re.compile("^The (report|manager’s notice)$"))
        known = self.page.get_by_role("heading", name="Do you know anyone this may be about?")
        expect(why.or_(known).or_(report)).to_be_visible()
        if why.is_visible():
            self.page.get_by_label("To assess a new report").check()
            self.page.get_by_role("button", name="Open the case").click()
            expect(known.or_(report)).to_be_visible()
        if known.is_visible():
            self.page.get_by_label("No conflict").check()
            self.page.get_by_role("button", name="Show the report").click()
        expect(report).to_be_visible()
        return self

    def text(self) -> str:
        return self.page.get_by_role("main").inner_text()

    def reply(self, text: str) -> "ConsolePages":
        self.page.get_by_label("Your reply").fill(text)
        self.page.get_by_role("button", name="Send the reply").click()
        expect(self.page.get_by_role("main")).to_contain_text(text)
        return self

    def download(self, name: str, to: Path) -> Path:
        """A file of the case, as the handler gets it."""
        with self.page.expect_download() as download:
            self.page.get_by_role("button", name=f"Download {name}", exact=True).first.click()
        path = to / download.value.suggested_filename
        download.value.save_as(path)
        return path

    def file_names(self) -> list[str]:
        """Of all files of the case."""
        rows = self.page.get_by_role("table", name="Files").get_by_role("rowheader")
        return rows.all_inner_texts()


def next_totp() -> None:
    """Waits for the next half minute: a code is good for one sign-in."""
    time.sleep(TOTP_SECONDS - time.time() % TOTP_SECONDS + 0.1)
