"""The pages of a case's way in Chromium at 1,280 and on a tablet: axe finds nothing, and nothing sticks out."""

from playwright.sync_api import Page

from handler.cases.listing import open_case
from handler.lifecycle import facts
from handler.lifecycle.acts import DECISION_LOG, Step, move
from handler.lifecycle.conflict import confirm
from handler.lifecycle.recording import keep_note
from handler.lifecycle.states import TRIAGE
from handler.lifecycle.tasks import add
from handler.people.acts import save
from tests.handler.people.forms import group
from tests.handler.reporters import Reporter, Site
from tests.handler.web.casepages import case_id_of
from tests.handler.web.test_accessibility import address, check, page, site
from tests.support.browser import screenshot

__all__ = ["address", "page", "site"]

LONG = "Restricted to a desk job; " * 12
STORY = "He takes money from people who want to know things. It has gone on for months, and two others know of it."


def worked_on(site: Site) -> str:
    """A case that waits for a second person, with records, a task and a talk; its path."""
    reporter = Reporter.new(site)
    site.deliver(reporter.report(STORY, {"danger": "unsure", "knowers": "only-me"}))
    site.deliver(reporter.follow_up("I forgot to say that it is always at the end of the month."))
    desk, case_id = site.desk(), case_id_of(site)
    open_case(desk, case_id, "new")
    confirm(desk, case_id, ticked=True)
    move(desk, case_id, Step("assessing", {}, {}))
    with desk.databases.console.write() as console:
        facts.note(console, case_id, TRIAGE, by=desk.unlocked.user_id, now=desk.now())
    move(desk, case_id, Step("decision", {}, {}))
    log = dict.fromkeys(DECISION_LOG, "Because it was looked into before, and nothing was found.")
    ended = {"disposition": "nfa", "end-reason": "known", "rests-on": "What was found."}
    move(desk, case_id, Step("concluding", ended, log))
    measure = {
        "person": save(desk, case_id, group()).hex(),
        "grade": "senior",
        "measure": "restricted",
        "decider": "supervisor",
        "why": LONG,
        "review": "2027-01-01",
    }
    keep_note(desk, case_id, "measures", measure)
    request = {"asked": LONG, "body": "A force", "related": "no"}
    keep_note(desk, case_id, "request", request)
    add(desk, case_id, "Ring HR about the rota.", "2026-12-01")
    return f"/cases/{case_id.hex()}"


def test_a_case_that_waits_a_record_and_a_warning(page: Page, address: str, site: Site) -> None:
    path = worked_on(site)
    for name, part in (
        ("case", ""),
        ("case-record", "/record/measures"),
        ("case-related", "/related"),
    ):
        page.goto(address + path + part)
        check(page)
        screenshot(page, name)
    page.goto(f"{address}{path}/records")
    page.get_by_role("button", name="Show who asks").press("Enter")
    page.get_by_text("A force").wait_for()
    check(page)
    page.goto(address + path)
    page.get_by_label("Your reply").fill("Who are you? Could you find out more?")
    page.get_by_role("button", name="Send the reply").press("Enter")
    page.get_by_text("Look at this again").wait_for()
    check(page)
    screenshot(page, "case-warned")
