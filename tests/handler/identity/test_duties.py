"""Every role has a deputy: who is the last is refused or raises the alarm; roles bring and take their keys."""

import pytest
from sqlalchemy import select

from handler.audit.tables import AuditEntry
from handler.cases.reading import read_case
from handler.cases.restricting import restrict
from handler.errors import NotAllowed
from handler.identity.duties import ALARM, DUTIES, OnlyHolder, duties, watch
from handler.identity.leaving import NobodyLeft, leave
from handler.identity.rolechange import StillAssigned, change
from handler.identity.roles import TITLES
from handler.identity.users import BadRole, people
from handler.pickup.alarms import alarms
from tests.handler.cases.test_renewed_access import kept_copy, opens
from tests.handler.founded import Person
from tests.handler.identity.test_leaving import assign, cases, unit
from tests.handler.reporters import Reporter, Site
from tests.handler.web.casepages import browser_of


def alarm(site: Site) -> str:
    with site.console.databases.console.read() as console:
        return next((one.text for one in alarms(console) if one.key == ALARM), "")


def roles(site: Site, person: Person) -> set[str]:
    with site.console.databases.console.read() as console:
        return set(next(one.roles for one in people(console) if one.id == person.user_id))


def keys(site: Site, person: Person) -> set[str]:
    """The first words of the purposes that a person holds."""
    with site.desk().keyring() as keyring:
        return {purpose.split()[0] for purpose in keyring.purposes(person.user_id)}


def test_a_newly_founded_console_of_one_supervisor_is_not_nagged(site: Site) -> None:
    site.cycle()
    assert alarm(site) == ""
    site.deliver(Reporter.new(site).report())
    site.cycle()
    assert alarm(site) == ""


def test_a_unit_at_work_is_told_which_duty_nobody_has(site: Site) -> None:
    site.console.add_person("Hana", "handler")
    site.cycle()
    assert alarm(site) == "", "before there is work"
    site.deliver(Reporter.new(site).report())
    site.cycle()
    missing = {role for role in DUTIES if TITLES[role] in alarm(site)}
    assert missing == {"senior-decider", "auditor", "safeguarding-lead", "security-officer", "legal-approver"}
    site.console.add_person("Max", *missing)
    site.cycle()
    assert alarm(site) == ""


@pytest.mark.parametrize("role", ["senior-decider", "auditor", "safeguarding-lead", "security-officer", "handler"])
def test_the_last_of_a_duty_may_go_and_that_raises_the_alarm_at_once(site: Site, role: str) -> None:
    change(site.desk(), site.console.supervisor.user_id, ["supervisor", "intake"])
    olu = site.console.add_person("Olu", role)
    with site.console.databases.console.write() as console:
        watch(console, site.desk().today())
    before = alarm(site)
    assert TITLES[role] not in before
    leave(site.desk(), olu.user_id)
    assert TITLES[role] in alarm(site)


@pytest.mark.parametrize("role", ["supervisor", "intake"])
def test_the_only_supervisor_and_the_only_intake_keep_the_role(site: Site, role: str) -> None:
    me = site.console.supervisor
    with pytest.raises(OnlyHolder, match=TITLES[role]):
        change(site.desk(), me.user_id, roles(site, me) - {role})
    assert role in roles(site, me)
    site.console.add_person("Deputy", role)
    change(site.desk(), me.user_id, roles(site, me) - {role})
    assert role not in roles(site, me)


def test_the_page_warns_of_a_duty_without_a_deputy(site: Site) -> None:
    hana = site.console.add_person("Hana", "handler", "auditor")
    with site.console.databases.console.read() as console:
        found = {duty.role: duty.holders for duty in duties(console)}
    assert found["auditor"] == ("Hana",)
    assert found["handler"] == ("Hana", "Sam Supervisor")
    page = browser_of(site, site.console.supervisor).get("/people").text
    assert "only Hana" in page
    assert page.count(">Nobody<") == 4
    assert hana.name in page


def test_a_role_brings_its_keys_and_takes_them(any_site: Site) -> None:
    site = any_site
    ann = site.console.add_person("Ann", "auditor")
    site.deliver(Reporter.new(site).report())
    assert keys(site, ann) == set()
    changed = change(site.desk(), ann.user_id, ["intake", "handler"])
    assert (changed.given, changed.taken) == ({"intake", "handler"}, {"auditor"})
    assert keys(site, ann) == {"epoch", "reply", "search"}
    change(site.desk(), ann.user_id, ["supervisor"])
    assert keys(site, ann) == {"authority", "search"}
    change(site.desk(), ann.user_id, ["administrator"])
    assert keys(site, ann) == set()
    with site.console.databases.console.read() as console:
        last = console.scalars(select(AuditEntry.entry).order_by(AuditEntry.number.desc())).first()
    assert last is not None
    assert b'"roles changed"' in last


def test_who_keeps_no_role_that_opens_cases_loses_them_and_a_copy_opens_nothing(any_site: Site) -> None:
    site = any_site
    hana, omar = unit(site, 1)
    (case,) = cases(site)
    kept = kept_copy(site)
    assign(site, case, hana)
    with pytest.raises(StillAssigned):
        change(site.desk(), hana.user_id, ["auditor"])
    assign(site, case, omar)
    changed = change(site.desk(), hana.user_id, ["auditor"])
    assert (changed.renewed, changed.to_renew) == (1, 0)
    assert keys(site, hana) == set()
    assert opens(site, hana, kept) == 0
    with pytest.raises(NotAllowed):
        site.desk(hana).case_key(case.id)
    assert read_case(site.desk(omar), case.id).report.answers


def test_the_last_who_hands_a_case_on_keeps_a_role_that_does(site: Site) -> None:
    hana, _ = unit(site, 1)
    (case,) = cases(site)
    restrict(site.desk(), case.id, [hana.user_id])
    with pytest.raises(NobodyLeft, match=case.number):
        change(site.desk(), hana.user_id, ["senior-decider"])
    change(site.desk(), hana.user_id, ["handler", "auditor"])
    assert keys(site, hana) >= {"case", "reply"}


def test_nobody_gives_a_key_they_do_not_hold_and_nobody_has_no_role(site: Site) -> None:
    tess = site.console.add_person("Tess", "supervisor")
    olu = site.console.add_person("Olu", "handler")
    with pytest.raises(NotAllowed, match="does not hold"):
        change(site.desk(tess), olu.user_id, ["handler", "intake"])
    assert roles(site, olu) == {"handler"}
    with pytest.raises(BadRole):
        change(site.desk(), olu.user_id, [])
    with pytest.raises(BadRole):
        change(site.desk(), olu.user_id, ["chief"])


def test_roles_change_by_the_pages(site: Site) -> None:
    olu = site.console.add_person("Olu", "handler")
    browser = browser_of(site, site.console.supervisor)
    path = f"/people/{olu.user_id.hex()}/roles"
    assert "Safeguarding lead (children and adults)" in browser.get(path).text
    refused = browser.post(path, {})
    assert refused.status_code == 400
    assert browser.post(path, {"role": ["handler", "senior-decider"]}).status_code == 303
    assert roles(site, olu) == {"handler", "senior-decider"}
    assert "Senior IPS decider" in browser.get("/people").text
    mine = f"/people/{site.console.founded.user_id.hex()}/roles"
    last = browser.post(mine, {"role": ["handler", "intake"]})
    assert last.status_code == 400
    assert "Only this person has this role" in last.text
