"""The whole way of one report: phone, drop, console, and back, in two browsers."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import CHECK, FILES, WHAT, ReporterSite
from tests.story.consolepages import ConsolePages
from tests.story.world import World
from tests.support.browser import screenshot
from tests.support.photos import metadata_of, photo_with_place, real_photos, same_picture

SEEN_AT_ONCE = 2  # seconds in which a publication reaches the drop's workers
QUESTION = "Thank you for speaking up. In which month was it?"
STORY = "He looked up his neighbour on the intelligence system, twice."
DAMAGED = "damaged, so it was left out"


@pytest.fixture
def desktop(chromium: Browser) -> Iterator[Page]:
    """The handler's screen."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    context.set_default_timeout(30_000)
    try:
        yield context.new_page()
    finally:
        context.close()


def publish(world: World, times: int = 1) -> None:
    for _ in range(times):
        world.publish()
    time.sleep(SEEN_AT_ONCE)


def add_photos(site: ReporterSite, photos: list[Path]) -> tuple[list[Path], list[Path]]:
    """Adds each photo as a reporter does: what cannot be cleaned is sent as it is; those sent, and those left out."""
    sent, left_out = [], []
    for photo in photos:
        before = len(site.files())
        site.visible("[data-files]").set_input_files(photo)
        choose = site.page.get_by_role("button", name="Send it as it is")
        expect(choose.or_(site.visible("[data-file-list][aria-busy=false]"))).to_have_count(1)
        if choose.is_visible():
            choose.click()
            site.expect_heading(FILES)
        if len(site.files()) > before:
            sent.append(photo)
        else:
            assert any(photo.name in error and DAMAGED in error for error in site.errors()), site.errors()
            left_out.append(photo)
    return sent, left_out


def sends_a_report(site: ReporterSite, photos: list[Path]) -> tuple[list[str], list[Path]]:
    """The twelve words, and the photos that went along."""
    site.begin().skip_to(WHAT).write(STORY).go_on().skip_to(FILES)
    sent, left_out = add_photos(site, photos)
    assert [photo.name for photo in left_out] == [photo.name for photo in photos if photo.name == "corrupted.jpg"]
    site.go_on().skip_to(CHECK).press("Seal and send")
    expect(site.page.get_by_role("heading", level=1)).to_have_text("Write down your twelve words", timeout=180_000)
    words = site.words()
    assert len(words) == 12
    screenshot(site.page, "story-code")
    site.finish(words)
    return words, sent


def gets_the_photos(console: ConsolePages, sent: list[Path], folder: Path) -> None:
    """Without metadata, with the same pixels the same way up; what could not be cleaned as it was."""
    assert console.file_names() == [photo.name for photo in sent]
    for photo in sent:
        received = console.download(photo.name, folder).read_bytes()
        if photo.suffix == ".HEIC":
            assert received == photo.read_bytes()
        else:
            assert metadata_of(received) == [], photo.name
            assert same_picture(photo.read_bytes(), received), photo.name


def test_a_report_goes_there_and_the_answers_come_back(
    world: World, phone: Page, desktop: Page, tmp_path: Path
) -> None:
    """Given a report with photos, then a question, its answer under new words, and what the old words then say."""
    photos = [photo_with_place(tmp_path / "kitchen.jpg"), *real_photos()]
    site = ReporterSite(phone, world.drop_url).open()
    words, sent = sends_a_report(site, photos)
    complaints = site.complaints

    site = ReporterSite(phone, world.drop_url).open().check_replies(words).expect_heading("Nothing yet")
    assert "Your words look right." in site.text()

    publish(world)
    world.start_console(world.psu)
    handler = world.add_handler(world.psu, "Hana Handler")
    console = ConsolePages(desktop, world.psu.url).sign_in(handler).open_inbox().open_newest_case()
    assert STORY in console.text()
    gets_the_photos(console, sent, tmp_path / "received")
    console.reply(QUESTION)
    screenshot(desktop, "story-case")

    publish(world, 2)
    site = ReporterSite(phone, world.drop_url).open().check_replies(" ".join(words).upper())
    expect(site.page.get_by_text(QUESTION)).to_be_visible()
    screenshot(phone, "story-replies")
    newer = site.answer("In May, on a night shift.")
    assert newer != words
    site.take_new_words(newer)

    publish(world)
    console.open_inbox().open_newest_case()
    assert "In May, on a night shift." in console.text()
    assert "Read by the reporter." in console.text()
    console.reply("Thank you. We are looking into it.")

    publish(world, 2)
    site = ReporterSite(phone, world.drop_url).open().check_replies(newer)
    expect(site.page.get_by_text("Thank you. We are looking into it.")).to_be_visible()
    expect(site.page.get_by_text("Cross out the old words.")).to_be_visible()

    site = ReporterSite(phone, world.drop_url).open().check_replies(words)
    expect(site.page.get_by_text("Use your newer words.")).to_be_visible()
    screenshot(phone, "story-old-words")
    assert complaints == []
    assert site.complaints == []
