"""Drafts: sealed, for their writer alone, and gone with the form, the key, the case and after fourteen days."""

import pytest
from sqlalchemy import select

from handler.audit.tables import AuditEntry
from handler.cases import sharing
from handler.cases.listing import open_case
from handler.cases.tables import Case
from handler.drafts import forgetting, store
from handler.drafts.tables import Draft
from handler.errors import NotAllowed
from handler.lifecycle import conflict
from tests.handler.founded import FoundedConsole, Person
from tests.handler.reporters import Reporter, Site
from tests.handler.web.casepages import browser_of, case_id_of

WORDS = "The lorries on lane four, as they told us."
DAY = 86_400


@pytest.fixture
def site(any_console: FoundedConsole) -> Site:
    return Site.published(any_console)


@pytest.fixture
def hana(site: Site) -> Person:
    return site.console.add_person("Hana Handler", "handler", "intake")


@pytest.fixture
def case_id(site: Site, hana: Person) -> bytes:
    site.deliver(Reporter.new(site).report())
    return case_id_of(site)


def rows(site: Site) -> list[Draft]:
    with site.console.databases.console.read() as console:
        return list(console.scalars(select(Draft)))


def test_a_draft_is_found_by_its_writer_and_by_nobody_else(site: Site, case_id: bytes, hana: Person) -> None:
    desk = site.desk(hana)
    store.keep(desk, case_id, "reply", {"text": ["Something else."]})
    at = store.keep(desk, case_id, "reply", {"text": [WORDS], "urgent": ["yes"]})
    found = store.find(desk, case_id, "reply")
    assert found is not None
    assert (found.at, found.fields) == (at, {"text": [WORDS], "urgent": ["yes"]})
    assert store.find(desk, case_id, "step-decision") is None
    assert store.find(site.desk(), case_id, "reply") is None, "the supervisor holds the case's key, and has no draft"
    (row,) = rows(site)
    assert WORDS.encode() not in row.sealed
    with site.console.databases.console.write() as console:  # somebody moves the row to another person
        console.delete(console.get_one(Draft, (row.user_id, row.case_id, row.form)))
        console.flush()
        console.add(
            Draft(
                user_id=site.console.supervisor.user_id, case_id=case_id, form="reply", id=row.id, at=row.at,
                sealed=row.sealed,
            )
        )  # fmt: skip
    assert store.find(site.desk(), case_id, "reply") is None


def test_without_the_key_nothing_is_kept_or_found(site: Site, case_id: bytes) -> None:
    olu = site.console.add_person("Olu", "handler")
    with pytest.raises(NotAllowed):
        store.keep(site.desk(olu), case_id, "reply", {"text": [WORDS]})
    with pytest.raises(NotAllowed):
        store.find(site.desk(olu), case_id, "reply")


@pytest.mark.parametrize("how", ["taken away", "recused", "account closed"])
def test_it_goes_with_the_persons_key(site: Site, case_id: bytes, hana: Person, how: str) -> None:
    store.keep(site.desk(hana), case_id, "reply", {"text": [WORDS]})
    store.keep(site.desk(), case_id, "reply", {"text": ["The supervisor's own."]})
    if how == "taken away":
        sharing.take_away(site.desk(), case_id, hana.user_id)
    elif how == "recused":
        conflict.recuse(site.desk(hana), case_id)
    else:
        from handler.identity import accounts

        with site.console.databases.write_both() as (console, wraps):
            accounts.close(console, site.console.services.keyring(wraps), hana.user_id, site.desk().today())
    assert [row.user_id for row in rows(site)] == [site.console.supervisor.user_id]


def test_a_case_that_is_sealed_has_no_drafts(site: Site, case_id: bytes) -> None:
    store.keep(site.desk(), case_id, "reply", {"text": [WORDS]})
    with site.console.databases.console.write() as console:
        console.get_one(Case, case_id).sides = "spillage"
    assert store.find(site.desk(), case_id, "reply") is None
    with pytest.raises(store.CaseShut):
        store.keep(site.desk(), case_id, "reply", {"text": [WORDS]})
    with site.console.databases.console.write() as console:
        forgetting.forget_case(console, case_id)
    assert rows(site) == []


