"""The offline page from a reporter's own disk, and a sealed file handed in by a browser without scripts."""

import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from reporter import manifest
from tests.browser.miniature import MiniatureConsole
from tests.browser.site import LiveSite
from tests.support.browser import phone_context

HEADING = "Report a concern about someone at work (whistleblowing)"
SAFE = "Your report is safe with us"
SAVED = "Your sealed file is saved"
SEALED = 20_488


class OfflinePage:
    """The page, saved to a disk and opened from there. `requests` are all that it asked of anyone."""

    def __init__(self, page: Page, path: Path) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(f"{request.method} {request.url}"))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(path.as_uri())
        self.expect_heading(HEADING)
        self.requests = [one for one in self.requests if not one.startswith("GET file:")]

    def expect_heading(self, text: str) -> "OfflinePage":
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)
        return self

    def write(self, text: str) -> "OfflinePage":
        self.page.get_by_role("textbox", name="What happened?").fill(text)
        return self

    def choose(self, label: str, path: Path) -> "OfflinePage":
        self.page.get_by_label(label, exact=True).set_input_files(path)
        return self

    def press(self, name: str) -> "OfflinePage":
        self.page.get_by_role("button", name=name, exact=True).click()
        return self

    def save(self, button: str, path: Path) -> Path:
        """Presses the button and keeps the file that it saves."""
        with self.page.expect_download() as download:
            self.press(button)
        assert download.value.suggested_filename == "notes.bin"
        download.value.save_as(path)
        return path

    def words(self) -> list[str]:
        return [item.inner_text() for item in self.page.get_by_role("listitem").all() if item.is_visible()][-12:]


@pytest.fixture
def saved(live: LiveSite, tmp_path: Path) -> Path:
    """The offline page on a disk."""
    return Path(shutil.copy(live.built.folder / "offline.html", tmp_path))


