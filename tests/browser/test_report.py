"""Sending a report from a phone, and what the consoles then have."""

import json
import re
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from crypto.code import parse_words
from crypto.post import Answer
from reporter.__main__ import main
from tests.browser.pages import (
    CHECK,
    CODE,
    FILES,
    IDENTITY,
    INVOLVES,
    KEEP_FROM,
    QUESTIONS,
    SAFE,
    SOURCE,
    WHAT,
    WHO,
    ReporterSite,
)
from tests.browser.photos import CAMERA, TURNED, damaged, photo
from tests.browser.site import LiveSite
from tests.support.browser import phone_context

TEXT = "He asked her to change the record. “Nobody will know”, he said."


def test_report_reaches_the_console_and_moving_about_asks_for_nothing(phone: Page, live: LiveSite) -> None:
    site = ReporterSite(phone, live.url).open()
    loaded = list(site.requests)
    site.begin().tick("No").go_on().tick("Bullying", "Drugs").go_on().write(TEXT).go_on()
    site.tick("One person, and I know who").write("A team leader").go_on()
    site.tick("My own line management").go_on().expect_heading(KEEP_FROM).write("Anyone on his floor").go_on()
    site.tick("Maybe").write("At home").go_on()
    site.skip_to(IDENTITY).go_on().expect_heading(CHECK)
    assert site.requests == loaded
    words = site.send()
    assert site.requests == [*loaded, "POST /envelopes"]
    post = live.psu.thread_of_words(words).posts[0].post
    report = post.report
    assert report is not None
    assert report.answers["what"].text == TEXT
    assert report.answers["about"].choices == ("bullying", "drugs")
    assert report.answers["who"] == Answer(("one",), "A team leader")
    assert report.answers["identity"].choices == ("no",)
    assert {name: (answer.choices, answer.text) for name, answer in report.routing.items()} == {
        "danger": (("no",), ""),
        "involves": (("line-management",), ""),
        "keep-from": ((), "Anyone on his floor"),
        "at-risk": (("maybe",), "At home"),
    }
    assert report.questionnaire == "2026-11d"
    assert parse_words(" ".join(words)).audience == 1
    assert site.complaints == []


def test_first_load_is_five_requests_and_76_kilobytes(phone: Page, live: LiveSite) -> None:
    site = ReporterSite(phone, live.url).open()
    assert len(site.requests) <= 5
    paths = [request.removeprefix("GET /") or "index.html" for request in site.requests if "state" not in request]
    assert sum(live.built.sizes[path][1] for path in paths) <= 76_000


def test_report_about_professional_standards_goes_to_the_independent_recipient_only(
    phone: Page, live: LiveSite
) -> None:
    site = ReporterSite(phone, live.url).open()
    site.report(TEXT, involves=["Professional standards, anti-corruption or vetting staff"])
    said = site.text()
    assert "These people can open it: the independent recipient" in said
    assert "These people will not be able to open it: the professional standards unit" in said
    before = live.psu.unopened
    words = site.send()
    assert live.psu.collect() == []
    assert live.psu.unopened > before
    assert live.independent.thread_of_words(words).posts[0].post.report is not None
    assert parse_words(" ".join(words)).audience == 2


def test_answers_can_be_changed_skipped_and_left_by_back(phone: Page, live: LiveSite) -> None:
    site = ReporterSite(phone, live.url).open().report("First words")
    assert site.answers()[WHAT] == "First words"
    site.change(WHAT).write("Better words").go_on().expect_heading(CHECK)
    assert site.answers()[WHAT] == "Better words"
    phone.go_back()
    site.expect_heading(WHAT)
    phone.go_back()
    site.expect_heading(CHECK)
    phone.go_forward()
    site.expect_heading(WHAT)
    assert isinstance(phone.evaluate("history.state"), int)
    assert phone.url == f"{live.url}/"


def test_each_step_puts_the_focus_on_its_heading(phone: Page, live: LiveSite) -> None:
    site = ReporterSite(phone, live.url).open().begin()
    for _ in QUESTIONS[:2]:
        expect(phone.get_by_role("heading", level=1)).to_be_focused()
        site.skip()
    site.go_on()
    expect(phone.locator(".govuk-error-summary")).to_be_focused()
    assert site.errors() == ["Write what happened. A few words are enough."]
    phone.get_by_role("alert").get_by_role("link").click()
    expect(phone.get_by_role("textbox")).to_be_focused()


