"""Checking for replies, answering, and new words, with a console that really seals them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from crypto.board import Kind
from crypto.code import derive, new_code, parse_words
from crypto.code import words as words_of
from crypto.opening import ed25519_public
from crypto.proof import verify_receipt
from tests.browser.miniature import MiniatureConsole, Thread
from tests.browser.pages import CHECK, ReporterSite
from tests.browser.photos import photo
from tests.browser.site import LiveSite


def _sent(phone: Page, live: LiveSite, text: str = "x") -> tuple[ReporterSite, list[str], Thread]:
    """A report that the PSU's console has."""
    site = ReporterSite(phone, live.url).open().report(text)
    words = site.send()
    site.finish(words).press("Clear the screen")
    return site, words, live.psu.thread_of_words(words)


def _last(console: MiniatureConsole, thread: Thread) -> str:
    """The text of the newest follow-up of a thread."""
    console.collect()
    follow_up = thread.posts[-1].post.follow_up
    assert follow_up is not None
    return follow_up.text


def test_right_words_and_nothing_on_the_board_is_nothing_yet_without_a_request(phone: Page, live: LiveSite) -> None:
    site, words, _ = _sent(phone, live)
    before = list(site.requests)
    site.check_replies(words).expect_heading("Nothing yet")
    said = site.text()
    week = datetime.now(UTC) + timedelta(days=7)
    assert f"that is normal until {week.day} {week:%B %Y}. Your words look right." in said
    assert "If you wrote newer words, type those." in said
    assert site.requests == before