def test_the_site_hands_it_out_as_a_file_and_tells_its_hash(live: LiveSite, phone: Page, tmp_path: Path) -> None:
    phone.goto(live.url)
    phone.get_by_role("link", name="How you are protected").first.click()
    with phone.expect_download() as download:
        phone.get_by_role("link", name="Save the offline page").locator("visible=true").click()
    assert download.value.suggested_filename == "offline.html"
    path = tmp_path / "offline.html"
    download.value.save_as(path)
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    expect(phone.get_by_text(found)).to_be_visible()
    assert found == manifest.read(live.built.folder)["offline.html"].sha256
    OfflinePage(phone, path)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Another device."""
    context = phone_context(chromium)
    yield context.new_page()
    context.close()


@pytest.fixture
def no_scripts(chromium: Browser) -> Iterator[Page]:
    context = phone_context(chromium, java_script_enabled=False)
    yield context.new_page()
    context.close()


def _text(console: MiniatureConsole, words: list[str]) -> str:
    """What the console reads of the report under these words."""
    report = console.thread_of_words(words).posts[0].post.report
    assert report is not None
    return next(answer.text for answer in report.answers.values() if answer.text)


def test_it_asks_nobody_until_it_seals_and_posts_from_the_disk(live: LiveSite, saved: Path, page: Page) -> None:
    offline = OfflinePage(page, saved).write("From the disk")
    page.wait_for_timeout(500)
    assert offline.requests == []
    offline.press("Seal and send").expect_heading(SAFE)
    assert offline.requests == [f"GET {live.url}/state", f"POST {live.url}/envelopes"]
    assert _text(live.psu, offline.words()) == "From the disk"
    assert offline.complaints == []


def test_what_it_asks_first_decides_who_can_open_it(live: LiveSite, saved: Path, page: Page) -> None:
    offline = OfflinePage(page, saved).write("About the head")
    page.get_by_label("The Director General", exact=True).check()
    offline.press("Seal and send").expect_heading(SAFE)
    assert _text(live.independent, offline.words()) == "About the head"


def test_nothing_is_sealed_of_someone_who_wrote_nothing(saved: Path, page: Page) -> None:
    offline = OfflinePage(page, saved).press("Seal and send").expect_heading(HEADING)
    expect(page.get_by_text("Write what happened. A few words are enough.")).to_be_visible()
    assert offline.requests == []


def test_without_a_connection_it_saves_what_a_browser_without_scripts_hands_in(
    live: LiveSite, saved: Path, page: Page, no_scripts: Page, tmp_path: Path
) -> None:
    (tmp_path / "state").write_bytes(live.state())
    page.context.set_offline(True)
    offline = OfflinePage(page, saved).write("By hand")
    offline.press("Seal and send").expect_heading("That did not work")
    offline.press("Go back").choose("Keys saved before, if you have no connection", tmp_path / "state")
    sealed = offline.save("Seal and save as a file", tmp_path / "notes.bin")
    words = offline.expect_heading(SAVED).words()
    assert len(sealed.read_bytes()) == SEALED
    assert b"By hand" not in sealed.read_bytes()

    no_scripts.goto(live.url)
    no_scripts.get_by_label("Sealed file").set_input_files(sealed)
    no_scripts.get_by_role("button", name="Hand it in").click()
    expect(no_scripts.get_by_role("heading", level=1)).to_have_text(SAFE)
    assert no_scripts.url == f"{live.url}/sealed"
    assert _text(live.psu, words) == "By hand"


def test_an_old_sealed_file_is_refused_there_and_sent_with_a_new_stamp_by_the_page(
    live: LiveSite, saved: Path, page: Page, no_scripts: Page, tmp_path: Path
) -> None:
    offline = OfflinePage(page, saved).write("Late")
    sealed = offline.save("Seal and save as a file", tmp_path / "notes.bin")
    words = offline.expect_heading(SAVED).words()
    old = tmp_path / "old.bin"
    old.write_bytes(bytes(8) + sealed.read_bytes()[8:])

    no_scripts.goto(live.url)
    no_scripts.get_by_label("Sealed file").set_input_files(old)
    no_scripts.get_by_role("button", name="Hand it in").click()
    expect(no_scripts.get_by_text("The file is too old")).to_be_visible()

    again = OfflinePage(page, saved).choose("Sealed file", old).press("Send the file")
    again.expect_heading("The sealed file is stored")
    assert _text(live.psu, words) == "Late"


@pytest.mark.parametrize("size", [0, 300, SEALED, 200_000])
def test_a_file_that_is_not_sealed_is_refused(live: LiveSite, no_scripts: Page, tmp_path: Path, size: int) -> None:
    wrong = tmp_path / "letter.txt"
    wrong.write_bytes((b"He took the money. " * 20_000)[:size])
    no_scripts.goto(live.url)
    no_scripts.get_by_label("Sealed file").set_input_files(wrong)
    no_scripts.get_by_role("button", name="Hand it in").click()
    expect(no_scripts.get_by_role("heading", level=1)).to_have_text("Not stored")
    expect(no_scripts.get_by_text("That is not a sealed file")).to_be_visible()


def test_keys_of_another_site_or_none_at_all_are_refused(saved: Path, page: Page, tmp_path: Path) -> None:
    (tmp_path / "state").write_bytes(os.urandom(5000))
    offline = (
        OfflinePage(page, saved).write("x").choose("Keys saved before, if you have no connection", tmp_path / "state")
    )
    offline.press("Seal and save as a file").expect_heading("That did not work")
    expect(page.get_by_text("The keys could not be trusted")).to_be_visible()


def test_keys_that_have_run_out_seal_nothing(live: LiveSite, saved: Path, page: Page, tmp_path: Path) -> None:
    (tmp_path / "state").write_bytes(live.state())
    page.clock.set_system_time(time.time() + 60 * 86_400)
    offline = (
        OfflinePage(page, saved).write("x").choose("Keys saved before, if you have no connection", tmp_path / "state")
    )
    offline.press("Seal and save as a file").expect_heading("That did not work")
    expect(page.get_by_text("The keys have run out.")).to_be_visible()
