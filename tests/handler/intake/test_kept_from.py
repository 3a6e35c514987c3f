"""Whom the reporter named is not given the case's key: tried against both databases, not only by the pages."""

import pytest
from sqlalchemy import select

from crypto.post import Answer, Report
from handler.cases.reading import read_case
from handler.cases.restricting import restrict
from handler.cases.sharing import NamedByReporter, access, share, take_away
from handler.cases.tables import Case, CaseReader, CaseRecord
from handler.errors import NotAllowed
from handler.intake.opening import open_batch
from handler.intake.tables import HeldPost
from handler.keys.keyring import case_purpose
from handler.lifecycle import conflict, named
from handler.lifecycle.tables import LIFTED, NAMED, RECUSED, CaseConflict
from handler.pickup.alarms import alarms
from tests.handler.founded import Person
from tests.handler.pickup.test_retention import past, week, weeks
from tests.handler.reporters import QUESTIONNAIRE, Reporter, Site
from tests.handler.web.casepages import browser_of, case_id_of

WORDS = "She sells our list of names."


def report(reporter: Reporter, keep_from: str = "", who: str = "", questionnaire: str = QUESTIONNAIRE) -> bytes:
    prefix = "notice-" if questionnaire.startswith("notice") else ""
    routing = {f"{prefix}keep-from": Answer((), keep_from)} if keep_from else {}
    answers = {f"{prefix}what": Answer((), WORDS), f"{prefix}who": Answer(("one",), who)}
    return reporter.seal(Report(questionnaire, routing, answers))


def holders(site: Site, case_id: bytes) -> set[bytes]:
    with site.console.databases.keyring.read() as wraps:
        return site.console.services.keyring(wraps).holders(case_purpose(case_id))


def outcomes(site: Site, case_id: bytes) -> dict[bytes, str]:
    with site.console.databases.console.read() as console:
        rows = console.scalars(select(CaseConflict).where(CaseConflict.case_id == case_id))
        return {row.user_id: row.outcome for row in rows}


def alarm_texts(site: Site) -> list[str]:
    with site.console.databases.console.read() as console:
        return [alarm.text for alarm in alarms(console) if alarm.key != "duties"]


def test_who_must_not_see_it_cannot_open_it_and_cannot_be_given_it(any_site: Site) -> None:
    site = any_site
    hana, olu = site.console.add_person("Hana Okafor", "handler"), site.console.add_person("Olu Ade", "handler")
    site.deliver(report(Reporter.new(site), "Please not Hana in vetting"))
    case_id = case_id_of(site)
    assert hana.user_id not in holders(site, case_id)
    assert olu.user_id in holders(site, case_id)
    with pytest.raises(NotAllowed):
        read_case(site.desk(hana), case_id)
    with site.console.databases.console.read() as console:
        readers = set(console.scalars(select(CaseReader.user_id).where(CaseReader.case_id == case_id)))
        sealed = [row.sealed for row in console.scalars(select(CaseRecord))]
    assert hana.user_id not in readers
    assert all(WORDS.encode() not in one and b"Hana" not in one for one in sealed)
    assert outcomes(site, case_id) == {hana.user_id: NAMED}
    with pytest.raises(NamedByReporter, match="supervisor can lift"):
        share(site.desk(olu), case_id, hana.user_id)
    assert [person.name for person in access(site.desk(olu), case_id).named] == ["Hana Okafor"]
    assert hana.user_id not in holders(site, case_id)


@pytest.mark.parametrize("questionnaire", [QUESTIONNAIRE, "notice-2026-11"])
def test_who_it_is_about_is_kept_out_too_in_a_managers_notice_as_well(site: Site, questionnaire: str) -> None:
    hana = site.console.add_person("Hana Okafor", "handler")
    site.deliver(report(Reporter.new(site), who="H. Okafor", questionnaire=questionnaire))
    assert hana.user_id not in holders(site, case_id_of(site))


def test_a_report_that_names_nobody_here_goes_to_all_who_read_and_file(site: Site) -> None:
    hana = site.console.add_person("Hana Okafor", "handler")
    site.deliver(report(Reporter.new(site), "The head of vetting", "Peter from the first floor"))
    assert {hana.user_id, site.console.supervisor.user_id} < holders(site, case_id_of(site))
    assert outcomes(site, case_id_of(site)) == {}


def decide(site: Site, supervisor: Person, case_id: bytes, who: Person, decision: str) -> int:
    browser = browser_of(site, supervisor)
    path = f"/cases/{case_id.hex()}"
    assert "Named by a reporter" in browser.get("/approvals").text
    page = f"{path}/named/{who.user_id.hex()}"
    assert browser.get(page).status_code == 303, "who has not opened the case decides nothing"
    browser.post(f"{path}/open", {"reason": "supervise"}, page=path)
    browser.post(f"{path}/conflict", {"clear": "yes"}, page=path)
    shown = browser.get(page).text
    assert "Please not Hana" in shown
    assert WORDS not in shown
    assert browser.post(page, {}).status_code == 400
    answer = browser.post(page, {"decision": decision})
    assert browser.get(page).status_code == 404, "decided"
    assert "Named by a reporter" not in browser.get("/approvals").text
    return answer.status_code


