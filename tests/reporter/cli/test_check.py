"""reporter check, against a real drop."""

from __future__ import annotations

import json
from pathlib import Path

from crypto import code
from crypto.board import Kind
from crypto.openenvelope import open_envelope
from crypto.opening import XWingOpener
from crypto.post import encode_post, seen_indices
from crypto.proof import verify_receipt
from tests.crypto import world
from tests.reporter.cli.conftest import Command, Seen, Site

WORDS = code.words(world.report_code())
TYPED = " ".join(WORDS)


def board(*slots: list[bytes]) -> bytes:
    return b"".join(b"".join(each) for each in slots)


def test_nothing_yet_says_until_when_that_is_normal(site: Site, command: Command) -> None:
    ran = command("check", stdin=TYPED)
    assert ran.code == 0
    assert "Nothing yet." in ran.out and "30 November 2026" in ran.out and "Your words look right." in ran.out


def test_a_reply_is_read(site: Site, command: Command) -> None:
    text = "Děkujeme. " * 150
    site.publish(board([bytes(1024)], world.message_slots(text.encode(), 1)))
    ran = command("check", stdin=TYPED)
    assert ran.code == 0 and text in ran.out and "Nothing yet" not in ran.out


def test_a_reply_cannot_steer_the_terminal(site: Site, command: Command) -> None:
    hostile = "one\ttwo\nthree\x1b]0;report\x07\x1b[2J\x9b1A\r\u202efour"
    site.publish(board(world.message_slots(hostile.encode(), 1)))
    assert "one\ttwo\nthree]0;report[2J1Afour" in command("check", stdin=TYPED).out


def test_a_check_makes_the_one_request_of_every_visit(site: Site, command: Command) -> None:
    command("check", stdin=TYPED)
    assert [(seen.method, seen.path, seen.body) for seen in site.seen] == [("GET", "/state", b"")]


def test_another_codes_reply_is_not_shown(site: Site, command: Command) -> None:
    site.publish(board(world.message_slots(b"for another", own=world.keys(1, "another"))))
    assert "Nothing yet" in command("check", stdin=TYPED).out


def test_statuses_and_notices_are_in_plain_words(site: Site, command: Command) -> None:
    status = world.message_slots(b"looking", 1, Kind.STATUS)
    site.publish(board(status, world.message_slots(b"", 496, Kind.SUPERSEDED, name="superseded")))
    ran = command("check", stdin=TYPED)
    assert "being looked into" in ran.out and "Use your newer words." in ran.out


def test_mistyped_word_is_guessed_before_anything_is_fetched(site: Site, command: Command) -> None:
    words = [
        "abandon",
        "amount",
        "liar",
        "amount",
        "expire",
        "adjust",
        "cage",
        "candy",
        "arch",
        "gather",
        "drum",
        "buyer",
    ]
    ran = command("check", stdin=" ".join([*words[:5], "adult", *words[6:]]))
    assert ran.code == 1 and ran.err.startswith("Check these words.") and site.seen == []
    ran = command("check", stdin=" ".join(["abandon", "among", *words[2:3], "amount", *words[4:]]))
    assert ran.code == 1 and "“amount”" in ran.err


def test_unknown_word_is_named_with_its_place(site: Site, command: Command) -> None:
    ran = command("check", stdin=" ".join([*WORDS[:4], "candour", *WORDS[5:]]))
    assert ran.code == 1 and "Word 5, “candour”" in ran.err


def test_eleven_words_are_counted(site: Site, command: Command) -> None:
    ran = command("check", stdin=" ".join(WORDS[:11]))
    assert ran.code == 1 and "you typed 11" in ran.err


def test_words_of_an_audience_the_site_lacks(site: Site, command: Command) -> None:
    ran = command("check", stdin=" ".join(code.words(world.report_code(9))))
    assert ran.code == 1 and ran.err.startswith("Check these words.")


def test_stale_console_is_not_called_nothing_yet(site: Site, command: Command) -> None:
    site.clock.forward(49 * 3600)
    ran = command("check", stdin=TYPED)
    assert ran.code == 0 and "could not check for replies from: psu" in ran.out and "Nothing yet" not in ran.out


