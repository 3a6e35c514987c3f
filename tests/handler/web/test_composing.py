"""Composing a reply on a case's page: warnings, ready words, and when a reporter might become a source."""

import pytest

from handler.audit.tables import AuditEntry
from handler.cases.tables import Case
from handler.conversation.questions import words
from tests.handler.founded import Browser, FoundedConsole
from tests.handler.reporters import Reporter, Site
from tests.handler.web.casepages import browser_of, case_id_of

FILTER = 2  # of every flag: the list can be asked for it, and says what it means
TASKING = "Could you find out when they next meet?"


@pytest.fixture
def site(console: FoundedConsole) -> Site:
    return Site.published(console)


def opened(site: Site, browser: Browser) -> str:
    path = f"/cases/{case_id_of(site).hex()}"
    browser.post(f"{path}/open", {"reason": "assigned"}, page=path)
    browser.post(f"{path}/conflict", {"clear": "yes"}, page=path)
    return path


def test_a_reply_that_sets_a_task_is_sent_only_when_the_warning_was_read(site: Site) -> None:
    reporter = Reporter.new(site)
    site.deliver(reporter.report())
    browser = browser_of(site, site.console.supervisor)
    path = opened(site, browser)
    warned = browser.post(f"{path}/reply", {"text": TASKING, "urgent": "yes"}, page=path)
    assert warned.status_code == 400
    assert "may be a covert source" in warned.text
    assert "find out" in warned.text.split('id="warnings"')[1]
    assert TASKING in warned.text, "what was written is kept"
    assert 'name="urgent" type="checkbox" value="yes" checked' in warned.text
    assert browser.post(f"{path}/reply", {"text": TASKING, "read": "yes"}, page=path).status_code == 303
    with site.console.databases.console.read() as console:
        entries = [row.entry for row in console.query(AuditEntry)]
    (sent,) = [entry for entry in entries if b"reply queued" in entry]
    assert b'"warned":["tasking"]' in sent
    assert not any(b"next meet" in entry for entry in entries)


def test_ready_words_go_into_the_reply_and_nothing_is_sent(site: Site) -> None:
    site.deliver(Reporter.new(site).report())
    browser = browser_of(site, site.console.supervisor)
    path = opened(site, browser)
    form: dict[str, str | list[str]] = {"text": "Hello.", "ready": "drugs-0", "insert": "yes"}
    page = browser.post(f"{path}/reply", form, page=path)
    assert page.status_code == 200
    assert "Hello.\n\nDid this happen at work, outside work, or do you not know?</textarea>" in page.text
    assert "Reply ·" not in page.text


def test_after_the_third_message_a_supervisor_considers_the_status_before_more_is_asked(site: Site) -> None:
    hana = site.console.add_person("Hana Handler", "handler")
    reporter = Reporter.new(site)
    site.deliver(reporter.report())
    handler = browser_of(site, hana)
    path = opened(site, handler)
    site.deliver(reporter.follow_up("One."), reporter.follow_up("Two."))
    assert "CHIS status considered" not in handler.get(path).text
    site.deliver(reporter.follow_up("Three."))
    assert "sent new information 3 times" in handler.get(path).text
    asked = handler.post(f"{path}/reply", {"text": "When was it?"}, page=path)
    assert asked.status_code == 400
    assert "A supervisor first records" in asked.text
    told: dict[str, str | list[str]] = {"text": "Thank you.", "asks-nothing": "yes"}
    assert handler.post(f"{path}/reply", told, page=path).status_code == 303
    assert handler.get(f"{path}/record/chis-considered").status_code == 403

    supervisor = browser_of(site, site.console.supervisor)
    opened(site, supervisor)
    considered: dict[str, str | list[str]] = {"status": "no", "why": "They tell what they knew before."}
    assert supervisor.post(f"{path}/record/chis-considered", considered, page=path).status_code == 303
    assert handler.post(f"{path}/reply", {"text": "When was it?"}, page=path).status_code == 303