SHAPES: dict[str, Callable[[list[str]], str]] = {
    "capitals": lambda words: " ".join(words).upper(),
    "hyphens and lines": "-  ,\n".join,
    "numbered": lambda words: "\n".join(f"{n}. {word}" for n, word in enumerate(words, 1)),
    "first four letters": lambda words: " ".join(word[:4] for word in words),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_words_are_taken_however_they_are_typed(phone: Page, live: LiveSite, shape: Callable[[list[str]], str]) -> None:
    site = ReporterSite(phone, live.url).open()
    site.check_replies(shape(words_of(new_code(1)))).expect_heading("Nothing yet")


MISTYPED = {
    "eleven words": ("abandon " * 11, "Check these words: there should be 12, and you typed 11."),
    "not in the list": (
        "abandon " * 10 + "abuot about",
        "Check these words. Word 11, “abuot”, is not one of ours. Did you mean “about”?",
    ),
    "checksum": (
        "sudden resemble endless fan margin picture spring link cycle blush fitness sentence",
        "Check these words and their order. Word 4, “fan”, may be wrong. Did you mean “van”?",
    ),
    "no such audience": (
        "abandon " * 11 + "about",
        "Check these words. One of them is not right, or the order is not.",
    ),
}


@pytest.mark.parametrize(("typed", "said"), MISTYPED.values(), ids=MISTYPED.keys())
def test_mistyped_words_are_named_with_the_likely_one(phone: Page, live: LiveSite, typed: str, said: str) -> None:
    site = ReporterSite(phone, live.url).open().check_replies(typed).expect_heading("Check for replies")
    expect(phone.get_by_role("alert")).to_be_visible()
    assert site.errors() == [said]


def test_reply_is_read_answered_and_the_words_are_handed_over(phone: Page, live: LiveSite) -> None:
    site, words, thread = _sent(phone, live)
    live.psu.acknowledge(thread)
    live.psu.reply(thread, "question", Kind.STATUS)
    live.psu.reply(thread, "Which day was it?\n" + "We need to know. " * 120)
    live.publish()

    site.open().check_replies(words).expect_heading("Your replies")
    assert "We have a question for you." in site.text()
    assert site.messages()[0].startswith("Which day was it?\nWe need to know.")
    assert "Thank you. We have your report and will read it." in site.messages()
    new = site.answer("It was Tuesday.")
    assert len(set(new)) > 6
    assert new != words
    posted = len([request for request in site.requests if request.startswith("POST")])
    site.take_new_words(new)
    assert "Your message is safe with us, and your new words are ready." in site.text()
    assert len([request for request in site.requests if request.startswith("POST")]) == posted + 1

    assert _last(live.psu, thread) == "It was Tuesday."
    live.psu.take_successor(thread)
    live.publish()
    site.open().check_replies(words).expect_heading("Your replies")
    assert "Use your newer words. If you made none, someone else has" in site.text()
    assert "We have a question for you." not in site.text()
    assert "Replies appear here" not in site.text()
    expect(phone.get_by_role("button", name="Write an answer")).to_be_hidden()
    site.open().check_replies(new).expect_heading("Your replies")
    assert "Cross out the old words." in " ".join(site.messages())


def test_words_can_be_kept_and_what_was_seen_is_told(phone: Page, live: LiveSite) -> None:
    site, words, thread = _sent(phone, live)
    live.psu.reply(thread, "Please write again.")
    live.publish()
    site.open().check_replies(words).answer("Here I am.")
    site.keep_words()
    assert "Your message is safe with us." in site.text()
    assert "Next time, type the same words." in site.text()
    assert _last(live.psu, thread) == "Here I am."
    assert thread.posts[-1].post.new_code is None
    assert 0 in live.psu.seen(thread)


def test_new_words_without_an_answer_and_keeping_words_sends_nothing(phone: Page, live: LiveSite) -> None:
    site, words, thread = _sent(phone, live)
    live.psu.reply(thread, "No question.")
    live.publish()
    site.open().check_replies(words).press("Get new words").expect_heading("Your new words")
    posts = [request for request in site.requests if request.startswith("POST")]
    site.press("Keep my old words").expect_heading("Your replies")
    assert [request for request in site.requests if request.startswith("POST")] == posts
    site.press("Get new words")
    new = site.words()
    site.take_new_words(new)
    live.psu.collect()
    code = thread.posts[-1].post.new_code
    assert code is not None
    keys = derive(parse_words(" ".join(new)), live.founding.site, ("psu",))
    assert code.sign == keys.sign_public


def test_a_report_can_be_withdrawn(phone: Page, live: LiveSite) -> None:
    site, words, thread = _sent(phone, live)
    live.psu.reply(thread, "Hello.")
    live.publish()
    site.open().check_replies(words).press("Withdraw my report").expect_heading("Withdraw your report")
    site.press("Withdraw my report").expect_heading("Your new words")
    assert "Nothing is sent yet." in site.text()
    site.press("Keep my old words").expect_heading("Sent")
    live.psu.collect()
    assert thread.posts[-1].post.withdraw is not None


def test_a_report_can_be_withdrawn_before_any_reply(phone: Page, live: LiveSite) -> None:
    site, words, thread = _sent(phone, live)
    site.open().check_replies(words).expect_heading("Nothing yet").press("Withdraw my report")
    site.expect_heading("Withdraw your report").press("Withdraw my report").expect_heading("Your new words")
    site.keep_words()
    assert "We have your wish to withdraw." in site.text()
    live.psu.collect()
    assert thread.posts[-1].post.withdraw is not None


def test_what_was_begun_and_left_is_not_sent_with_new_words(phone: Page, live: LiveSite) -> None:
    site, words, thread = _sent(phone, live)
    site.open().check_replies(words).press("Withdraw my report").expect_heading("Withdraw your report")
    site.press("Withdraw my report").expect_heading("Your new words").back().back().expect_heading("Nothing yet")
    site.press("Add to your report").write("Better not.").go_on().expect_heading("Your new words")
    site.back().expect_heading("Write to us").back().expect_heading("Nothing yet")
    site.press("Get new words").expect_heading("Your new words").take_new_words(site.words())
    assert "Your new words are ready." in site.text()
    live.psu.collect()
    post = thread.posts[-1].post
    assert (post.withdraw, post.follow_up) == (None, None)
    assert post.new_code is not None


def test_saved_proof_verifies_alone_and_with_the_saved_copy(phone: Page, live: LiveSite, tmp_path: Path) -> None:
    site = ReporterSite(phone, live.url).open().report("Proved")
    words = site.send()
    site.finish(words)
    site.visible("summary").click()
    with phone.expect_download() as copy:
        site.press("Save a copy")
    copy.value.save_as(tmp_path / "copy")
    live.psu.acknowledge(live.psu.thread_of_words(words))
    live.publish()
    roots = [ed25519_public(live.founding.root)]

    site.open().check_replies(words).expect_heading("Your replies")
    with phone.expect_download() as proof:
        site.press("Save the proof")
    expect(site.visible("[data-note]")).to_contain_text("Your phone saves it as “proof.json”.")
    proof.value.save_as(tmp_path / "proof")
    assert verify_receipt((tmp_path / "proof").read_bytes(), roots).post_json == b""

    phone.get_by_text("I saved a copy of what I sent").click()
    phone.get_by_label("Your saved copy").set_input_files(str(tmp_path / "copy"))
    with phone.expect_download() as proof:
        site.press("Save the proof")
    proof.value.save_as(tmp_path / "whole")
    receipt = verify_receipt((tmp_path / "whole").read_bytes(), roots)
    assert receipt.first_words
    assert b"Proved" in receipt.post_json

    (tmp_path / "other").write_text("{}")
    phone.get_by_label("Your saved copy").set_input_files(str(tmp_path / "other"))
    with phone.expect_download() as proof:
        site.press("Save the proof")
    proof.value.save_as(tmp_path / "without")
    assert site.errors() == ["That file is not the copy of this report, so it was left out of the proof."]
    assert verify_receipt((tmp_path / "without").read_bytes(), roots).post_json == b""


def test_an_answer_that_was_too_long_can_be_mended(phone: Page, live: LiveSite) -> None:
    site, words, _ = _sent(phone, live)
    site.open().check_replies(words).expect_heading("Nothing yet").press("Add to your report")
    for _ in range(2):
        site.write("é" * 8000).go_on()
        assert "too long" in site.errors()[0]
    site.write("Shorter.")
    expect(phone.get_by_text("Room left")).to_be_visible()
    site.go_on().expect_heading("Your new words")


def test_something_can_be_added_before_any_reply(phone: Page, live: LiveSite, tmp_path: Path) -> None:
    site, words, thread = _sent(phone, live)
    site.open().check_replies(words).expect_heading("Nothing yet").press("Add to your report").go_on()
    assert site.errors() == ["Write your message, or add a file"]
    note = tmp_path / "note.txt"
    note.write_bytes(b"a note")
    site.visible("[data-files]").set_input_files(str(note))
    site.press("Send it as it is").expect_heading("Write to us").go_on().expect_heading("Your new words")
    site.keep_words()
    live.psu.collect()
    (ref,) = thread.posts[-1].post.files
    assert live.psu.file(ref) == b"a note"


def _held(phone: Page) -> str:
    """All that the document and its fields hold."""
    fields = phone.evaluate("[...document.querySelectorAll('input, textarea')].map(field => field.value).join()")
    return phone.content() + str(fields)


def test_cleared_screen_leaves_nothing_of_the_report_or_the_replies(
    phone: Page, live: LiveSite, tmp_path: Path
) -> None:
    picture = photo(tmp_path / "Canary-name.jpg")
    site = ReporterSite(phone, live.url).open().report("Canary text 77", files=[picture])
    words = site.send()
    assert "Canary" not in _held(phone)
    site.finish(words).press("Clear the screen")
    assert f"<li>{words[0]}</li>" not in _held(phone)
    thread = live.psu.thread_of_words(words)
    live.psu.reply(thread, "Canary reply 78")
    live.publish()
    site.open().check_replies(words).expect_heading("Your replies").answer("Canary answer 79")
    site.keep_words().press("Clear the screen").expect_heading(re.compile("Report a concern"))
    assert "Canary" not in _held(phone)
    assert words[0] not in phone.evaluate("[...document.querySelectorAll('textarea')].map(field => field.value).join()")
    phone.go_back()
    assert site.heading != CHECK