def test_skip_link_leads_to_the_heading_and_changes_no_page(phone: Page, live: LiveSite) -> None:
    site = ReporterSite(phone, live.url).open().press("Start now").expect_heading("Before you start")
    phone.get_by_role("link", name="Skip to main content").press("Enter")
    expect(phone.get_by_role("heading", level=1)).to_be_focused()
    site.expect_heading("Before you start")
    assert phone.url == f"{live.url}/"


def test_a_report_can_be_written_and_sent_with_the_keyboard_alone(phone: Page, live: LiveSite) -> None:
    site = ReporterSite(phone, live.url).open()

    def press(name: str) -> None:
        for _ in range(60):
            phone.keyboard.press("Tab")
            focused = phone.evaluate("document.activeElement.textContent.trim()")
            if focused == name:
                phone.keyboard.press("Enter")
                return
        raise AssertionError(f"no {name} to be reached with Tab")

    press("Start now")
    press("Continue")
    for _ in range(2):
        press("Skip this question")
    phone.keyboard.press("Tab")
    while phone.evaluate("document.activeElement.tagName") != "TEXTAREA":
        phone.keyboard.press("Tab")
    phone.keyboard.type("Typed without a mouse")
    press("Continue")
    for _ in range(4):
        press("Skip this question")
    site.expect_heading(SOURCE)
    press("Skip to the end")
    site.expect_heading(CHECK)
    press("Seal and send")
    site.expect_heading(CODE)


def test_none_of_these_rules_out_the_others(phone: Page, live: LiveSite) -> None:
    site = ReporterSite(phone, live.url).open().begin().skip_to(WHAT).write("x").go_on().skip_to(INVOLVES)
    site.tick("The Director General", "None of these")
    expect(site.visible("form").get_by_label("The Director General")).not_to_be_checked()
    site.tick("The Director General")
    expect(site.visible("form").get_by_label("None of these")).not_to_be_checked()


def test_what_is_left_for_text_is_shown_and_too_much_is_refused(phone: Page, live: LiveSite) -> None:
    site = ReporterSite(phone, live.url).open().begin().skip_to(WHAT)
    expect(phone.get_by_text(re.compile("Room left: about 1[0-9],[0-9]00 letters"))).to_be_visible()
    site.write("é" * 8000).go_on()
    assert re.match("This is too long by about [0-9,]+ letters", site.errors()[0])
    site.write("é" * 7000).go_on().expect_heading(WHO)


def test_photos_lose_what_is_hidden_in_them_and_damaged_ones_are_named(
    phone: Page, live: LiveSite, tmp_path: Path
) -> None:
    good = photo(tmp_path / "desk.jpg")
    site = ReporterSite(phone, live.url).open().begin().skip_to(WHAT)
    site.write("See the photo").go_on().skip_to(FILES)
    site.add_files(good, damaged(tmp_path / "broken.jpg"))
    assert site.errors() == ["“broken.jpg” is damaged, so it was left out. The rest of your report is kept."]
    assert site.files() == ["desk.jpg"]
    assert "Hidden details taken out" in site.text()
    words = site.go_on().skip_to(CHECK).send()
    (ref,) = live.psu.thread_of_words(words).posts[0].post.files
    content = live.psu.file(ref)
    assert (ref.name, ref.type, ref.cleaned) == ("desk.jpg", "image/jpeg", True)
    assert CAMERA.encode() not in content
    with Image.open(BytesIO(content)) as got, Image.open(good) as sent:
        assert got.tobytes() == sent.tobytes()
        assert dict(got.getexif()) == {0x0112: TURNED}


