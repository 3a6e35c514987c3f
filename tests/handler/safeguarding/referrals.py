"""Cases with a risk, and referrals as handlers write them."""

import html
import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from handler.cases.desk import Desk
from handler.lifecycle.tables import CaseClock
from handler.safeguarding import tracking
from handler.safeguarding.referring import Draft, refer
from handler.safeguarding.tracking import Made
from tests.handler.founded import Browser, Person
from tests.handler.reporters import Reporter, Site
from tests.handler.web.casepages import browser_of, case_id_of
from tests.handler.web.test_case_walk import CasePages

MINUTE = 60  # that a cycle takes in tests
LONDON = ZoneInfo("Europe/London")
STORY = "I heard my line manager shout at his boy in the car park and saw him hit the child twice, on Friday."
FORM: dict[str, Any] = {
    "person": "child",
    "who": "A boy of about ten, son of a member of staff",
    "where": "At home; the address is with the local police",
    "concern": "He may be hit at home",
    "nation": "england",
    "destinations": ["police-101", "childrens-england"],
}


def at(text: str) -> float:
    """Unix seconds of a UK time, such as 2026-11-30T10:00."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).timestamp()


def set_clock(site: Site, text: str) -> None:
    """Later than now, for a console's clock does not go back; with a publication of that time."""
    assert at(text) > site.console.clock.now
    site.console.clock.now = at(text) - MINUTE
    site.cycle()


def delivered(site: Site, story: str = STORY, **routing: str) -> bytes:
    """A case from a report with these routing answers; its id."""
    site.deliver(Reporter.new(site).report(story, {name.replace("_", "-"): value for name, value in routing.items()}))
    return case_id_of(site)


def draft(**changed: Any) -> Draft:
    values = {**FORM, "destinations": tuple(FORM["destinations"]), **changed}
    return Draft(**values)


def referred(desk: Desk, case_id: bytes, **changed: Any) -> bytes:
    """A referral that is written down and not made."""
    return refer(desk, case_id, draft(**changed))


def made(desk: Desk, **changed: Any) -> Made:
    return Made(**{"at": desk.now(), "how": tracking.PHONE, "name": "Jo Bloggs", "reference": "MASH 12", **changed})


def tell_everyone(desk: Desk, referral_id: bytes) -> None:
    """Every body gets the referral now."""
    with desk.databases.console.read() as console:
        numbers = [row.number for row in tracking.recipients(console, referral_id)]
    for number in numbers:
        tracking.make(desk, referral_id, number, made(desk))


def at_work(site: Site, person: Person) -> CasePages:
    """Somebody who has just signed in and opened the first case, conflict check and all."""
    return CasePages(site, browser_of(site, person)).open()


def follow(browser: Browser, path: str, form: dict[str, Any], page: str) -> str:
    """Sends a form; the page that comes of it."""
    answer = browser.post(path, form, page=page)
    return browser.get(answer.headers["Location"]).text if answer.status_code == 303 else answer.text


def text_of(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return html.unescape(answer.text)


def pack_path(page: str) -> str:
    found = re.search(r'href="(/safeguarding/[0-9a-f]{32})"', page)
    assert found is not None
    return found.group(1)


def clock_of(site: Site) -> CaseClock:
    with site.console.databases.console.read() as console:
        return console.get_one(CaseClock, (case_id_of(site), "referral", 0))