def test_after_fourteen_days_it_is_not_found_and_the_daily_upkeep_deletes_it(site: Site, case_id: bytes) -> None:
    store.keep(site.desk(), case_id, "reply", {"text": [WORDS]})
    site.console.clock.forward(14 * DAY - 60)
    assert store.find(site.desk(), case_id, "reply") is not None
    site.console.clock.forward(60)
    assert store.find(site.desk(), case_id, "reply") is None
    site.console.clock.forward(DAY)
    assert site.cycle().problems == ()
    assert rows(site) == []


@pytest.mark.parametrize("form", ["", "Reply", "a/b", "x" * 41])
def test_what_names_no_form_is_refused(site: Site, case_id: bytes, form: str) -> None:
    with pytest.raises(store.NoSuchForm):
        store.keep(site.desk(), case_id, form, {"text": [WORDS]})


def test_too_long_a_draft_is_refused(site: Site, case_id: bytes) -> None:
    with pytest.raises(store.DraftTooLong):
        store.keep(site.desk(), case_id, "reply", {"text": ["x" * 120_001]})


def test_the_pages_keep_offer_and_forget_and_the_audit_has_no_word_of_it(site: Site, case_id: bytes) -> None:
    open_case(site.desk(), case_id, "new")
    browser = browser_of(site, site.console.supervisor)
    path, page = f"/drafts/{case_id.hex()}/reply", f"/cases/{case_id.hex()}"
    assert browser.post(path, {"text": WORDS}, page=page).status_code == 403, "the conflict check comes first"
    conflict.confirm(site.desk(), case_id, ticked=True)
    assert browser.get(path).status_code == 204
    assert f'data-draft="{path}" data-draft-offer' in browser.get(page).text
    with site.console.databases.console.read() as console:
        before = len(console.scalars(select(AuditEntry.number)).all())
    kept = browser.post(path, {"text": WORDS}, page="/sessions")
    assert "GMT" in kept.json["at"]
    assert browser.get(path).json["fields"] == {"text": [WORDS]}
    with site.console.databases.console.read() as console:
        assert len(console.scalars(select(AuditEntry.number)).all()) == before
    assert browser.post(f"{path}/discard", {}, page="/sessions").status_code == 204
    assert browser.get(path).status_code == 204


def test_a_form_that_is_taken_takes_its_draft_along_but_not_when_it_is_refused(site: Site, case_id: bytes) -> None:
    open_case(site.desk(), case_id, "new")
    conflict.confirm(site.desk(), case_id, ticked=True)
    browser, page = browser_of(site, site.console.supervisor), f"/cases/{case_id.hex()}"
    store.keep(site.desk(), case_id, "reply", {"text": [WORDS]})
    store.keep(site.desk(), case_id, "record-note", {"text": [WORDS]})
    refused = browser.post(f"{page}/reply", {"text": "", "draft-of": "reply"}, page=page)
    assert refused.status_code == 400
    assert "data-draft-offer" not in refused.text, "what was just typed stands in the form"
    assert len(rows(site)) == 2
    assert browser.post(f"{page}/reply", {"text": "Thank you.", "draft-of": "reply"}, page=page).status_code == 303
    assert [row.form for row in rows(site)] == ["record-note"]


def test_a_draft_needs_the_forms_token(site: Site, case_id: bytes) -> None:
    open_case(site.desk(), case_id, "new")
    conflict.confirm(site.desk(), case_id, ticked=True)
    browser = browser_of(site, site.console.supervisor)
    assert browser.client.post(f"/drafts/{case_id.hex()}/reply", data={"text": WORDS}).status_code == 400
    assert rows(site) == []