def test_a_supervisor_holds_what_waits_and_what_is_written_and_lets_it_go_again(site: Site) -> None:
    hana = site.console.add_person("Hana Handler", "handler")
    reporter = Reporter.new(site)
    site.deliver(reporter.report())
    handler, supervisor = browser_of(site, hana), browser_of(site, site.console.supervisor)
    path = opened(site, handler)
    opened(site, supervisor)
    assert handler.get(f"{path}/record/reply-hold").status_code == 403
    assert handler.post(f"{path}/reply", {"text": "It waits."}, page=path).status_code == 303
    assert handler.post(f"{path}/status", {"status": "looking"}, page=path).status_code == 303
    assert handler.post(f"{path}/safeguarding/send/crisis", {}, page=path).status_code == 303
    held: dict[str, str | list[str]] = {"hold": "yes", "why": "They are being watched this week."}
    assert supervisor.post(f"{path}/record/reply-hold", held, page=path).status_code == 303
    page = handler.get(path).text
    assert "A supervisor holds replies in this case for now" in page
    assert page.count("Held: it goes to the board once") == 2, "the reply and the status"
    refused = handler.post(f"{path}/reply", {"text": "We saw your note."}, page=path)
    assert refused.status_code == 400
    assert "what you wrote was not sent" in refused.text
    assert "We saw your note." in refused.text, "it is kept in the form"
    assert handler.post(f"{path}/status", {"status": "finished"}, page=path).status_code == 400
    assert handler.post(f"{path}/safeguarding/send/victims-code", {}, page=path).status_code == 400
    assert handler.post(f"{path}/safeguarding/send/safety", {}, page=path).status_code == 303
    for _ in range(3):
        site.cycle()
    passed = [words("crisis"), words("safety")]
    assert reporter.texts() == passed, "what helps at once passes, sent before the hold or after"
    supervisor.post(f"{path}/record/reply-hold", {**held, "hold": "no"}, page=path)
    assert handler.post(f"{path}/reply", {"text": "We saw your note."}, page=path).status_code == 303
    for _ in range(3):
        site.cycle()
    assert reporter.texts() == ["It waits.", *passed, "We saw your note."]


def test_while_the_words_may_be_in_other_hands_the_writer_is_warned(site: Site) -> None:
    site.deliver(Reporter.new(site).report())
    browser = browser_of(site, site.console.supervisor)
    path = opened(site, browser)
    assert "Somebody else may know" not in browser.get(path).text
    browser.post(f"{path}/record/words-known", {"known": "yes", "why": "Their phone was taken."}, page=path)
    assert "Somebody else may know the reporter’s words" in browser.get(path).text
    browser.post(f"{path}/record/words-known", {"known": "no", "why": "They have newer words."}, page=path)
    assert "Somebody else may know" not in browser.get(path).text


def test_agreed_words_in_a_later_message_say_that_the_reporter_may_not_be_free(site: Site) -> None:
    hana = site.console.add_person("Hana Handler", "handler")
    reporter = Reporter.new(site)
    site.deliver(reporter.report("If I write “Hope you’re all well”, someone is watching me."))
    browser, case_id = browser_of(site, hana), case_id_of(site)
    path = opened(site, browser)
    site.deliver(reporter.follow_up("I hope that all is well."))
    form: dict[str, str | list[str]] = {"state": "agreed", "words": "hope you’re all well", "why": "In the report."}
    empty = browser.post(f"{path}/record/agreed-words", {**form, "words": "…"}, page=path)
    assert "The words: fill this in" in empty.text
    assert browser.post(f"{path}/record/agreed-words", form, page=path).status_code == 303
    page = browser.get(path).text
    assert "No other message has them" in page
    assert "may not be free" not in page
    assert browser.get("/cases").text.count("Read before answering") == FILTER
    site.deliver(reporter.follow_up("Nothing new here.\nHope  you're ALL well!"))
    page = browser.get(path).text
    assert page.count("The reporter may not be free to write") == 2, "on top, and where the reply is written"
    assert browser.get("/cases").text.count("Read before answering") == FILTER + 1
    with site.console.databases.console.read() as console:
        assert console.get_one(Case, case_id).flags.split().count("answer-with-care") == 1
    browser.post(f"{path}/record/agreed-words", {**form, "words": "hope you’re all well\nkind regards"}, page=path)
    assert browser.get(path).text.count("may not be free to write") == 2, "words that are added take nothing back"
    browser.post(f"{path}/record/agreed-words", {**form, "state": "ended", "words": ""}, page=path)
    assert "may not be free" not in browser.get(path).text
    assert browser.get("/cases").text.count("Read before answering") == FILTER
    browser.post(f"{path}/record/agreed-words", form, page=path)
    assert "may not be free" in browser.get(path).text, "what came before the record is looked at too"
    site.console.databases.close()
    for file in site.console.settings.home.rglob("*"):
        assert not file.is_file() or b"all well" not in file.read_bytes().lower(), file
