"""The auditor's pages in Chromium at 1,280 and on a tablet: axe finds nothing, and nothing sticks out."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page
from sqlalchemy import update

from handler.audit.log import SYSTEM, record
from handler.cases.tables import Case
from handler.identity.roles import AUDITOR
from handler.lifecycle.tables import CaseMove
from tests.handler.audit.closed import closed_cases
from tests.handler.audit.test_auditor import site, worked_case
from tests.handler.reporters import Site
from tests.handler.web.looking import check
from tests.support.browser import WAIT_MS, screenshot
from tests.support.serving import served

__all__ = ["site"]


@pytest.fixture
def page(chromium: Chromium, site: Site) -> Iterator[Page]:
    """Signed in as an auditor of a console with some work done."""
    worked_case(site)
    auditor = site.console.add_person("Ada Auditor", AUDITOR)
    ids = closed_cases(site.console, 6) + closed_cases(site.console, 2, flags="at-risk-now")
    with site.console.databases.console.write() as session:
        for place, case_id in enumerate(ids):
            end = "concluding" if place < 3 else "investigating"
            session.add(
                CaseMove(
                    case_id=case_id, position=2, at=0, by=site.console.founded.user_id, role="supervisor",
                    start="decision", end=end, record_id=None,
                )
            )  # fmt: skip
        record(session, site.console.founded.user_id, "priority overridden", ids[0], was=3, priority=1)
        session.execute(update(Case).where(Case.id == ids[0]).values(priority=1))
        for _ in range(120):
            record(session, SYSTEM, "board published", clock=site.console.clock)
    with served(site.console.app()) as port:
        context = chromium.new_context(viewport={"width": 1280, "height": 900}, base_url=f"http://127.0.0.1:{port}")
        context.set_default_timeout(WAIT_MS)
        made = context.new_page()
        made.goto("/sign-in")
        made.get_by_label("Your name").fill(auditor.name)
        made.get_by_label("Passphrase").fill(auditor.passphrase)
        made.get_by_role("button", name="Continue").click()
        made.get_by_label("Six-digit code").fill(auditor.code(site.console.clock.now))
        made.get_by_role("button", name="Sign in").click()
        made.get_by_role("button", name="Sign out", exact=True).wait_for()
        try:
            yield made
        finally:
            context.close()


def look(page: Page, name: str) -> None:
    check(page)
    screenshot(page, name)


def test_entries_and_the_trail_of_a_case(page: Page) -> None:
    page.goto("/audit")
    page.get_by_label("What").select_option("case opened")
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("link", name="PSU-2026-0001 and its trail").click()
    page.get_by_text("The trail of PSU-2026-0001, the newest first.").wait_for()
    look(page, "audit-trail")
    page.get_by_label("Case", exact=True).fill("nowhere")
    page.get_by_role("button", name="Show", exact=True).press("Enter")
    page.get_by_role("heading", name="No entry is like that").wait_for()
    check(page)
    page.goto("/audit?first=nonsense")
    page.get_by_role("link", name="Write a day as 2026-11-30").wait_for()
    check(page)


def test_the_chain_verified_in_parts(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handler.audit.verify.AT_ONCE", 50)
    monkeypatch.setattr("handler.audit.views.PART_SECONDS", 0.0)
    page.goto("/audit/chain")
    page.get_by_role("button", name="Verify now").click()
    page.get_by_text("The chain is whole").wait_for()  # the parts follow each other by themselves
    look(page, "audit-chain")


def test_progress_of_a_long_chain(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handler.audit.verify.AT_ONCE", 50)
    monkeypatch.setattr("handler.audit.views.PART_SECONDS", 0.0)
    page.route("**/goes-on.js", lambda route: route.abort())
    page.goto("/audit/chain")
    page.get_by_role("button", name="Verify now").click()
    page.get_by_text("entries are whole so far").wait_for()
    look(page, "audit-progress")


def test_a_sample_is_drawn_and_reviewed(page: Page, site: Site) -> None:
    page.goto("/audit/samples")
    check(page)
    page.get_by_label("Closed from").fill("2026-10-01")
    page.get_by_label("Other cases").fill("900")
    page.get_by_role("button", name="Draw").click()
    page.get_by_role("link", name="Draw between 0 and 500").wait_for()
    look(page, "audit-samples")
    page.get_by_label("Other cases").fill("3")
    page.get_by_role("button", name="Draw").click()
    page.get_by_role("heading", name="0 of 5 reviewed").wait_for()
    page.get_by_label("What the review of").first.select_option("In order")
    page.get_by_role("button", name="Note the finding").first.press("Enter")
    page.get_by_role("heading", name="1 of 5 reviewed").wait_for()
    look(page, "audit-sample")


def test_export(page: Page) -> None:
    page.goto("/audit/export")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download").press("Enter")
    assert saved.value.suggested_filename.startswith("audit-psu-1-")
    assert saved.value.path().read_text().count("\n") > 120
