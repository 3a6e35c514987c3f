"""A browser without scripts.

Given someone who has turned scripts off,
when they open the site,
then all advice can be read, the page says plainly why sealing needs scripts, and a sealed file is taken, a plain one
never.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.offlinepage import OfflinePage
from tests.browser.pages import ADVICE, SAFE, STATEMENTS
from tests.browser.site import LiveSite
from tests.support.browser import phone_context

SEALED = 20_488


@pytest.fixture
def plain(chromium: Browser, live: LiveSite) -> Iterator[Page]:
    """The site where no script runs."""
    context = phone_context(chromium, java_script_enabled=False)
    page = context.new_page()
    page.goto(live.url)
    yield page
    context.close()


def _hand_in(page: Page, path: Path) -> None:
    page.get_by_label("Sealed file", exact=True).set_input_files(path)
    page.get_by_role("button", name="Hand it in").click()


def test_all_advice_is_readable_and_the_page_says_why_sealing_needs_scripts(plain: Page) -> None:
    # then it says why, and what to do
    text = plain.locator("body").inner_text()
    assert "Scripts are turned off in your browser" in text
    assert "A script does the sealing." in text
    assert "We never take a report that is not sealed." in text

    # and every page of advice stands there to read
    for part in (*ADVICE, *STATEMENTS.values(), "Before you start"):
        expect(plain.get_by_role("heading", name=part, exact=True, level=1)).to_be_visible()

    # and nothing offers what cannot work
    assert not plain.get_by_role("textbox").all()
    for name in ("Start now", "Check for replies", "Continue"):
        expect(plain.get_by_role("button", name=name, exact=True)).to_be_hidden()

    # and the way out is there
    expect(plain.get_by_role("button", name="Exit this page")).to_be_visible()


def test_a_sealed_file_is_taken(plain: Page, live: LiveSite, phone: Page, tmp_path: Path) -> None:
    # given a file that the offline page sealed on another device
    offline = OfflinePage(phone, live.built.folder / "offline.html").write("Without scripts")
    sealed = offline.save("Seal and save as a file", tmp_path / "notes.bin")
    words = offline.expect_heading("Your sealed file is saved").words()

    # when it is handed in
    _hand_in(plain, sealed)

    # then it is safe, and opens
    expect(plain.get_by_role("heading", level=1)).to_have_text(SAFE)
    report = live.psu.thread_of_words(words).posts[0].post.report
    assert report is not None
    assert report.answers["what"].text == "Without scripts"


@pytest.mark.parametrize("size", [0, 300, SEALED, 200_000])
def test_a_file_that_is_not_sealed_is_refused(plain: Page, tmp_path: Path, size: int) -> None:
    wrong = tmp_path / "letter.txt"
    wrong.write_bytes((b"He took the money. " * 20_000)[:size])
    _hand_in(plain, wrong)
    expect(plain.get_by_role("heading", level=1)).to_have_text("Not stored")
    expect(plain.get_by_text("That is not a sealed file")).to_be_visible()
