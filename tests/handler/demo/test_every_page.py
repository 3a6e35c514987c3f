"""Every page of a console in use: no link of it is dead, and in Chromium axe finds nothing and nothing sticks out.

What is new in the URL map is looked at by itself where a page links to it; where none does, the last test fails.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import ConsoleMessage
from playwright.sync_api import Page as Shown

from handler.approvals.acts import for_person
from handler.approvals.carrying import carry
from handler.audit.sampling import Wanted, draw
from handler.demo.team import Colleague
from handler.identity import users
from handler.intake.entering import Entry, enter
from handler.intake.questions import Given
from handler.oversight import breakglass
from tests.handler.demo.conftest import Filled
from tests.handler.founded import Browser, FoundedConsole, Person
from tests.handler.reporters import Reporter, Site
from tests.handler.stories.office import HALF_MINUTE, office
from tests.handler.web.looking import check

NO_PAGE = {
    "static": "styles, scripts and the icon",
    "drafts.draft": "JSON for the page's script",
    "preview.picture": "a picture",
    "packs.thrive": "a text to download",
    "safeguards.thrive": "a text to download",
    "identity.home": "leads to the first page of a role",
    "worklist.go": "leads to a case",
    "entry.cleared": "leads away from the page with the words",
    "safeguards.fast_track": "leads to the words for the phone",
    "passkeys.confirm": "needs a device: see tests/handler/identity/test_passkey.py",
}
FEW = 3  # addresses of an endpoint for everybody but the supervisor; and of those that differ by their query alone
MANY = 60  # for the supervisor: more than there are cases
REASON, NO_CONFLICT = {"reason": "supervise"}, {"clear": "yes"}


@dataclass(frozen=True)
class Page:
    """As one person got it. `size`: of its text, in characters."""

    person: Person
    path: str
    status: int
    size: int


Walk = Mapping[str, list[Page]]  # by endpoint


def walk(console: FoundedConsole, person: Person, few: int) -> Walk:
    """Every page that links lead this person to from the first, `few` of each endpoint. Cases are opened on the way."""
    console.clock.forward(HALF_MINUTE)
    app = console.app()
    browser, match = Browser(app), app.url_map.bind("").match
    assert browser.sign_in(person, console.clock.now).status_code == 303
    found: Walk = defaultdict(list)
    waiting, seen, led_on = ["/"], set[str](), set[str]()
    while waiting:
        path = waiting.pop(0)
        bare, _, query = path.partition("?")
        endpoint = match(bare, method="GET")[0]
        most = FEW if query and endpoint != "cases.listing" else few
        if path in seen or endpoint == "static" or len(found[endpoint]) >= most:
            continue
        seen.add(path)
        answer = browser.get(path)
        for act, form in (("open", REASON), ("conflict", NO_CONFLICT)):
            if f'action="{path}/{act}"' in answer.text:
                browser.post(f"{path}/{act}", dict(form), page=path)
                answer = browser.get(path)
        found[endpoint].append(Page(person, path, answer.status_code, len(answer.text)))
        if answer.status_code == 303 and path not in led_on:  # perhaps to a case that is opened first
            led_on.add(path)
            seen.remove(path)
            waiting[:0] = [answer.location, path]
        waiting += [link.replace("&amp;", "&") for link in re.findall(r'href="(/[^"#]*)', answer.text)]
    return found


def colleague(console: FoundedConsole, one: Colleague) -> Person:
    with console.databases.console.read() as session:
        user = users.find(session, one.name)
        assert user is not None
        return Person(one.name, one.passphrase, one.totp_secret, user.id)


def more_to_see(site: Site, auditor: Person) -> None:
    """What the demonstration leaves out: a name that a reporter gave, a letter without words, an auditor's visit and
    sample."""
    site.cycle()
    site.deliver(Reporter.new(site).naming("keep-from", "Keep it from Rowan Thistledew, please."))
    desk, console = site.desk(), site.console
    letter = {"what": Given((), "A letter without a name.")}
    enter(desk, Entry(bytes(16), "letter", "2026-11-18", letter, with_words=False))
    breakglass.ask(site.desk(auditor), "PSU-2026-0009", "sample")
    with console.databases.console.read() as session:
        (visit,) = [row for row in for_person(session, desk) if row.act.startswith(breakglass.BREAK_GLASS)]
    carry(desk, visit)
    with console.databases.console.write() as session:
        draw(session, console.unlocked(auditor), Wanted(date(2026, 8, 1), date(2026, 11, 18), 3), console.clock)


@pytest.fixture(scope="module")
def walks(filled: Filled) -> Mapping[str, Walk]:
    """By role. The supervisor's is of every case."""
    console, hana, told = filled
    people = {one.roles[0]: colleague(console, one) for one in told.colleagues}
    more_to_see(Site.of(console), people["auditor"])
    people |= {"supervisor": console.supervisor, "handler": hana}
    people |= {role: console.add_person(f"Oli {role}", role) for role in ("administrator", "acu-liaison")}
    return {role: walk(console, one, MANY if role == "supervisor" else FEW) for role, one in people.items()}


