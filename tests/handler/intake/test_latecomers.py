"""Whoever is given a key of a case later is matched with it first: every way to a key, tried by the keyring."""

import pytest
from sqlalchemy import select, update

from crypto.post import Answer, Report
from handler.approvals.tables import Approval
from handler.cases import restricting
from handler.cases.desk import Desk
from handler.cases.listing import open_case
from handler.cases.reading import read_case
from handler.cases.records import first_report
from handler.cases.sharing import NamedByReporter, share
from handler.cases.tables import Case, CaseRecord
from handler.errors import NotAllowed
from handler.founding.recovery import recover
from handler.identity.leaving import leave
from handler.identity.rolechange import change
from handler.intake import latecomers
from handler.intake.linking import LOST_WORDS, Claim, KeptOut, link
from handler.keys.keyring import case_purpose
from handler.lifecycle import conflict, named
from handler.lifecycle.tables import LIFTED, NAMED
from handler.oversight import breakglass
from handler.safeguarding.packkeys import pack_purpose
from handler.sealing import ending, objects
from handler.sealing.acts import Part, seal
from handler.sealing.grounds import PRIVILEGED, SPILLAGE
from handler.worklist.assigning import assign
from tests.handler.cases.test_renewal import stopped_between_the_commits
from tests.handler.cases.test_renewed_access import kept_copy, opens
from tests.handler.founded import Person
from tests.handler.intake.test_kept_from import alarm_texts, outcomes
from tests.handler.reporters import QUESTIONNAIRE, Reporter, Site
from tests.handler.safeguarding.referrals import referred
from tests.handler.web.casepages import browser_of
from tests.handler.worklist.test_assigning import entries

HANA = "Hana Okafor"
NAMES_HER = "Please not Hana in vetting"


def cases(site: Site) -> list[bytes]:
    with site.console.databases.console.read() as console:
        return list(console.scalars(select(Case.id).order_by(Case.sequence)))


def number(site: Site, case_id: bytes) -> str:
    with site.console.databases.console.read() as console:
        return console.get_one(Case, case_id).number


def report(site: Site, words: str = NAMES_HER) -> bytes:
    return Reporter.new(site).naming("keep-from", words)


def holds(site: Site, purpose: str, person: Person) -> bool:
    with site.desk().keyring() as keyring:
        return person.user_id in keyring.holders(purpose)


def out(site: Site, case_id: bytes, hana: Person) -> bool:
    """No key of the case, and it is kept that its reporter seems to have named her."""
    return not holds(site, case_purpose(case_id), hana) and outcomes(site, case_id)[hana.user_id] == NAMED


def test_whom_a_report_names_who_came_later_gets_its_key_in_no_way(site: Site) -> None:
    omar = site.console.add_person("Omar Bell", "handler")
    officer = site.console.add_person("Sef Officer", "security-officer")
    site.deliver(*(report(site) for _ in range(6)))
    by, handed, *rest = site.desk(), *cases(site)
    assign(by, [handed], omar.user_id)
    hana = site.console.add_person(HANA, "handler")
    me, her = site.console.supervisor.user_id, hana.user_id
    assert outcomes(site, rest[0]) == {}, "nobody could look before"
    with pytest.raises(NamedByReporter):
        share(by, rest[0], her)
    with pytest.raises(NamedByReporter):
        assign(by, [rest[1]], her, share=True)
    with pytest.raises(restricting.NotToBeNamed):
        restricting.restrict(by, rest[2], [me, her])
    restricting.restrict(by, rest[3], [me])
    restricting.lift(by, rest[3])
    assert holds(site, case_purpose(rest[3]), omar)
    assert [case.id for case in leave(by, omar.user_id, her).unassigned] == [handed]
    change(by, her, ["auditor", "security-officer"])
    with site.console.databases.console.read() as console:
        report_id = first_report(console, rest[4]).id
    part = seal(by, rest[4], Part(report_id), SPILLAGE, {})
    assert not holds(site, objects.purpose(part), hana)
    ending.put_back(site.desk(officer), part)
    assert all(out(site, case_id, hana) for case_id in (handed, *rest))
    change(by, her, ["handler", "supervisor", "intake", "security-officer", "safeguarding-lead"])
    assert all(out(site, case_id, hana) for case_id in (handed, *rest))


