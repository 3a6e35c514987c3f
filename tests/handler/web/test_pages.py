"""The pages of inbox, cases and board, as a person's browser gets them."""

import json
from collections.abc import Iterator

import pytest

from crypto.post import Answer, Report
from reporter import questionnaire
from tests.handler.caselist import page
from tests.handler.founded import Browser, FoundedConsole
from tests.handler.reporters import Reporter, Site, noise, upload

WORDS = "He takes <script>alert(1)</script> money."


@pytest.fixture
def site(console: FoundedConsole) -> Site:
    made = Site.of(console)
    made.cycle()
    return made


@pytest.fixture
def browser(site: Site) -> Iterator[Browser]:
    made = Browser(site.console.app())
    made.sign_in(site.console.supervisor, site.console.clock.now)
    yield made


def case_path(site: Site) -> str:
    with site.console.databases.console.read() as console:
        return f"/cases/{page(console).cases[0].id.hex()}"


def opened(site: Site, browser: Browser) -> str:
    """The path of the first case, once a reason was given and no conflict confirmed."""
    path = case_path(site)
    assert browser.post(f"{path}/open", {"reason": "new", "words": ""}, page=path).status_code == 303
    assert browser.post(f"{path}/conflict", {"clear": "yes"}, page=path).status_code == 303
    return path


def test_the_inbox_is_opened_from_its_page(site: Site, browser: Browser) -> None:
    site.drop.take(Reporter.new(site).report(WORDS))
    site.drop.take(noise(site))
    site.cycle()
    assert "2 sealed envelopes are waiting" in browser.get("/inbox").text
    answer = browser.post("/inbox/open", {}, page="/inbox")
    assert "All envelopes have been opened" in answer.text
    assert "PSU-2026-0001" in browser.get("/cases").text


def test_a_case_asks_why_before_it_shows_a_word(site: Site, browser: Browser) -> None:
    site.deliver(Reporter.new(site).report(WORDS))
    path = case_path(site)
    page = browser.get(path).text
    assert "Why are you opening this case?" in page
    assert "money" not in page
    refused = browser.post(f"{path}/open", {"reason": "other", "words": " "}, page=path)
    assert refused.status_code == 400
    assert "money" not in refused.text


def test_what_a_reporter_wrote_is_text_and_never_markup(site: Site, browser: Browser) -> None:
    reporter = Reporter.new(site)
    site.deliver(reporter.report(f"{WORDS} Ring 07700 900123 <b>."))
    site.deliver(reporter.follow_up("I am the only woman there."))
    page = browser.get(opened(site, browser)).text
    assert "He takes &lt;script&gt;alert(1)&lt;/script&gt; money." in page
    assert "Ring <mark>07700 900123</mark> &lt;b&gt;." in page, "what may show who wrote it is marked"
    assert "<mark>I am the only woman</mark> there." in page


def test_a_reply_is_queued_and_its_day_on_the_board_told(site: Site, browser: Browser) -> None:
    reporter = Reporter.new(site)
    site.deliver(reporter.report(WORDS))
    path = opened(site, browser)
    assert browser.post(f"{path}/reply", {"text": "When was it?"}, page=path).status_code == 303
    assert "Waiting for the board; will be there about" in browser.get(path).text
    site.cycle()
    site.cycle()
    assert "On the board since" in browser.get(path).text
    assert reporter.texts() == ["When was it?"]


def test_an_empty_reply_and_one_too_long_are_refused_and_what_was_written_is_kept(site: Site, browser: Browser) -> None:
    site.deliver(Reporter.new(site).report(WORDS))
    path = opened(site, browser)
    assert "There is nothing to send" in browser.post(f"{path}/reply", {"text": "  "}, page=path).text
    long = browser.post(f"{path}/reply", {"text": "é" * 14_000}, page=path)
    assert long.status_code == 400
    assert "ééé" in long.text


def test_a_status_is_one_of_five(site: Site, browser: Browser) -> None:
    site.deliver(Reporter.new(site).report(WORDS))
    path = opened(site, browser)
    assert browser.post(f"{path}/status", {"status": "gone"}, page=path).status_code == 400
    assert browser.post(f"{path}/status", {"status": "looking"}, page=path).status_code == 303
    with site.console.databases.console.read() as console:
        assert page(console).cases[0].status == "looking"


def test_a_file_is_saved_and_never_shown(site: Site, browser: Browser) -> None:
    content = b"<html>" + bytes(300_000)
    ref = upload(site, "photo <b>.html", content)
    site.deliver(Reporter.new(site).report(WORDS, files=[ref]))
    path = opened(site, browser)
    page = browser.get(path).text
    record = page.split("/files/")[1].split("/")[0]
    answer = browser.post(f"{path}/files/{record}/0", {}, page=path)
    assert answer.data == content
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="photo _b_.html"'
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_that_has_not_arrived_says_so(site: Site, browser: Browser) -> None:
    ref = upload(site, "photo.jpg", b"x")
    site.drop.files.clear()
    site.deliver(Reporter.new(site).report(WORDS, files=[ref]))
    path = opened(site, browser)
    record = browser.get(path).text.split("/files/")[1].split("/")[0]
    assert "have not arrived yet" in browser.post(f"{path}/files/{record}/0", {}, page=path).text


def test_reading_a_case_is_in_the_audit(site: Site, browser: Browser) -> None:
    site.deliver(Reporter.new(site).report(WORDS))
    browser.get(opened(site, browser))
    page = browser.get("/audit").text
    assert "case opened" in page
    assert "case read" in page


def test_a_managers_notice_is_shown_with_its_own_questions_and_stands_among_the_notices(
    site: Site, browser: Browser
) -> None:
    """Given the texts beside the public site; a report beside it is not among the notices."""
    notice = questionnaire.load_forms()[questionnaire.NOTICE]
    kept = site.console.settings.home / "questionnaires" / f"{notice.version}.json"
    kept.parent.mkdir(exist_ok=True)
    kept.write_text(json.dumps(questionnaire.as_record(notice)))
    told = {"notice-done": Answer(("apology",), "Both agreed."), "notice-what": Answer((), "He shouted at a clerk.")}
    site.deliver(Reporter.new(site).seal(Report(notice.version, {}, told)))
    page = browser.get(opened(site, browser)).text
    assert "Manager’s notice, received on" in page
    assert page.index("What happened?") < page.index("He shouted at a clerk.") < page.index("What was done about it?")
    assert "They said sorry, or the people involved made it up" in page
    site.deliver(Reporter.new(site).report(WORDS))
    assert "PSU-2026-0002" in browser.get("/cases").text
    listed = browser.get("/cases?stream=notice").text
    assert "PSU-2026-0001" in listed
    assert "PSU-2026-0002" not in listed


def test_an_unknown_questionnaire_shows_the_ids(site: Site, browser: Browser) -> None:
    site.deliver(Reporter.new(site).report(WORDS, {"danger": "yes"}))
    page = browser.get(opened(site, browser)).text
    assert ">danger<" in page
    assert "Someone is in danger now" in page


@pytest.mark.parametrize("path", ["/cases/" + "00" * 16, "/cases/zz", "/inbox/quarantine/x/again"])
def test_what_is_not_there_is_a_plain_404_or_405(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code in (404, 405)


@pytest.mark.parametrize("number", ["9" * 30, "-" + "9" * 30, "9" * 5000, "x"])
@pytest.mark.parametrize("path", ["/audit?before=", "/cases?page="])
def test_a_number_out_of_all_bounds_is_still_a_page(browser: Browser, path: str, number: str) -> None:
    assert browser.get(path + number).status_code == 200
