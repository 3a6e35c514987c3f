"""A P3 case by its pages, from received to closed, by two people; and what its pages refuse on the way."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from handler.cases.tables import Case
from handler.errors import NotAllowed
from handler.lifecycle import facts
from handler.lifecycle.acts import DECISION_LOG
from handler.lifecycle.states import INVESTIGATED, TRIAGE
from tests.handler.founded import Browser, FoundedConsole
from tests.handler.people.forms import group
from tests.handler.reporters import Reporter, Site
from tests.handler.web.casepages import browser_of, case_id_of

LOG: dict[str, str | list[str]] = {f"log-{heading}": f"Line on {heading}." for heading in DECISION_LOG}
LOG["rests-on"] = "Two accounts."
PLANNED: dict[str, str | list[str]] = {**LOG, "consistent": "yes", "consistent-why": "As planned."}


class CasePages:
    """One case as one person goes through it by its pages."""

    def __init__(self, site: Site, browser: Browser) -> None:
        self.site, self.browser = site, browser
        self.path = f"/cases/{case_id_of(site).hex()}"

    def open(self) -> "CasePages":
        self.browser.post(f"{self.path}/open", {"reason": "assigned"}, page=self.path)
        self.browser.post(f"{self.path}/conflict", {"clear": "yes"}, page=self.path)
        return self

    def text(self, part: str = "") -> str:
        answer = self.browser.get(self.path + part)
        assert answer.status_code == 200
        return answer.text

    def step(self, end: str, form: dict[str, str | list[str]] | None = None) -> str:
        """Takes a step; what the page says after it."""
        path = f"{self.path}/step/{end}"
        answer = self.browser.post(path, form or {}, page=self.path)
        return answer.text if answer.status_code != 303 else self.text()

    def record(self, name: str, **values: str) -> str:
        form: dict[str, str | list[str]] = {key.replace("_", "-"): value for key, value in values.items()}
        answer = self.browser.post(f"{self.path}/record/{name}", form, page=self.path)
        return answer.text if answer.status_code != 303 else self.text("/records")

    def answer(self, what: str) -> int:
        """Presses a button on what waits."""
        found = re.search(rf'action="(/approvals/[0-9a-f]+/{what})"', self.text())
        assert found is not None
        return self.browser.post(found.group(1), {}, page=self.path).status_code


@pytest.fixture
def site(console: FoundedConsole) -> Site:
    return Site.published(console)


def to_come(site: Site, days: int) -> str:
    return (datetime.fromtimestamp(site.console.clock.now, UTC) + timedelta(days=days)).date().isoformat()


def state_of(site: Site) -> str:
    with site.console.databases.console.read() as console:
        return console.get_one(Case, case_id_of(site)).state


def assessed(site: Site) -> None:
    """What the pages of the assessment record, which have tests of their own."""
    desk, case_id = site.desk(), case_id_of(site)
    with desk.databases.console.write() as console:
        case = console.get_one(Case, case_id)
        case.priority, case.category = 3, "drugs"
        names = [*TRIAGE, "rethrive"]
        facts.note(console, case_id, names, by=desk.unlocked.user_id, now=desk.now())


def begin(handler: CasePages) -> None:
    """Into the assessment, and what the next step still misses."""
    page = handler.text()
    assert "Open the case: done" in page
    assert "Finish the triage" in page
    assert "GMT" in page
    assert "Begin the assessment: done." in handler.step("assessing")
    blocked = handler.text("/step/decision")
    assert "Record this first" in blocked
    assert f'href="{handler.path}/assessment/thrive"' in blocked
    assert "Something must be recorded" in handler.step("decision")


def decide(handler: CasePages, supervisor: CasePages) -> None:
    """Only a supervisor, and only under all six headings."""
    assert "Put it to the supervisor: done." in handler.step("decision")
    assert handler.browser.get(f"{handler.path}/step/investigating").status_code == 404
    refused = supervisor.step("investigating", {"disposition": "adopt-psu", **LOG, "log-powers": " "})
    assert "A decision is logged under six headings" in refused
    assert "Line on options." in refused, "what was written is kept"
    assert "Adopt it: done." in supervisor.step("investigating", {"disposition": "adopt-psu", **LOG})


def investigate(handler: CasePages, supervisor: CasePages) -> None:
    assert "development plan: recorded." in handler.record("strategy", what="Look.", care="Others know.")
    review = {"subject": "no", "others": "unknown", "culture": "no", "follows": "Ask the team."}
    assert "Scope review: recorded." in handler.record("scope-review", **review)
    asked = handler.text("/step/case-to-answer")
    assert "The supervisor’s part" in asked
    assert "record/scope-seen" not in asked, "a handler cannot record it"
    assert "scope review: recorded." in supervisor.record("scope-seen", agree="yes", why="Far enough.")
    assert "Enter whom it is about" in handler.text("/record/measures")
    handler.browser.post(f"{handler.path}/people/new", dict(group()), page=handler.path)
    (subject,) = re.findall(r'name="person" type="radio" value="([0-9a-f]{32})"', handler.text("/record/measures"))
    measure = {
        "person": subject,
        "grade": "senior",
        "measure": "suspended",
        "decider": "supervisor",
        "why": "Risk.",
    }
    assert "has a day on which it is looked at again" in handler.record("measures", **measure)
    measure["review"] = to_come(handler.site, 14)
    assert "Only the head of IPS decides" in handler.record("measures", **measure)
    kept = handler.record("measures", **{**measure, "decider": "head-of-ips"})
    assert "Suspended" in kept
    assert "One of 4: The night shift" in kept
    assert "Presumed innocent" in handler.text()
    consider = "Consider an integrity intervention"
    assert consider in handler.text("/people")
    assert consider in supervisor.text("/step/concluding")
    handler.record("integrity", result="rejected", unit="Night shift", source="Others know.", why="It is one act.")
    assert consider not in handler.text("/people") + supervisor.text("/step/concluding")
    assert "Hana Handler" in kept
    handler.browser.post(f"{handler.path}/reply", {"text": "We are still working on it."}, page=handler.path)
    assert "Review of interim measures" in handler.text()


def conclude(handler: CasePages) -> None:
    handler.record("outcome", told="yes", what="Advice was given.")
    handler.record("learning", any="no", why_none="One person’s act.")
    handler.record("return-risk", again="no", plan="None needed.")
    handler.record("reprisal-plan", plan="Ask after one month.")
    handler.record("publishable", can="no", why="A small team.")
    assert "Proposed: 2 years, by the schedule for “No case to answer" in handler.text("/step/closed")
    assert "still to come" in handler.step("closed", {"retention-day": "2020-01-01"})
    asked = handler.step("closed", {"retention-day": to_come(handler.site, 2000)})
    assert "Close the case: a second person is asked" in asked
    assert state_of(handler.site) == "concluding"
    assert ">Approve<" not in handler.text()


def test_a_case_from_received_to_closed_by_two_people(site: Site) -> None:
    hana = site.console.add_person("Hana Handler", "handler")
    site.deliver(Reporter.new(site).report("He sells pills."))
    handler = CasePages(site, browser_of(site, hana)).open()
    supervisor = CasePages(site, browser_of(site, site.console.supervisor)).open()
    begin(handler)
    assessed(site)
    decide(handler, supervisor)
    site.console.clock.forward(60)
    assessed(site)
    investigate(handler, supervisor)
    ended = supervisor.step("concluding", {"end-reason": "mistaken", **LOG})
    assert "Whether it is consistent with the strategy" in ended
    ended = supervisor.step("concluding", {"end-reason": "mistaken", **PLANNED})
    assert "Conclude without a case to answer: a second person is asked" in ended
    assert handler.answer("approve") == 303
    conclude(handler)
    assert "1<span" in supervisor.browser.get("/cases").text, "the bar counts what waits"
    assert "Hana Handler" in supervisor.browser.get("/approvals").text
    assert supervisor.answer("approve") == 303
    assert state_of(site) == "closed"
    closed = supervisor.text()
    assert "Closed, monitoring" in closed
    assert "Ask about reprisal" in closed
    history = supervisor.text("/history")
    for words in ("Adopt: PSU", "Line on code.", "Mistaken", "As planned.", "No conflict", "Interim measure"):
        assert words in history
    assert history.index("Received → Assessing") < history.index("Concluding → Closed, monitoring")


def test_what_waits_can_be_refused_and_tasks_are_ticked_off(site: Site) -> None:
    hana = site.console.add_person("Hana Handler", "handler")
    site.deliver(Reporter.new(site).report("x", {"who": "small-group"}))
    handler = CasePages(site, browser_of(site, hana)).open()
    supervisor = CasePages(site, browser_of(site, site.console.supervisor)).open()
    assert "Consider an integrity intervention" in handler.text("/people")
    handler.step("assessing")
    assessed(site)
    handler.step("decision")
    ended = {"disposition": "nfa", "end-reason": "", **LOG}
    assert "The reason code for an end without action" in supervisor.step("concluding", ended)
    assert "a second person is asked" in supervisor.step("concluding", {**ended, "end-reason": "mistaken"})
    read = handler.text()
    assert "Line on threat." in read
    assert "Mistaken" in read
    assert handler.answer("refuse") == 303
    assert state_of(site) == "decision"
    assert "Refused" in supervisor.browser.get("/approvals").text

    task: dict[str, str | list[str]] = {"task": "Ring HR.", "due": to_come(site, 2)}
    handler.browser.post(f"{handler.path}/tasks", task, page=handler.path)
    listed = handler.text("/records")
    assert "Ring HR." in listed
    done = re.search(r'action="(/cases/[^"]+/done)"', listed)
    assert done is not None
    handler.browser.post(done.group(1), {}, page=handler.path)
    assert "Done by Hana Handler" in handler.text("/records")
    empty = handler.browser.post(f"{handler.path}/tasks", {}, page=handler.path)
    assert "what is to be done" in empty.text


def test_a_senior_decider_who_was_given_the_case_sends_it_to_a_panel_that_dismisses_for_gross_misconduct_only(
    site: Site,
) -> None:
    hana = site.console.add_person("Hana Handler", "handler")
    site.deliver(Reporter.new(site).report())
    dee = site.console.add_person("Dee Decider", "senior-decider")
    supervisor = CasePages(site, browser_of(site, site.console.supervisor)).open()
    supervisor.step("assessing")
    assessed(site)
    CasePages(site, browser_of(site, hana)).open().step("decision")
    supervisor.step("investigating", {"disposition": "adopt-psu", **LOG})
    desk, case_id = site.desk(), case_id_of(site)
    with desk.databases.console.write() as console:
        facts.note(console, case_id, INVESTIGATED, by=desk.unlocked.user_id, now=desk.now())
    supervisor.step("case-to-answer")

    senior = browser_of(site, dee)
    assert "PSU-2026-0001" not in senior.get("/cases").text
    assert senior.get(supervisor.path).status_code == 404
    given: dict[str, str | list[str]] = {"person": dee.user_id.hex()}
    assert supervisor.browser.post(f"{supervisor.path}/access", given, page=supervisor.path).status_code == 303
    decider = CasePages(site, senior).open()
    assert "Send the reply" not in decider.text()
    assert senior.post(f"{decider.path}/reply", {"text": "Hello."}, page=decider.path).status_code == 403
    assert "yes misconduct" in decider.text("/step/disposal")
    assert "Only a case to answer goes to a panel" in decider.step(
        "disposal", {**PLANNED, "answer": "no", "answer-why": "Nothing shown."}
    )
    assert "There is a case to answer: done." in decider.step(
        "disposal", {**PLANNED, "answer": "yes gross", "answer-why": "Two saw it."}
    )
    found: dict[str, str | list[str]] = {
        "finding": "misconduct", "sanction": "dismissal", "finding-why": "Two saw it.", "chair": "C. Hair",
        "appeal": "dismissed", "appeal-by": "C. Hair",
    }  # fmt: skip
    assert "not the chair of the panel" in supervisor.step("concluding", {**found, "finding": "gross"})
    found["appeal-by"] = "A. Peal"
    assert "Dismissal is for gross misconduct only" in supervisor.step("concluding", found)
    assert "done." in supervisor.step("concluding", {**found, "finding": "gross"})
    history = supervisor.text("/history")
    assert "Gross misconduct proven; Dismissal" in history
    assert "Not upheld\nA. Peal" in history

    taken: dict[str, str | list[str]] = {"person": dee.user_id.hex()}
    supervisor.browser.post(f"{supervisor.path}/access/take", taken, page=supervisor.path)
    assert senior.get(decider.path).status_code == 404
    with pytest.raises(NotAllowed):
        site.desk(dee).case_key(case_id)