def test_a_file_that_cannot_be_cleaned_is_sent_only_when_the_reporter_says_so(
    phone: Page, live: LiveSite, tmp_path: Path
) -> None:
    kept, left = tmp_path / "kept.txt", tmp_path / "left.txt"
    kept.write_bytes(b"kept")
    left.write_bytes(b"left")
    site = ReporterSite(phone, live.url).open().begin().skip_to(WHAT).write("x").go_on().skip_to(FILES)
    site.visible("[data-files]").set_input_files([str(left), str(kept)])
    site.expect_heading("We cannot clean this file").press("Leave it out")
    expect(site.visible("[data-file-name]")).to_have_text("kept.txt")
    site.press("Send it as it is").expect_heading(FILES)
    expect(site.visible("[data-file-list] strong")).to_have_text(["kept.txt"])
    words = site.go_on().skip_to(CHECK).send()
    (ref,) = live.psu.thread_of_words(words).posts[0].post.files
    assert (ref.name, ref.cleaned, live.psu.file(ref)) == ("kept.txt", False, b"kept")


def test_a_lost_connection_is_said_and_sending_goes_on_by_itself(phone: Page, live: LiveSite, tmp_path: Path) -> None:
    large = tmp_path / "film.mp4"
    large.write_bytes(b"\0" * 700_000)
    site = ReporterSite(phone, live.url).open().begin().skip_to(WHAT).write("x").go_on().skip_to(FILES)
    site.visible("[data-files]").set_input_files(str(large))
    site.press("Send it as it is").expect_heading(FILES).go_on().skip_to(CHECK)
    lost: list[str] = []

    def lose(route: Route) -> None:
        if route.request.method == "POST" and len(lost) < 2 and len(site.requests) % 2:
            lost.append(route.request.url)
            route.abort("connectionreset")
        else:
            route.continue_()

    phone.route("**/*", lose)
    site.press("Seal and send")
    expect(
        phone.get_by_text("We lost the connection. We keep trying. Nothing you wrote is lost.").first
    ).to_be_visible()
    site.expect_heading(CODE)
    assert lost
    (ref,) = live.psu.thread_of_words(site.words()).posts[0].post.files
    assert live.psu.file(ref) == large.read_bytes()


def test_nothing_is_called_safe_before_the_drop_has_stored_it(phone: Page, live: LiveSite) -> None:
    full = {"status": 503, "content_type": "text/plain", "body": "full".ljust(64)}
    phone.route("**/envelopes", lambda route: route.fulfill(**full))
    site = ReporterSite(phone, live.url).open().report("Kept on the phone").press("Seal and send")
    site.expect_heading("We cannot take any more just now")
    assert SAFE not in site.text()
    assert "Your report is not with us." in site.text()
    phone.unroute("**/envelopes")
    site.press("Try again").expect_heading(CODE)
    thread = live.psu.thread_of_words(site.words())
    assert [post.post.report.answers["what"].text for post in thread.posts if post.post.report] == ["Kept on the phone"]


def test_two_words_are_typed_back_and_wrong_ones_are_named(phone: Page, live: LiveSite) -> None:
    site = ReporterSite(phone, live.url).open().report("x")
    words = site.send()
    site.press("I have written them down")
    fields = phone.get_by_role("textbox").all()
    labels = [field.evaluate("field => field.labels[0].textContent") for field in fields]
    for field in fields:
        field.fill("wrong")
    site.go_on()
    assert site.errors() == [f"{label} is not the one we showed. Check what you wrote down." for label in labels]
    site.press("Show the words again").expect_heading(CODE)
    site.finish([word[:4].upper() for word in words])
    assert phone.locator("[data-words] li").count() == 0


def test_words_can_be_declined_and_a_copy_kept(phone: Page, live: LiveSite, tmp_path: Path) -> None:
    site = ReporterSite(phone, live.url).open().report("Keep a copy of this")
    site.send()
    site.press("I don’t want replies").expect_heading(SAFE)
    assert "Check for replies" not in site.text()
    assert "You did not keep the words" in site.text()
    site.visible("summary").click()
    with phone.expect_download() as download:
        site.press("Save a copy")
    expect(site.visible("[data-note]")).to_contain_text("Your phone saves it as “notes.txt”.")
    download.value.save_as(tmp_path / "copy")
    lines = (tmp_path / "copy").read_text(encoding="utf-8-sig").splitlines()
    assert lines[2:4] == [WHAT, "Keep a copy of this"]
    assert json.loads(lines[-1])["items"][0]["answers"]["what"]["text"] == "Keep a copy of this"


