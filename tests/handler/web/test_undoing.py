"""Undo by the pages: a reply, a status, a task; and what is said where it is too late."""

import re

import pytest

from handler.cases.listing import open_case
from handler.lifecycle.conflict import confirm
from handler.lifecycle.tasks import add
from tests.handler.founded import Browser, FoundedConsole
from tests.handler.reporters import Reporter, Site
from tests.handler.web.casepages import browser_of, case_id_of


@pytest.fixture
def site(console: FoundedConsole) -> Site:
    made = Site.published(console)
    made.deliver(Reporter.new(made).report())
    open_case(made.desk(), case_id_of(made), "new")
    confirm(made.desk(), case_id_of(made), ticked=True)
    return made


@pytest.fixture
def browser(site: Site) -> Browser:
    return browser_of(site, site.console.supervisor)


def undo_in_banner(text: str) -> str:
    banner = text[text.index("govuk-notification-banner__heading") :]
    found = re.search(r'action="([^"]+)"', banner[: banner.index("</form>")])
    assert found is not None
    return found.group(1)


def test_a_reply_is_undone_from_the_banner_and_stays_at_hand_as_a_draft(site: Site, browser: Browser) -> None:
    page = f"/cases/{case_id_of(site).hex()}"
    browser.post(f"{page}/reply", {"text": "Come to the side door."}, page=page)
    shown = browser.post(f"{page}/reply", {"text": "Come to the front door."}, page=page)
    assert shown.status_code == 303
    shown_page = browser.get(page).text
    assert shown_page.count("Undo: take this back") == 2
    undo = undo_in_banner(shown_page)
    assert browser.post(undo, {}, page=page).status_code == 303
    after = browser.get(page).text
    assert "Taken back: the reporter is not told this." in after
    assert after.count("Undo: take this back") == 1
    assert "Taken back on" in after
    draft = browser.get(f"/drafts/{case_id_of(site).hex()}/reply").json
    assert draft["fields"]["text"] == ["Come to the front door."]
    assert "Something was taken back before it was told" in browser.get(f"{page}/history").text


def test_too_late_says_what_to_do(site: Site, browser: Browser) -> None:
    page = f"/cases/{case_id_of(site).hex()}"
    browser.post(f"{page}/status", {"status": "assessing"}, page=page)
    undo = undo_in_banner(browser.get(page).text)
    site.cycle()
    site.cycle()
    answer = browser.post(undo, {}, page=page)
    assert answer.status_code == 400
    assert "on the board already" in answer.text


def test_a_task_is_unticked(site: Site, browser: Browser) -> None:
    page = f"/cases/{case_id_of(site).hex()}"
    task = add(site.desk(), case_id_of(site), "Ring HR.", "2026-12-24").hex()
    browser.post(f"{page}/tasks/{task}/done", {}, page=page)
    assert "Done by Sam Supervisor" in browser.get(f"{page}/records").text
    assert browser.post(f"{page}/tasks/{task}/undone", {}, page=page).status_code == 303
    records = browser.get(f"{page}/records").text
    assert "The task is open again." in records
    assert "Done by Sam Supervisor" not in records
    assert browser.post(f"{page}/tasks/{'00' * 16}/undone", {}, page=page).status_code == 404
