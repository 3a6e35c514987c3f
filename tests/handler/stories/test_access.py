"""Who must not see a case cannot: whom the report names, who leaves; and what was too highly classified is sealed."""

import pytest
from sqlalchemy import select

from crypto.errors import BadSeal
from crypto.secret import ContentKey
from handler.cases.records import CaseBox
from handler.cases.tables import Case, CaseReader, CaseRecord
from handler.errors import NotAllowed
from handler.keys.keyring import case_purpose
from handler.keys.tables import Wrap
from handler.sealing.tables import SealedObject
from tests.handler.founded import Person
from tests.handler.reporters import Reporter, Site
from tests.handler.stories.office import Office

NUMBER = "PSU-2026-0001"
WORDS = "Tom Tanner of your own unit sells what he reads."
SECRET = "The name of the source is Heron."


def case_id_of(site: Site) -> bytes:
    with site.console.databases.console.read() as console:
        return console.scalars(select(Case.id).where(Case.number == NUMBER)).one()


def nothing_opens(site: Site, person: Person) -> None:
    """Neither by the console's own ways nor by trying every wrap this person has on every record."""
    unlocked, case_id = site.console.unlocked(person), case_id_of(site)
    with pytest.raises(NotAllowed):
        site.desk(person).case_key(case_id)
    with site.console.databases.keyring.read() as wraps, site.console.databases.console.read() as console:
        assert console.get(CaseReader, (person.user_id, case_id)) is None
        keyring = site.console.services.keyring(wraps)
        secrets = [keyring.get(purpose, unlocked) for purpose in keyring.purposes(person.user_id)]
        assert wraps.get(Wrap, (case_purpose(case_id), person.user_id)) is None
        rows = console.scalars(select(CaseRecord).where(CaseRecord.case_id == case_id)).all()
    assert rows
    for secret in (one for one in secrets if len(one) == 32):
        for row in rows:
            row.key_id = None  # so that the key itself is tried, whatever its name
            with pytest.raises(BadSeal):
                CaseBox(case_id, ContentKey(secret)).open(row)


def test_a_handler_whom_the_report_names_cannot_open_it_after_it_is_adopted(at_work: Office) -> None:
    site = at_work.site
    tom = at_work.hire("Tom Tanner", "handler", "intake")
    hana = at_work.hire("Hana Handler", "handler", "intake")
    supervisor = at_work.supervisor
    report = Reporter.new(site)
    site.drop.take(report.naming("keep-from", "Tom Tanner", WORDS))
    site.cycle()
    hana.open_inbox()
    tom.go("/cases").sees_not(NUMBER)
    assert tom.status(f"/cases/{case_id_of(site).hex()}") == 404
    hana.open_case(NUMBER).step("assessing").triage().step("decision")
    supervisor.open_case(NUMBER).step("investigating", disposition="adopt-psu").sees("Adopt it: done.")
    nothing_opens(site, tom.person)

    supervisor.go("/approvals").sees("Tom Tanner", NUMBER)
    supervisor.go(f"/cases/{case_id_of(site).hex()}/access")
    assert supervisor.page.locator(f'select[name="person"] option[value="{tom.person.user_id.hex()}"]').count() == 0
    assert WORDS not in tom.go("/cases").page.content()


def test_who_leaves_takes_nothing_along_and_leaves_no_case_without_a_handler(at_work: Office) -> None:
    site = at_work.site
    tom = at_work.hire("Tom Tanner", "handler", "intake")
    hana = at_work.hire("Hana Handler", "handler", "intake")
    reporter = Reporter.new(site)
    site.drop.take(reporter.report(WORDS))
    site.cycle()
    tom.open_inbox().open_case(NUMBER)
    tom.page.get_by_role("button", name="Take it").click()
    before = site.console.unlocked(tom.person)
    with site.console.databases.keyring.read() as wraps:
        kept = site.console.services.keyring(wraps).get(case_purpose(case_id_of(site)), before)

    supervisor = at_work.supervisor
    supervisor.go("/people")
    supervisor.page.get_by_role("row", name="Tom Tanner").get_by_role("link", name="Close the account").click()
    supervisor.sees("What they have opened", NUMBER)
    supervisor.fill({"successor": hana.person.user_id.hex(), "note": "Ring HR on Friday."}).press("Close the account")
    supervisor.sees("Keys they still hold", "As it should be", "Cases handed on")
    assert tom.go("/cases").page.get_by_label("Passphrase").is_visible(), "the session has ended"
    site.drop.take(reporter.follow_up("And he did it again."))
    site.cycle()
    hana.open_inbox().open_case(NUMBER).sees("And he did it again.")
    hana.go(f"{hana.case_path}/records").sees("Ring HR on Friday.")
    box = CaseBox(case_id_of(site), ContentKey(kept))
    with site.console.databases.console.read() as console:
        rows = console.scalars(select(CaseRecord).where(CaseRecord.case_id == box.case_id)).all()
        assert console.scalars(select(Case.assigned)).one() == hana.person.user_id
    assert len(rows) > 3
    for row in rows:
        row.key_id = None
        with pytest.raises(BadSeal):
            box.open(row)


def test_what_is_too_highly_classified_is_sealed_and_its_key_destroyed(at_work: Office) -> None:
    site = at_work.site
    sef = at_work.hire("Sef Officer", "security-officer")
    hana = at_work.hire("Hana Handler", "handler", "intake")
    reporter = Reporter.new(site)
    site.drop.take(reporter.report(WORDS))
    site.cycle()
    hana.open_inbox()
    site.drop.take(reporter.follow_up(SECRET))
    site.cycle()
    hana.open_inbox().open_case(NUMBER).sees(SECRET)
    hana.page.locator('a[href*="/seal/"]').last.click()
    hana.fill({"ground": "spillage", "incident": "SI-1"}).press("Seal it now")
    hana.open_case(NUMBER).sees_not(SECRET).sees("[Sealed: too highly classified]")
    supervisor = at_work.supervisor
    assert supervisor.status(f"/cases/{case_id_of(site).hex()}") == 404, "the case is locked to opener and officer"

    sef.open_case(NUMBER).go(f"{sef.case_path}/sealed")
    sef.send("/moved", {"incident": "SI-1", "route": "By courier, receipt 7"})
    sef.send("/destroy", {})
    with site.console.databases.console.read() as console, site.console.databases.keyring.read() as wraps:
        row = console.scalars(select(SealedObject)).one()
        assert row.sealed is None and row.state == "destroyed"
        assert wraps.scalars(select(Wrap).where(Wrap.purpose.startswith("object "))).all() == []
    supervisor.open_case(NUMBER).sees(WORDS).sees_not(SECRET)
