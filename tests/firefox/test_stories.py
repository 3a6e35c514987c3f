"""In Firefox as it comes and as Tor Browser sets it: a report, the reply, an answer."""

import re
from pathlib import Path

from crypto.board import Kind
from tests.browser.pages import CHECK, FILES, INVOLVES, KEEP_FROM, SAFE, WHAT
from tests.browser.photos import CAMERA, photo
from tests.browser.site import LiveSite
from tests.firefox.pages import FirefoxSite
from tests.support.photos import metadata_of

TEXT = "He asked her to change the record. “Nobody will know”, he said."


def test_report_with_a_photo_is_sealed_sent_and_opened(site: FirefoxSite, live: LiveSite, tmp_path: Path) -> None:
    picture = photo(tmp_path / "IMG_2041.jpg")
    assert CAMERA.encode() in picture.read_bytes()
    site.open()
    loaded = site.requests
    site.begin().skip_to(WHAT).write(TEXT).go_on().skip_to(INVOLVES).tick("My own line management").go_on()
    site.expect_heading(KEEP_FROM).write("Anyone on his floor").go_on().skip_to(FILES).add_files(picture)
    assert site.files() == ["IMG_2041.jpg"]
    site.go_on().skip_to(CHECK)
    assert site.requests == loaded
    words = site.send()
    assert len(words) == 12
    site.press("I have written them down").type_two(words).expect_heading(SAFE)

    post = live.psu.thread_of_words(words).posts[0].post
    assert post.report is not None
    assert post.report.answers["what"].text == TEXT
    assert post.report.routing["involves"].choices == ("line-management",)
    (ref,) = post.files
    assert metadata_of(live.psu.file(ref)) == []
    asked = [request.split()[0] for request in site.requests if request not in loaded]
    assert set(asked) <= {"PUT", "POST"}
    assert all(" http" not in request for request in site.requests)


def test_reply_is_read_and_answered_and_the_words_are_handed_over(site: FirefoxSite, live: LiveSite) -> None:
    site.open().report("x")
    words = site.send()
    site.finish(words).press("Clear the screen")
    thread = live.psu.thread_of_words(words)
    live.psu.acknowledge(thread)
    live.psu.reply(thread, "question", Kind.STATUS)
    live.psu.reply(thread, "Which day was it?\n" + "We need to know. " * 120)
    live.publish()

    site.open().check_replies(words).expect_heading("Your replies")
    assert "We have a question for you." in site.text()
    assert site.messages()[0].startswith("Which day was it?\nWe need to know.")
    new = site.answer("It was Tuesday.")
    assert len(set(new) - set(words)) > 6
    site.take_new_words(new)

    live.psu.collect()
    follow_up = thread.posts[-1].post.follow_up
    assert follow_up is not None
    assert follow_up.text == "It was Tuesday."
    live.psu.take_successor(thread)
    live.publish()
    site.open().check_replies(new).expect_heading("Your replies")
    assert "Cross out the old words." in " ".join(site.messages())


def test_firefox_asks_nobody_but_the_site_and_keeps_nothing_of_the_visit(site: FirefoxSite) -> None:
    site.open().report("x")
    site.finish(site.send()).press("Clear the screen")
    requests = site.requests
    assert all(re.match(r"(GET|POST) /", request) for request in requests), requests
    stored = """(async () => [
        document.cookie, localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,
        (await globalThis.caches?.keys().catch(() => []))?.length ?? 0,
        (await navigator.serviceWorker?.getRegistrations().catch(() => []))?.length ?? 0,
    ])()"""
    assert site.evaluate(stored) == ["", 0, 0, 0, 0, 0]
    assert site.firefox.ask("cookies") == []
