"""One console with several people at work in it, each in a browser of their own; what they do, they do by its pages."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Page, expect

from handler.lifecycle.acts import DECISION_LOG
from tests.handler.founded import Person
from tests.handler.reporters import Site
from tests.handler.triage import forms
from tests.handler.web.signingin import sign_in
from tests.support.serving import served

LOG = {f"log-{heading}": f"Line on {heading}." for heading in DECISION_LOG} | {"rests-on": "What two people saw."}
HALF_MINUTE = 30
Answers = Mapping[str, str | Sequence[str]]


@dataclass
class Office:
    """A served console, its drop and its people."""

    site: Site
    address: str
    chromium: Browser
    contexts: list[BrowserContext] = field(default_factory=list)

    def sign_in(self, person: Person) -> "Worker":
        """In a browser of their own, half a minute after anybody before."""
        self.site.console.clock.forward(HALF_MINUTE)
        context = self.chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
        self.contexts.append(context)
        return Worker(self, person, context.new_page()).sign_in()

    def hire(self, name: str, *roles: str) -> "Worker":
        """A new person, signed in."""
        return self.sign_in(self.site.console.add_person(name, *roles))

    @property
    def supervisor(self) -> "Worker":
        return self.sign_in(self.site.console.supervisor)


@contextmanager
def office(site: Site, chromium: Browser) -> Iterator[Office]:
    with served(site.console.app()) as port:
        made = Office(site, f"http://127.0.0.1:{port}", chromium)
        try:
            yield made
        finally:
            for context in made.contexts:
                context.close()


@dataclass
class Worker:
    """One signed-in person at the pages."""

    office: Office
    person: Person
    page: Page

    def sign_in(self) -> "Worker":
        sign_in(self.page, self.office.address, self.person, self.office.site.console.clock.now)
        return self

    # -- pages and forms --------------------------------------------------------------------------------------------

    def go(self, path: str) -> "Worker":
        self.page.goto(self.office.address + path)
        return self

    def status(self, path: str) -> int:
        """Of a page that is asked for."""
        answer = self.page.goto(self.office.address + path)
        assert answer is not None
        return answer.status

    def fill(self, answers: Answers) -> "Worker":
        """Every field by its name: texts, days and lists are filled in, radios and boxes ticked."""
        for name, given in answers.items():
            for value in [given] if isinstance(given, str) else given:
                fields = self.page.locator(f'main [name="{name}"]')
                if fields.first.get_attribute("type") in ("radio", "checkbox"):
                    self.page.locator(f'main [name="{name}"][value="{value}"]').check()
                elif fields.first.evaluate("field => field.tagName") == "SELECT":
                    fields.first.select_option(value)
                else:
                    fields.first.fill(value)
        return self

    def send(self, action: str, answers: Answers) -> "Worker":
        """The form whose address ends so, out of what folds it away."""
        form = self.page.locator(f'main form[action$="{action}"]')
        form.evaluate("form => form.closest('details')?.setAttribute('open', '')")
        self.fill(answers)
        form.locator("button[type=submit]").last.click()
        return self

    def press(self, name: str) -> "Worker":
        self.page.get_by_role("main").get_by_role("button", name=name, exact=True).first.click()
        return self

    def sees(self, *words: str) -> "Worker":
        for text in words:
            expect(self.page.get_by_role("main")).to_contain_text(text)
        return self

    def sees_not(self, *words: str) -> "Worker":
        for text in words:
            expect(self.page.get_by_role("main")).not_to_contain_text(text)
        return self

    # -- a case -----------------------------------------------------------------------------------------------------

    def open_inbox(self) -> "Worker":
        self.go("/inbox").press("Open the inbox")
        expect(self.page.get_by_role("heading", name="All envelopes have been opened")).to_be_visible()
        return self

    def open_case(self, number: str) -> "Worker":
        """From the list: says why, and that there is no conflict, where that is asked."""
        self.go("/cases")
        self.page.get_by_role("link", name=number, exact=True).click()
        why = self.page.get_by_role("heading", name="Why are you opening this case?")
        known = self.page.get_by_role("heading", name="Do you know anyone this may be about?")
        case = self.page.get_by_role("heading", name=number, level=1)
        expect(why.or_(known).or_(case)).to_be_visible()
        if why.is_visible():
            self.page.get_by_label("To assess a new report").check()
            self.press("Open the case")
            expect(known.or_(case)).to_be_visible()
        if known.is_visible():
            self.page.get_by_label("No conflict").check()
            self.press("Show the report")
        expect(case).to_be_visible()
        return self

    @property
    def case_path(self) -> str:
        """Of the case that is shown."""
        found = re.search(r"/cases/[0-9a-f]{32}", self.page.url)
        assert found is not None, self.page.url
        return found.group(0)

    def step(self, end: str, **answers: str) -> "Worker":
        """Takes a step of the case that is shown; afterwards its page is shown."""
        path = self.case_path
        self.go(f"{path}/step/{end}").fill({key.replace("_", "-"): value for key, value in answers.items()})
        if "disposition" in answers or "answer" in answers:
            self.fill(LOG)
        self.page.locator("main form button[type=submit]").last.click()
        expect(self.page.get_by_role("status").first).to_be_visible()
        return self

    def record(self, name: str, **answers: str) -> "Worker":
        path = self.case_path
        self.go(f"{path}/record/{name}").fill({key.replace("_", "-"): value for key, value in answers.items()})
        self.page.locator("main form button[type=submit]").last.click()
        expect(self.page.get_by_role("status").first).to_be_visible()
        return self.go(path)

    def assess(self, section: str, answers: Answers) -> "Worker":
        path = self.case_path
        self.go(f"{path}/assessment/{section}").fill(answers)
        self.page.locator("main form button[type=submit]").last.click()
        expect(self.page.get_by_role("status").first).to_be_visible()
        return self.go(path)

    def triage(self, harm: str = "6", likelihood: str = "4", *, level: str = "low", at_risk: str = "no") -> "Worker":
        """Every section that a decision needs, by its form."""
        self.assess("danger", forms.danger(at_risk=at_risk))
        self.assess("thrive", forms.thrive(level))
        for section, answers in forms.PLAIN.items():
            self.assess(section, answers)
        self.grade()
        self.assess("score", forms.score(harm, likelihood))
        self.record("care", support="The staff support line.", risk="None seen.", agreed="no")
        return self.record("deconfliction", result="none", looked="In the list of cases.")

    def grade(self) -> "Worker":
        """Everything that the reporter sent, alike."""
        path = self.case_path
        self.go(f"{path}/assessment/grade")
        parts = {"source": "2", "information": "A", "handling": "C", "action": "A1", "sanitisation": "S2"}
        for part, value in parts.items():
            for field_ in self.page.locator(f'main [name$="-{part}"][value="{value}"]').all():
                field_.check()
            for choice in self.page.locator(f'main select[name$="-{part}"]').all():
                choice.select_option(value)
        for reason in self.page.locator('main [name$="-reason"]').all():
            reason.fill("They saw it.")
        self.page.locator("main form button[type=submit]").last.click()
        expect(self.page.get_by_role("status").first).to_be_visible()
        return self.go(path)

    def answer(self, number: str, button: str) -> "Worker":
        """Presses Approve or Refuse on what waits in a case."""
        return self.open_case(number).press(button)