def test_receipt_is_saved_and_verifies_with_the_copy(site: Site, command: Command, tmp_path: Path) -> None:
    post_json = encode_post(world.post())
    (tmp_path / "copy").write_bytes(post_json)
    site.publish(board(world.message_slots(world.proof_raw(), 0, Kind.PROOF)))
    receipt = tmp_path / "receipt"
    ran = command("check", "--receipt", str(receipt), "--copy", str(tmp_path / "copy"), stdin=TYPED)
    assert ran.code == 0, ran.err
    verified = verify_receipt(receipt.read_bytes(), world.ROOTS)
    assert (verified.post_json, verified.first_words, verified.proof.day) == (post_json, True, world.DAY - 1)
    again = command("check", "--receipt", str(receipt), stdin=TYPED)
    assert again.code == 1 and "already" in again.err


def test_proof_of_another_report_is_not_saved(site: Site, command: Command, tmp_path: Path) -> None:
    other = world.proof_raw(sign_public=world.keys(1, "another").sign_public)
    site.publish(board(world.message_slots(other, 0, Kind.PROOF)))
    ran = command("check", "--receipt", str(tmp_path / "receipt"), stdin=TYPED)
    assert ran.code == 1 and "not about your report" in ran.out and not (tmp_path / "receipt").exists()


def test_answer_confirms_what_was_read(site: Site, command: Command) -> None:
    site.publish(board(world.message_slots(b"Which day?", 3)))
    ran = command("check", "--answer", stdin=f"{TYPED}\nMonday.\nOr Tuesday.")
    assert ran.code == 0, ran.err
    (opened,) = site.opened()
    assert opened.post.follow_up and opened.post.follow_up.text == "Monday.\nOr Tuesday."
    assert opened.post.sign == world.keys().sign_public and opened.post.new_code is None
    assert seen_indices(opened.post, "psu", world.keys().secrets["psu"]) == {3}


def test_new_words_take_over_in_the_same_post(site: Site, command: Command) -> None:
    ran = command("check", "--answer", "--new-words", "--json", stdin=f"{TYPED}\nMonday.")
    assert ran.code == 0, ran.err
    new = code.derive(code.parse_words(json.loads(ran.out)["new_words"]), world.SITE, ["psu"])
    (opened,) = site.opened()
    assert opened.post.new_code and opened.post.new_code.sign == new.sign_public
    assert opened.thread_secret == new.secrets["psu"]
    assert opened.post.sign == world.keys().sign_public


def test_new_words_are_told_even_when_it_is_not_certain_that_they_are_in_force(site: Site, command: Command) -> None:
    def lose(seen: Seen) -> tuple[int, str] | None:
        if seen.path == "/envelopes":
            site.app.test_client().post("/envelopes", data=seen.body, content_type="text/plain")
            return 0, ""
        return None

    site.faults = [lose] * 8
    ran = command("check", "--new-words", "--json", stdin=TYPED)
    told = json.loads(ran.out)
    new = code.derive(code.parse_words(told["new_words"]), world.SITE, ["psu"])
    (opened,) = site.opened()
    assert (ran.code, told["sent"]) == (1, None)
    assert opened.post.new_code and opened.post.new_code.sign == new.sign_public


def test_withdrawing(site: Site, command: Command) -> None:
    assert command("check", "--withdraw", stdin=TYPED).code == 0
    assert site.opened()[0].post.withdraw


def test_empty_answer_is_refused(site: Site, command: Command) -> None:
    ran = command("check", "--answer", stdin=TYPED + "\n\n")
    assert ran.code == 1 and not site.posts()


def test_all_posts_are_of_one_size(site: Site, command: Command) -> None:
    command("check", "--answer", stdin=f"{TYPED}\nx")
    command("check", "--answer", "--new-words", stdin=f"{TYPED}\n{'x' * 9000}")
    command("check", "--withdraw", stdin=TYPED)
    assert {len(seen.body) for seen in site.posts()} == {20488}
    for raw in site.stored():
        assert open_envelope(raw, "psu", world.EPOCH, XWingOpener(world.epoch_seed("psu")), world.SITE)
