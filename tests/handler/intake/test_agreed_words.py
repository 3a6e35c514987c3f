"""Agreed words are looked for in everything that is filed or merged, and found for good until they are ended."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from handler.cases import inforce
from handler.cases.records import CaseBox
from handler.cases.tables import Case, CaseRecord
from handler.conversation import duress
from handler.conversation.sending import contact
from handler.intake.linking import link
from handler.lifecycle.recording import keep_note
from tests.handler.cases.test_cases import until_somebody_waits
from tests.handler.intake.test_linking import LOST, two
from tests.handler.reporters import Reporter, Site
from tests.handler.web.casepages import case_id_of

AGREED = {"state": "agreed", "words": "hope you are well", "why": "By phone."}
SIGN = "All is fine. Hope you are well."


def looked_at(site: Site, case_id: bytes) -> tuple[bool, int]:
    """Whether the case has the flag, and how many signs its page tells of."""
    box = CaseBox(case_id, site.desk().case_key(case_id))
    with site.console.databases.console.read() as console:
        agreed = contact(console, box).agreed
        return duress.FLAG in console.get_one(Case, case_id).flags.split(), len(agreed.signs) if agreed else 0


def test_a_sign_in_the_form_of_a_report_stays_until_the_agreement_is_ended(site: Site) -> None:
    reporter = Reporter.new(site)
    site.deliver(reporter.report())
    case_id = case_id_of(site)
    keep_note(site.desk(), case_id, duress.NAME, AGREED)
    assert looked_at(site, case_id) == (False, 0)
    site.deliver(reporter.report(SIGN))
    assert looked_at(site, case_id) == (True, 1)
    for words in ("hope you are well\nkind regards", "kind regards"):
        keep_note(site.desk(), case_id, duress.NAME, {**AGREED, "words": words})
        assert looked_at(site, case_id) == (True, 1)
    keep_note(site.desk(), case_id, duress.NAME, {**AGREED, "state": "ended", "words": ""})
    assert looked_at(site, case_id) == (False, 0)


def test_signs_are_looked_for_when_cases_are_merged(site: Site) -> None:
    *_, earlier, newer = two(site)
    keep_note(site.desk(), earlier, duress.NAME, {**AGREED, "words": "the man in accounts"})
    assert looked_at(site, earlier) == (False, 0), "agreed in the report itself"
    link(site.desk(), newer, earlier, LOST)
    assert looked_at(site, earlier) == (True, 1), "the newer report has the words"


def test_an_agreement_goes_with_all_its_records_into_the_earlier_case(site: Site) -> None:
    _, new, earlier, newer = two(site)
    keep_note(site.desk(), newer, duress.NAME, AGREED)
    site.deliver(new.follow_up(SIGN))
    keep_note(site.desk(), newer, duress.NAME, AGREED)
    link(site.desk(), newer, earlier, LOST)
    assert looked_at(site, earlier) == (True, 1)


@pytest.mark.parametrize("any_console", ["postgresql"], indirect=True)
def test_filing_and_recording_are_one_at_a_time(any_site: Site) -> None:
    """So that each sees what the other wrote. On SQLite writers queue anyway."""
    reporter = Reporter.new(any_site)
    any_site.deliver(reporter.report())
    case_id, desk, database = case_id_of(any_site), any_site.desk(), any_site.console.databases.console
    any_site.drop.take(reporter.follow_up(SIGN))
    any_site.cycle()
    with ThreadPoolExecutor(2) as pool:
        with database.write() as other:
            inforce.in_force(other, case_id, key_share=True)
            both = pool.submit(keep_note, desk, case_id, duress.NAME, AGREED), pool.submit(any_site.open)
            until_somebody_waits(database, least=2)
        assert all(one.result() for one in both)
    with database.read() as console:
        placed = {row.kind: row.position for row in console.scalars(select(CaseRecord)) if row.case_id == case_id}
    assert placed["note"] != placed["follow-up"], "two records of a case never stand in one place"
    assert looked_at(any_site, case_id)[0] == (placed["note"] < placed["follow-up"]), "else it agrees the words itself"