def test_a_supervisor_who_sees_that_another_person_was_meant_gives_them_the_key(any_site: Site) -> None:
    site = any_site
    hana = site.console.add_person("Hana Okafor", "handler")
    site.deliver(report(Reporter.new(site), "Please not Hana in vetting"))
    case_id = case_id_of(site)
    assert decide(site, site.console.supervisor, case_id, hana, "other") == 303
    assert read_case(site.desk(hana), case_id).report.answers is not None
    assert not conflict.checked(site.desk(hana), case_id), "they are asked for a conflict of their own"
    assert outcomes(site, case_id)[hana.user_id] == LIFTED


def test_a_supervisor_who_sees_that_it_is_them_leaves_them_out_for_good(site: Site) -> None:
    hana = site.console.add_person("Hana Okafor", "handler")
    site.deliver(report(Reporter.new(site), "Please not Hana in vetting"))
    case_id = case_id_of(site)
    assert decide(site, site.console.supervisor, case_id, hana, "same") == 303
    assert outcomes(site, case_id)[hana.user_id] == RECUSED
    with pytest.raises(NotAllowed):
        site.desk(hana).case_key(case_id)


def test_a_named_supervisor_is_not_shown_that_they_were_named(site: Site) -> None:
    hana = site.console.add_person("Hana Okafor", "supervisor")
    site.deliver(report(Reporter.new(site), "Please not Hana in vetting"))
    case_id = case_id_of(site)
    browser = browser_of(site, hana)
    assert "Named by a reporter" not in browser.get("/approvals").text
    page = f"/cases/{case_id.hex()}/named/{hana.user_id.hex()}"
    assert browser.get(page).status_code in (303, 404)
    with pytest.raises(named.NotAboutYourself):
        named.lift(site.desk(hana), case_id, hana.user_id)
    handler = site.console.add_person("Olu Ade", "handler")
    with pytest.raises(NotAllowed):
        named.lift(site.desk(handler), case_id, hana.user_id)


def test_what_names_everyone_is_wrapped_to_recovery_and_to_a_senior_decider(any_site: Site) -> None:
    site = any_site
    decider = site.console.add_person("Dana Obi", "senior-decider")
    site.deliver(report(Reporter.new(site), "Sam, who leads the unit"))
    case_id = case_id_of(site)
    assert holders(site, case_id) == {bytes(16), decider.user_id}
    assert read_case(site.desk(decider), case_id).report.answers is not None
    (text,) = alarm_texts(site)
    assert text.startswith("Every handler and supervisor of this console seems to be named")
    assert "independent recipient" in text
    olu = site.console.add_person("Olu Ade", "handler")
    share(site.desk(decider), case_id, olu.user_id)
    assert alarm_texts(site) == []


def test_a_named_intake_persons_inbox_holds_what_follows_until_another_can_file_it(any_site: Site) -> None:
    site = any_site
    ina, ida = site.console.add_person("Ina Bello", "intake"), site.console.add_person("Ida Kane", "intake")
    reporter = Reporter.new(site)
    site.drop.take(report(reporter, "Keep it from Ina"))
    site.cycle()
    site.open(ina)
    case_id = case_id_of(site)
    assert ina.user_id not in holders(site, case_id)
    site.drop.take(reporter.follow_up("One thing more."))
    site.cycle()
    assert site.open(ina).held == 1
    assert alarm_texts(site) == []
    assert site.open(ida).filed == 1
    texts = [entry.text for entry in read_case(site.desk(), case_id).entries]
    assert "One thing more." in texts


def test_where_nobody_can_file_it_an_alarm_says_so_and_the_weeks_key_stays(site: Site) -> None:
    ina = site.console.add_person("Ina Bello", "intake")
    hana = site.console.add_person("Hana Okafor", "supervisor")
    reporter = Reporter.new(site)
    site.deliver(report(reporter, "Keep it from Ina"))
    case_id = case_id_of(site)
    take_away(site.desk(hana), case_id, site.console.supervisor.user_id)
    site.drop.take(reporter.follow_up("One thing more."))
    site.cycle()
    assert open_batch(site.desk(ina)).held == 1
    (text,) = alarm_texts(site)
    assert "nobody with intake may open that case" in text
    first = week(site)
    past(site, first)
    site.cycle()
    assert first in weeks(site)
    assert any("wait for someone with intake" in text for text in alarm_texts(site))
    ida = site.console.add_person("Ida Kane", "intake")
    share(site.desk(hana), case_id, ida.user_id)
    assert open_batch(site.desk(ida)).filed == 1
    with site.console.databases.console.read() as console:
        assert console.scalars(select(HeldPost)).all() == []
        assert console.get_one(Case, case_id).unread
    site.cycle()
    assert alarm_texts(site) == []
    assert first not in weeks(site)


def test_that_another_was_meant_opens_no_case_that_is_for_named_people_only(site: Site) -> None:
    hana = site.console.add_person("Hana Okafor", "handler")
    site.deliver(report(Reporter.new(site), "Please not Hana in vetting"))
    case_id = case_id_of(site)
    restrict(site.desk(), case_id, [site.console.supervisor.user_id])
    named.lift(site.desk(), case_id, hana.user_id)
    assert hana.user_id not in holders(site, case_id)
    share(site.desk(), case_id, hana.user_id)
    assert hana.user_id in holders(site, case_id)