def test_back_does_not_lose_the_words_and_the_form_is_gone(phone: Page, live: LiveSite) -> None:
    site = ReporterSite(phone, live.url).open().report("Gone from the form")
    words = site.send()
    for _ in range(3):
        phone.go_back()
        site.expect_heading(CODE)
    assert site.words() == words
    values = phone.evaluate("[...document.querySelectorAll('textarea')].map(field => field.value).join('')")
    assert values == ""


def test_words_can_be_copied(chromium: Browser, live: LiveSite) -> None:
    context = phone_context(chromium, permissions=["clipboard-read", "clipboard-write"])
    site = ReporterSite(context.new_page(), live.url).open().report("x")
    words = site.send()
    site.press("Copy the words")
    expect(site.visible("[data-note]")).to_contain_text("Copied.")
    elsewhere = context.new_page()
    elsewhere.goto("about:blank")
    elsewhere.set_content("<textarea></textarea>")
    elsewhere.locator("textarea").press("Control+V")
    assert elsewhere.locator("textarea").input_value() == " ".join(words)
    context.close()


def _on_paper(page: Page) -> str:
    """What a print of this page shows."""
    page.emulate_media(media="print")
    shown = page.locator("body").inner_text()
    page.emulate_media(media="screen")
    return shown


def test_a_print_is_empty_until_the_words_are_asked_for_and_then_shows_them_alone(phone: Page, live: LiveSite) -> None:
    phone.add_init_script("window.printed = 0; window.print = () => { window.printed += 1 }")
    site = ReporterSite(phone, live.url).open().report("Not for paper")
    assert _on_paper(phone).split() == []
    words = site.send()
    assert _on_paper(phone).split() == []
    phone.get_by_text("Print the words, or save a reminder").click()
    site.press("Print the words")
    assert phone.evaluate("printed") == 1
    assert _on_paper(phone).split() == words
    site.press("I have written them down")
    assert _on_paper(phone).split() == []


def test_a_reminder_is_offered_that_says_nothing(phone: Page, live: LiveSite, tmp_path: Path) -> None:
    site = ReporterSite(phone, live.url).open().report("x")
    asked = list(site.requests)
    words = site.send()
    phone.get_by_text("Print the words, or save a reminder").click()
    with phone.expect_download() as download:
        site.press("Save a reminder")
    download.value.save_as(tmp_path / "entry")
    lines = (tmp_path / "entry").read_bytes().decode("ascii").split("\r\n")
    week = datetime.now().astimezone() + timedelta(days=7)
    identity = next(line for line in lines if line.startswith("UID:"))
    assert lines == [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Calendar//EN", "BEGIN:VEVENT", identity,
        f"DTSTAMP:{week:%Y%m%d}T000000Z", f"DTSTART;VALUE=DATE:{week:%Y%m%d}", "SUMMARY:To do",
        "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    assert re.fullmatch("UID:[0-9a-f]{32}", identity)
    assert not set(words) & set(" ".join(lines).lower().split())
    assert download.value.suggested_filename == "note.ics"
    assert f"Come back from {week.day} {week:%B %Y}." in site.text()
    assert [one for one in site.requests if one not in asked] == ["POST /envelopes"]


def test_words_that_say_someone_is_watching_are_explained_where_they_can_be_agreed(phone: Page, live: LiveSite) -> None:
    site = ReporterSite(phone, live.url).open().report("x")
    words = site.send()
    site.visible("summary").filter(has_text="If someone may force you").click()
    assert "Choose a few everyday words that you would not write by chance" in site.text()
    site.finish(words).press("Clear the screen").check_replies(words).press("Add to your report")
    site.visible("summary").filter(has_text="If someone may force you").click()
    assert "we take it that you are not free to write" in site.text()


def test_what_the_drop_serves_is_what_was_built(live: LiveSite) -> None:
    assert main(["verify", "--site", live.url, "--against", str(live.folder), "--unsigned-ok"]) == 0


def test_nothing_is_stored_on_the_phone(phone: Page, live: LiveSite) -> None:
    site = ReporterSite(phone, live.url).open().report("x")
    site.finish(site.send())
    stored = phone.evaluate(
        """async () => [
            document.cookie, localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,
            (await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length,
        ]"""
    )
    assert stored == ["", 0, 0, 0, 0, 0]
    assert phone.context.cookies() == []
