"""A bad line between the phone and the drop: what was sent arrives once, and the reporter knows whether it did."""

import re
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from crypto.post import Report
from tests.browser.pages import CHECK, CODE, FILES, WHAT, ReporterSite
from tests.browser.site import LiveSite
from tests.support.cutproxy import CutProxy

POST, PIECES, STATE = "POST /envelopes", "POST /pieces", "GET /state"
PIECE, ENVELOPE = 262_144, 20_488
UNSURE, OFFLINE = "We do not know if it arrived", "We cannot reach the server"
NOT_YET = "It has not been sent yet. Keep this page open."
ON_ITS_WAY = "It is on its way. We do not know yet if it has arrived. Keep this page open."
NOT_SENT = "Nothing you wrote was sent."
MAY_HAVE = "What you sent before may have arrived."
LONG = 60_000  # ms on the page's clock: longer than any wait between two tries


@pytest.fixture
def line(live: LiveSite) -> Iterator[CutProxy]:
    with CutProxy(live.port) as proxy:
        yield proxy


def reports(live: LiveSite, words: Sequence[str]) -> list[Report]:
    """Every report that the console ever got under these words."""
    return [one.post.report for one in live.psu.thread_of_words(list(words)).posts if one.post.report]


def head_length(live: LiveSite) -> int:
    """Bytes of /state before the boards."""
    return len(live.state()) - 1024 * (len(live.psu.board) + len(live.independent.board))


def until(page: Page, heading: str) -> None:
    """Lets the page's clock run on, through its waits, until this heading stands there."""
    shown = page.get_by_role("heading", level=1)
    for _ in range(100):
        if shown.inner_text() == heading:
            return
        page.clock.fast_forward(LONG)
        page.wait_for_timeout(100)
    raise AssertionError(f"{shown.inner_text()!r} stands there, not {heading!r}")


def film(folder: Path, pieces: int = 3) -> Path:
    """A file that cannot be cleaned, of so many pieces."""
    path = folder / "film.mp4"
    path.write_bytes(bytes(range(256)) * (pieces * 1000))
    return path


def with_film(site: ReporterSite, path: Path) -> ReporterSite:
    """To "Check your answers", with the file."""
    site.begin().skip_to(WHAT).write("See the film").go_on().skip_to(FILES)
    site.visible("[data-files]").set_input_files(str(path))
    return site.press("Send it as it is").expect_heading(FILES).go_on().skip_to(CHECK)


def test_the_start_page_is_read_before_any_script_ran_or_any_key_came(
    phone: Page, live: LiveSite, line: CutProxy
) -> None:
    html = urllib.request.urlopen(live.url).read().decode()
    head, body = html.split("<body", 1)
    assert head.index('rel="stylesheet"') < head.index("<script")
    (script,) = re.findall("<script[^>]*src=[^>]*>", html)
    assert 'type="module"' in script
    assert body.index("<h1") < body.index("<script")
    line.stall_answer("GET /assets/app", after=-1)
    line.stall_answer(STATE, after=-1)
    phone.goto(line.url, wait_until="commit")
    expect(phone.get_by_role("heading", level=1)).to_have_text(re.compile("whistleblowing"))
    expect(phone.get_by_text(re.compile("Speak up"))).to_be_visible()
    line.mend()
    line.stall_answer(STATE, after=-1)
    phone.goto(line.url)
    ReporterSite(phone, line.url).begin()


