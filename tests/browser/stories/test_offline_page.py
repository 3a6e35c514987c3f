"""The offline page.

Given someone who does not want to write on the site, and saved its offline page on a device of their own,
when they open it from there and write a report,
then it is sealed on that device, and posted, or saved as a file that anyone can hand in and no one can open.
"""

import hashlib
import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from reporter import manifest, rendering
from tests.browser.miniature import MiniatureConsole
from tests.browser.offlinepage import HEADING, OfflinePage
from tests.browser.site import LiveSite
from tests.support.browser import phone_context

SAFE = "Your report is safe with us"
SAVED = "Your sealed file is saved"
ELSEWHERE = rendering.exit_url()


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
    message = "Write what happened. A few words are enough."
    expect(page.get_by_role("alert")).to_contain_text(message)
    expect(page.get_by_role("textbox", name="What happened?")).to_have_accessible_description(re.compile(message))
    assert page.title() == "Error: Staff information"
    assert offline.requests == []


def test_before_it_is_sealed_it_says_who_can_open_it_and_what_may_point_to_the_writer(saved: Path, page: Page) -> None:
    offline = OfflinePage(page, saved)
    expect(page.get_by_text("These people can open it: the professional standards unit.")).to_be_visible()
    assert offline.pointers() == []
    page.get_by_label("The Director General", exact=True).check()
    offline.write("Ring me on 07700 900123.")
    assert offline.pointers() == ["This looks like a phone number: “07700 900123”"]
    expect(
        page.get_by_text("These people will not be able to open it: the professional standards unit.")
    ).to_be_visible()
    assert offline.requests == []


def test_leaving_it_wipes_what_was_written_and_opens_another_site(saved: Path, page: Page) -> None:
    page.route(f"{ELSEWHERE}*", lambda route: route.fulfill(body="<h1>Weather</h1>", content_type="text/html"))
    offline = OfflinePage(page, saved).write("Canary text 90")
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(f"{ELSEWHERE}*")
    page.go_back()
    assert page.url == "about:blank"
    page.goto(saved.as_uri())
    offline.expect_heading(HEADING).write("Canary text 91")
    page.get_by_role("button", name="Exit this page").click()
    page.wait_for_url(f"{ELSEWHERE}*")
    assert "Canary" not in page.content()


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
    assert len(sealed.read_bytes()) == 20_488
    assert b"By hand" not in sealed.read_bytes()

    no_scripts.goto(live.url)
    no_scripts.get_by_label("Sealed file", exact=True).set_input_files(sealed)
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
    no_scripts.get_by_label("Sealed file", exact=True).set_input_files(old)
    no_scripts.get_by_role("button", name="Hand it in").click()
    expect(no_scripts.get_by_text("The file is too old")).to_be_visible()

    again = OfflinePage(page, saved).press("I have a sealed file").choose("Sealed file", old).press("Send the file")
    again.expect_heading("The sealed file is stored")
    assert _text(live.psu, words) == "Late"


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