@pytest.mark.timeout(900)
def test_no_link_leads_nowhere(walks: Mapping[str, Walk]) -> None:
    dead = [
        (role, page.path, page.status)
        for role, found in walks.items()
        for pages in found.values()
        for page in pages
        if page.status not in (200, 302, 303)
    ]
    assert dead == []
    cases = walks["supervisor"]["cases.case"]
    assert len(cases) >= 42
    assert sum(len(pages) for pages in walks["supervisor"].values()) > 15 * len(cases)


def test_the_case_that_the_handler_stepped_out_of_is_shut(filled: Filled, walks: Mapping[str, Walk]) -> None:
    console, hana, _ = filled
    console.clock.forward(HALF_MINUTE)
    browser = Browser(console.app())
    browser.sign_in(hana, console.clock.now)
    states = [browser.get(page.path).status_code for page in walks["supervisor"]["cases.case"]]
    assert states.count(404) == 1
    assert states.count(200) == len(states) - 1


def largest(walks: Mapping[str, Walk]) -> Mapping[str, Page]:
    """Of each endpoint the page with most in it, whoever saw it."""
    pages = [(endpoint, page) for found in walks.values() for endpoint, some in found.items() for page in some]
    shown = sorted((one for one in pages if one[1].status == 200), key=lambda one: one[1].size)
    return dict(shown)


@pytest.mark.timeout(900)
def test_a_page_of_every_endpoint_as_axe_sees_it(filled: Filled, walks: Mapping[str, Walk], chromium: Chromium) -> None:
    console, complaints = filled[0], []
    chosen = largest(walks)
    looked_at = {endpoint for endpoint in chosen if endpoint not in NO_PAGE}
    people = {page.person.name: page.person for endpoint, page in chosen.items() if endpoint in looked_at}

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "TrustedScript" in message.text:
            complaints.append(message.text)

    with office(Site.of(console), chromium) as at_work:
        for person in people.values():
            worker = at_work.sign_in(person)
            worker.page.on("console", listen)
            for endpoint in looked_at:
                if chosen[endpoint].person == person:
                    worker.go(chosen[endpoint].path)
                    check(worker.page)
        looked_at |= look_at_signing_in(worker.page, at_work.address, worker.person)
    assert complaints == []
    endpoints = {rule.endpoint for rule in console.app().url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert endpoints - looked_at - set(NO_PAGE) == set(), "pages that nobody looked at"
    assert set(NO_PAGE) - endpoints == set(), "exceptions for pages that there are not"


def look_at_signing_in(page: Shown, address: str, person: Person) -> set[str]:
    """The lock, and the two pages of signing in."""
    page.get_by_role("button", name="Lock now").click()
    page.get_by_role("heading", name="Locked").wait_for()
    page.goto(f"{address}/unlock")
    check(page)
    page.context.clear_cookies()
    page.goto(f"{address}/sign-in")
    check(page)
    page.get_by_label("Your name").fill(person.name)
    page.get_by_label("Passphrase").fill(person.passphrase)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Six-digit code").wait_for()
    check(page)
    return {"locking.unlock", "identity.sign_in", "second.code"}