def test_an_upload_that_is_cut_goes_on_with_what_is_missing(
    phone: Page, live: LiveSite, line: CutProxy, tmp_path: Path
) -> None:
    path = film(tmp_path)
    site = with_film(ReporterSite(phone, line.url).open(), path)
    line.cut_request(PIECES, after=PIECE // 2)
    line.cut_request(POST, after=ENVELOPE // 2)
    words = site.send()
    names = [one.request for one in line.passed if one.request.startswith(PIECES)]
    cut = next(one for one in line.passed if one.status == 0)
    assert PIECE // 2 <= cut.body < PIECE
    assert names.count(cut.request) == 2
    assert len(names) == len(set(names)) + 1
    (ref,) = live.psu.thread_of_words(words).posts[0].post.files
    assert live.psu.file(ref) == path.read_bytes()
    assert len(reports(live, words)) == 1


def test_sending_that_was_stopped_in_the_middle_sends_no_piece_again_that_is_there(
    phone: Page, live: LiveSite, line: CutProxy, tmp_path: Path
) -> None:
    site = with_film(ReporterSite(phone, line.url).open(), film(tmp_path))
    line.cut_request(PIECES, after=0)
    line.stall_answer(PIECES, after=-1, times=1)
    site.press("Seal and send").expect_heading("Sending")
    expect(phone.get_by_text(NOT_YET)).to_be_visible()
    expect(site.visible("[data-lost]")).to_be_visible()
    expect(site.visible("[data-lost]")).to_be_hidden()
    site.press("Stop and go back").expect_heading(CHECK)
    line.mend()
    words = site.send()
    stored = [one.request for one in line.passed if one.request.startswith(PIECES) and one.heard]
    assert len(stored) == len(set(stored))
    assert len(reports(live, words)) == 1


def test_an_answer_that_was_lost_makes_no_second_report(phone: Page, live: LiveSite, line: CutProxy) -> None:
    site = ReporterSite(phone, line.url).open().report("Once is enough")
    line.lose_answer(POST)
    words = site.send()
    assert [one.status for one in line.passed if one.request == POST] == [201, 201]
    assert [one.answers["what"].text for one in reports(live, words)] == ["Once is enough"]


def test_a_state_that_is_cut_is_fetched_again_and_a_report_can_be_sent(
    phone: Page, live: LiveSite, line: CutProxy
) -> None:
    line.cut_answer(STATE, after=head_length(live) - 10)
    line.cut_answer(STATE, after=head_length(live) + 100)
    ReporterSite(phone, line.url).page.goto(line.url)
    site = ReporterSite(phone, line.url).report("After two cuts")
    words = site.send()
    assert [one.heard for one in line.passed if one.request == STATE][:2] == [False, False]
    assert len(reports(live, words)) == 1
    site.finish(words).press("Clear the screen").check_replies(words).expect_heading("Nothing yet")


def test_a_report_does_not_wait_for_the_boards(phone: Page, live: LiveSite, line: CutProxy) -> None:
    line.stall_answer(STATE, after=head_length(live))
    phone.goto(line.url)
    site = ReporterSite(phone, line.url).report("Nothing but the head of the state came")
    words = site.send()
    assert len(reports(live, words)) == 1
    site.finish(words).press("Clear the screen").check_replies(words).expect_heading("Getting the replies")
    assert "It is still loading." in site.text()
    site.back().expect_heading("Check for replies")


def test_before_anything_went_out_it_is_said_that_nothing_was_sent(phone: Page, live: LiveSite, line: CutProxy) -> None:
    line.stall_answer(STATE, after=-1)
    phone.clock.install()
    phone.goto(line.url)
    site = ReporterSite(phone, line.url).report("The keys never came")
    site.press("Seal and send").expect_heading("Sending")
    expect(phone.get_by_text(NOT_YET)).to_be_visible()
    line.is_down = True
    until(phone, OFFLINE)
    assert NOT_SENT in site.text()
    assert MAY_HAVE not in site.text()
    expect(phone.get_by_role("button", name="Save it as a sealed file")).to_be_hidden()
    line.mend()
    site.press("Try again").expect_heading(CODE)
    assert len(reports(live, site.words())) == 1


def test_files_that_could_not_be_sent_leave_the_report_unsent_and_it_is_said(
    phone: Page, live: LiveSite, line: CutProxy, tmp_path: Path
) -> None:
    phone.clock.install()
    site = with_film(ReporterSite(phone, line.url).open(), film(tmp_path))
    line.cut_request(PIECES, after=1000, times=1000)
    site.press("Seal and send").expect_heading("Sending")
    until(phone, OFFLINE)
    assert NOT_SENT in site.text()
    line.mend()
    site.press("Try again").expect_heading(CODE)
    assert len(reports(live, site.words())) == 1


def test_where_it_is_not_known_whether_it_arrived_the_page_says_so_and_trying_again_counts_once(
    phone: Page, live: LiveSite, line: CutProxy
) -> None:
    phone.clock.install()
    site = ReporterSite(phone, line.url).open().report("Delivered, and nobody said so")
    line.lose_answer(POST, times=1000)
    site.press("Seal and send")
    expect(phone.get_by_text(ON_ITS_WAY)).to_be_visible()
    until(phone, UNSURE)
    said = site.text()
    assert "It may have arrived, or it may not." in said
    assert "If it did arrive, we will not count it twice." in said
    assert "You would also have no words, and could not read our replies." in said
    assert NOT_SENT not in said
    assert line.count(POST) == 8
    line.mend()
    site.press("Try again").expect_heading(CODE)
    assert len(reports(live, site.words())) == 1


def test_stopping_while_it_is_on_its_way_is_not_taken_for_not_sent(phone: Page, live: LiveSite, line: CutProxy) -> None:
    site = ReporterSite(phone, line.url).open().report("Stopped too late")
    line.stall_answer(POST, after=-1, times=1)
    site.press("Seal and send")
    expect(phone.get_by_text(ON_ITS_WAY)).to_be_visible()
    site.press("Stop and go back").expect_heading(UNSURE)
    site.back().expect_heading(CHECK)
    words = site.send()
    assert len(reports(live, words)) == 1


def test_a_refusal_after_a_lost_answer_does_not_say_that_nothing_was_sent(
    phone: Page, live: LiveSite, line: CutProxy
) -> None:
    site = ReporterSite(phone, line.url).open().report("Lost, then refused")
    line.lose_answer(POST)
    answers = iter(["go on"])
    full = {"status": 503, "content_type": "text/plain", "body": "full".ljust(64)}
    phone.route("**/envelopes", lambda route: route.continue_() if next(answers, "") else route.fulfill(**full))
    site.press("Seal and send").expect_heading("We cannot take any more just now")
    assert MAY_HAVE in site.text()
    assert "Your report is not with us." not in site.text()
    phone.unroute("**/envelopes")
    site.press("Try again").expect_heading(CODE)
    assert len(reports(live, site.words())) == 1


def test_what_cannot_be_sent_is_saved_as_a_sealed_file_that_another_way_takes_once(
    phone: Page, live: LiveSite, line: CutProxy, tmp_path: Path
) -> None:
    phone.clock.install()
    site = ReporterSite(phone, line.url).open().report("Another way in")
    line.cut_request(POST, after=100, times=1000)
    site.press("Seal and send")
    until(phone, UNSURE)
    with phone.expect_download() as download:
        site.press("Save it as a sealed file")
    site.expect_heading("Your sealed file is saved")
    words = site.words()
    assert len(words) == 12
    assert re.search("It must be handed in within a day", site.text())
    download.value.save_as(tmp_path / "notes.bin")
    assert (tmp_path / "notes.bin").stat().st_size == ENVELOPE
    assert download.value.suggested_filename == "notes.bin"
    plain = phone.context.browser
    assert plain is not None
    without_scripts = plain.new_context(java_script_enabled=False)
    other = without_scripts.new_page()
    other.goto(live.url)
    other.locator('input[name="sealed"]').set_input_files(str(tmp_path / "notes.bin"))
    other.locator('form[action="/sealed"] button').click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Your report is safe with us")
    without_scripts.close()
    line.mend()
    site.press("Try again to send it").expect_heading(CODE)
    assert site.words() == words
    assert [one.answers["what"].text for one in reports(live, words)] == ["Another way in"]


def test_an_answer_to_the_replies_that_may_have_arrived_is_counted_once(
    phone: Page, live: LiveSite, line: CutProxy
) -> None:
    phone.clock.install()
    site = ReporterSite(phone, line.url).open().report("First")
    words = site.send()
    assert len(reports(live, words)) == 1
    site.finish(words).press("Clear the screen").check_replies(words)
    site.answer("Second")
    line.lose_answer(POST, times=1000)
    site.press("Keep my old words")
    until(phone, UNSURE)
    assert "You would also have no words" not in site.text()
    line.mend()
    site.press("Try again").expect_heading("Sent")
    posts = live.psu.thread_of_words(words).posts
    assert [one.post.report is None for one in posts] == [False, True]