def test_an_auditor_and_a_recovered_supervisor_are_matched_too(site: Site) -> None:
    site.deliver(report(site))
    site.deliver(report(site, "The head of vetting"))
    shut, free = cases(site)
    hana = site.console.add_person(HANA, "auditor")
    breakglass.ask(site.desk(hana), number(site, shut), "sample")
    with site.console.databases.console.read() as console:
        asked = console.scalars(select(Approval.id)).one()
    with pytest.raises(breakglass.SteppedOut):
        breakglass.approve(site.desk(), asked)
    assert out(site, shut, hana)
    pack = pack_purpose(referred(site.desk(), shut))
    shares = site.console.founded.recovery_shares[:3]
    made = recover(site.console.services, shares, "Hana Okafor-Bell", "a long enough one")
    again = Person("Hana Okafor-Bell", "", "", made.user_id)
    assert out(site, shut, again)
    assert not holds(site, pack, again)
    assert holds(site, case_purpose(free), again)


def test_a_report_that_names_who_has_the_earlier_case_is_not_merged_into_it(site: Site) -> None:
    site.deliver(Reporter.new(site).report())
    site.deliver(report(site))
    earlier, newer = cases(site)
    hana = site.console.add_person(HANA, "handler")
    share(site.desk(), earlier, hana.user_id)
    open_case(site.desk(), earlier, "new")
    conflict.confirm(site.desk(), earlier, ticked=True)
    with pytest.raises(KeptOut):
        link(site.desk(), newer, earlier, Claim(LOST_WORDS, "The room.", "Which?", "The green one."))
    assert out(site, newer, hana)


def test_a_sealed_part_reaches_nobody_whom_it_names_though_they_hold_the_case(site: Site) -> None:
    counsel, olu = site.console.add_person("Lee Counsel", "legal-approver"), site.console.add_person("Olu", "handler")
    site.deliver(report(site))
    (case_id,) = cases(site)
    with site.console.databases.console.read() as console:
        report_id = first_report(console, case_id).id
    part = seal(site.desk(), case_id, Part(report_id), PRIVILEGED, {})
    hana = site.console.add_person(HANA, "handler")
    share(site.desk(), case_id, hana.user_id)
    assert holds(site, case_purpose(case_id), hana), "nothing that is left in it names her"
    change(site.desk(), counsel.user_id, ["legal-approver", "handler"])
    share(site.desk(), case_id, counsel.user_id)
    change(site.desk(counsel), hana.user_id, ["handler", "legal-approver"])
    assert not holds(site, objects.purpose(part), hana)
    ending.answer(site.desk(counsel), part, returns=True, words="It is not privileged.")
    assert holds(site, objects.purpose(part), olu)
    assert not holds(site, objects.purpose(part), hana)
    ending.put_back(site.desk(olu), part)
    assert out(site, case_id, hana)
    assert read_case(site.desk(olu), case_id).report.answers is not None


def test_whom_only_a_spillage_names_does_not_get_the_case_back_with_it(site: Site) -> None:
    officer = site.console.add_person("Sef Officer", "security-officer")
    site.deliver(report(site))
    (case_id,) = cases(site)
    with site.console.databases.console.read() as console:
        report_id = first_report(console, case_id).id
    part = seal(site.desk(), case_id, Part(report_id), SPILLAGE, {})
    hana = site.console.add_person(HANA, "handler")
    share(site.desk(officer), case_id, hana.user_id)
    ending.put_back(site.desk(officer), part)
    assert out(site, case_id, hana)
    assert holds(site, case_purpose(case_id), site.console.supervisor)


def test_the_last_supervisor_who_is_named_leaves_an_alarm_until_another_has_the_case(site: Site) -> None:
    sue = site.console.add_person("Sue Adams", "supervisor")
    olu = site.console.add_person("Olu Ade", "handler", "intake")
    reporter = Reporter.new(site)
    site.deliver(reporter.report())
    (case_id,) = cases(site)
    assign(site.desk(), [case_id], sue.user_id)
    conflict.recuse(site.desk(), case_id)
    site.drop.take(reporter.follow_up("Please thank Sue Adams for me."))
    site.cycle()
    assert site.open(olu).filed == 1
    assert out(site, case_id, sue)
    with site.console.databases.console.read() as console:
        assert console.get_one(Case, case_id).assigned is None
    share(site.desk(olu), case_id, site.console.add_person("Ola Second", "handler").user_id)
    assert ["the only supervisor" in text for text in alarm_texts(site)] == [True]
    share(site.desk(olu), case_id, site.console.add_person("Sol Third", "supervisor").user_id)
    assert alarm_texts(site) == []


