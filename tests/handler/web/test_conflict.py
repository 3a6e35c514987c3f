"""The conflict check before a case's words are shown, and stepping out of a case."""

import pytest

from crypto.post import Answer, Report
from handler.errors import NotAllowed
from handler.keys.keyring import case_purpose
from tests.handler.founded import Browser, FoundedConsole, Person
from tests.handler.reporters import QUESTIONNAIRE, Reporter, Site
from tests.handler.web.casepages import browser_of, case_id_of

WORDS = "He takes money."


@pytest.fixture
def site(console: FoundedConsole) -> Site:
    return Site.published(console)


def named_report(site: Site) -> bytes:
    routing = {"involves": Answer(("standards-staff",)), "keep-from": Answer((), "Keep it from Petra.")}
    return Reporter.new(site).seal(Report(QUESTIONNAIRE, routing, {"what": Answer((), WORDS)}))


def asked(site: Site, person: Person, envelope: bytes) -> tuple[Browser, str]:
    """A person who gave their reason and stands before the conflict check."""
    site.deliver(envelope)
    browser, path = browser_of(site, person), f"/cases/{case_id_of(site).hex()}"
    browser.post(f"{path}/open", {"reason": "new"}, page=path)
    return browser, path


def test_names_come_before_any_other_word_and_the_report_after_the_tick(site: Site) -> None:
    browser, path = asked(site, site.console.supervisor, named_report(site))
    page = browser.get(path).text
    assert "Do you know anyone this may be about?" in page
    assert "Keep it from Petra." in page
    assert WORDS not in page
    refused = browser.post(f"{path}/conflict", {}, page=path)
    assert refused.status_code == 400
    assert "Tick that you know nobody" in refused.text
    assert WORDS not in refused.text
    assert browser.post(f"{path}/reply", {"text": "Hello."}, page=path).status_code == 403
    assert browser.post(f"{path}/conflict", {"clear": "yes"}, page=path).status_code == 303
    assert WORDS in browser.get(path).text
    assert "no conflict" in browser.get("/audit").text


def test_after_stepping_out_the_persons_key_does_not_open_the_case(site: Site) -> None:
    """Tried against the keyring and the database directly, not only by the pages."""
    hana = site.console.add_person("Hana Handler", "handler")
    browser, path = asked(site, hana, named_report(site))
    case_id = case_id_of(site)
    desk = site.desk(hana)
    assert desk.case_key(case_id).expose()
    assert browser.post(f"{path}/recuse", {}, page=path).status_code == 303
    with pytest.raises(NotAllowed):
        site.desk(hana).case_key(case_id)
    with site.console.databases.keyring.read() as wraps:
        keyring = site.console.services.keyring(wraps)
        assert hana.user_id not in keyring.holders(case_purpose(case_id))
        assert case_purpose(case_id) not in keyring.purposes(hana.user_id)
    for page in (path, f"{path}/conflict"):
        assert browser.get(page).status_code in (404, 405)
    supervisor = browser_of(site, site.console.supervisor)
    told = supervisor.get("/approvals").text
    assert "Hana Handler</strong> stepped out of" in told
    supervisor.post(f"/cases/{case_id.hex()}/recused/{hana.user_id.hex()}", {}, page="/approvals")
    assert "stepped out of" not in supervisor.get("/approvals").text


def test_the_last_who_can_open_a_case_shares_it_first(site: Site) -> None:
    browser, path = asked(site, site.console.supervisor, Reporter.new(site).report(WORDS))
    refused = browser.post(f"{path}/recuse", {}, page=path)
    assert refused.status_code == 400
    assert "Nobody else can open this case" in refused.text
    assert site.desk().case_key(case_id_of(site)).expose()
    hana = site.console.add_person("Hana Handler", "handler")
    shared = browser.post(f"{path}/access", {"person": hana.user_id.hex()}, page=f"{path}/access")
    assert shared.status_code == 303, "without having confirmed that there is no conflict"
    assert browser.post(f"{path}/recuse", {}, page=path).status_code == 303
    assert site.desk(hana).case_key(case_id_of(site)).expose()
    with pytest.raises(NotAllowed):
        site.desk().case_key(case_id_of(site))
    theirs = browser_of(site, hana)
    theirs.post(f"{path}/open", {"reason": "assigned"}, page=path)
    given = {"person": site.console.supervisor.user_id.hex()}
    back = theirs.post(f"{path}/access", {**given}, page=f"{path}/access")
    assert back.status_code == 400
    assert "they stepped out of it" in back.text