def test_packs_follow_whoever_is_matched_with_their_case_and_whoever_is_let_in(site: Site) -> None:
    olu = site.console.add_person("Olu Ade", "handler")
    site.deliver(report(site))
    (case_id,) = cases(site)
    pack = pack_purpose(referred(site.desk(), case_id))
    hana = site.console.add_person(HANA, "handler", "safeguarding-lead")
    assert out(site, case_id, hana)
    assert not holds(site, pack, hana), "though every lead has the packs"
    named.lift(site.desk(), case_id, hana.user_id)
    assert outcomes(site, case_id)[hana.user_id] == LIFTED
    assert holds(site, case_purpose(case_id), hana)
    assert holds(site, pack, hana)
    restricting.restrict(site.desk(), case_id, [site.console.supervisor.user_id])
    assert not holds(site, pack, olu)
    restricting.lift(site.desk(), case_id)
    assert holds(site, pack, olu)


def test_who_is_named_in_full_in_what_is_added_loses_the_case(any_site: Site) -> None:
    site = any_site
    hana, olu = site.console.add_person(HANA, "handler"), site.console.add_person("Olu Ade", "handler")
    reporter = Reporter.new(site)
    site.deliver(reporter.report())
    (case_id,) = cases(site)
    kept = kept_copy(site)
    site.deliver(reporter.follow_up("Hana knows. Okafor is a common name."))
    assert holds(site, case_purpose(case_id), hana), "a part of a name alone means nobody here"
    site.deliver(reporter.follow_up("It is OKAFOR, Hana, who sells the list."))
    assert out(site, case_id, hana)
    assert opens(site, hana, kept) == 0
    assert "sells the list" in read_case(site.desk(olu), case_id).entries[-1].text
    browser, path = browser_of(site, site.console.supervisor), f"/cases/{case_id.hex()}"
    browser.post(f"{path}/open", {"reason": "supervise"}, page=path)
    browser.post(f"{path}/conflict", {"clear": "yes"}, page=path)
    shown = browser.get(f"{path}/named/{hana.user_id.hex()}").text
    assert "It is OKAFOR, Hana, who sells the list." in shown
    assert "common name" not in shown
    named.lift(site.desk(), case_id, hana.user_id)
    site.deliver(reporter.follow_up("Hana Okafor, I said."))
    assert holds(site, case_purpose(case_id), hana), "a supervisor has decided that another person is meant"
    site.deliver(reporter.seal(Report(QUESTIONNAIRE, {"keep-from": Answer((), "Not Olu")}, {})))
    assert out(site, case_id, olu), "what is added may be in the form of a report"


def test_nobody_loses_the_case_where_nobody_would_be_left_and_who_cannot_open_it_reads_no_number(site: Site) -> None:
    hana, olu = site.console.add_person(HANA, "handler"), site.console.add_person("Olu Ade", "handler")
    ina = site.console.add_person("Ina Bello", "intake")
    reporter = Reporter.new(site)
    site.deliver(reporter.report())
    (case_id,) = cases(site)
    restricting.restrict(site.desk(), case_id, [hana.user_id, olu.user_id, ina.user_id])
    conflict.recuse(site.desk(olu), case_id)
    site.drop.take(reporter.follow_up("Ask Hana Okafor."))
    site.cycle()
    assert site.open(ina).filed == 1
    assert holds(site, case_purpose(case_id), hana)
    assert hana.user_id not in outcomes(site, case_id)
    with pytest.raises(NotAllowed):
        site.desk().case_key(case_id)
    supervisor, hers = browser_of(site, site.console.supervisor), browser_of(site, hana)
    for page, words in (("/cases", "What was added to"), ("/approvals", "Olu Ade")):
        text = supervisor.get(page).text
        assert words in text
        assert "a case that is not open to you" in text
        assert number(site, case_id) not in text
    assert f"What was added to {number(site, case_id)} seems to name everyone" in hers.get("/cases").text
    assert number(site, case_id) not in "".join(alarm_texts(site))
    (kept,) = entries(site, "named, keeps the case")
    assert hana.user_id.hex().encode() in kept
    with site.console.databases.console.write() as console:
        console.get_one(Case, case_id).sides = ""
    share(site.desk(hana), case_id, site.console.add_person("Aud Itor", "acu-liaison").user_id)
    assert len(alarm_texts(site)) == 1, "who hands it on is named"
    share(site.desk(hana), case_id, site.console.add_person("Ola Second", "handler").user_id)
    assert alarm_texts(site) == []


def test_a_renewal_that_came_between_is_ended_before_anybody_is_matched(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.deliver(report(site))
    (case_id,) = cases(site)
    hana = site.console.add_person(HANA, "handler")
    with site.console.databases.console.write() as console:  # of before keys had ids
        console.execute(update(CaseRecord).values(key_id=None))
        console.execute(update(Case).values(key_id=None))
    stopped_between_the_commits(site, case_id)
    monkeypatch.setattr(Desk, "case_key", lambda *_: None)  # it was looked at just before
    latecomers.meet(site.desk(), case_id, [hana.user_id])
    assert out(site, case_id, hana)
