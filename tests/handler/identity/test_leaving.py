"""Somebody leaves: what is refused, what is handed on, which keys are new; and what they kept opens nothing."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from handler.cases.listing import open_case
from handler.cases.reading import read_case
from handler.cases.records import CaseBox
from handler.cases.restricting import restrict
from handler.cases.sharing import share, take_away
from handler.cases.tables import Case, CaseReader
from handler.errors import NotAllowed, Refused
from handler.identity.duties import OnlyHolder
from handler.identity.leaving import NobodyLeft, NoSuccessor, NoSuchPerson, NotYourself, leave, look
from handler.identity.rolechange import change
from handler.keys.keyring import case_purpose
from handler.lifecycle import tasks
from handler.lifecycle.conflict import recuse
from handler.lifecycle.recording import notes_of
from tests.handler.cases.test_renewal import stopped_between_the_commits
from tests.handler.cases.test_renewed_access import kept_copy, opens
from tests.handler.founded import Person
from tests.handler.reporters import Reporter, Site
from tests.handler.web.casepages import browser_of

NOTE = "She knows the bank’s contact by name."


def cases(site: Site) -> list[Case]:
    with site.console.databases.console.read() as console:
        return list(console.scalars(select(Case).order_by(Case.sequence)))


def unit(site: Site, number: int = 2) -> tuple[Person, Person]:
    """Hana and Omar, both handlers, with some cases."""
    hana, omar = (site.console.add_person(name, "handler") for name in ("Hana", "Omar"))
    site.deliver(*(Reporter.new(site).report(f"Report {n}") for n in range(number)))
    return hana, omar


def assign(site: Site, case: Case, person: Person) -> None:
    with site.console.databases.console.write() as console:
        console.get_one(Case, case.id).assigned = person.user_id


def test_what_the_leaver_kept_opens_nothing_and_the_cases_go_on(any_site: Site) -> None:
    site = any_site
    hana, omar = unit(site)
    first, second = cases(site)
    assign(site, first, hana)
    kept = kept_copy(site)
    assert opens(site, hana, kept) >= 8
    left = leave(site.desk(), hana.user_id, omar.user_id, NOTE)
    assert (left.wraps, left.renewed, left.to_renew, left.without, left.notes) == (0, 2, 0, 0, 1)
    assert [case.id for case in left.reassigned] == [first.id]
    after = cases(site)
    assert [case.assigned for case in after] == [omar.user_id, None]
    assert [case.renew_key for case in after] == [False, False]
    assert opens(site, hana, kept) == 0
    with site.console.databases.console.read() as console:
        box = CaseBox(first.id, site.desk(omar).case_key(first.id))
        assert [dict(kept.values) for kept in notes_of(console, box)] == [{"text": NOTE}]
        assert hana.user_id not in set(console.scalars(select(CaseReader.user_id)))
    assert read_case(site.desk(omar), second.id).report.answers


def test_a_case_that_the_supervisor_cannot_open_is_renewed_by_its_next_reader(any_site: Site) -> None:
    site = any_site
    hana, omar = unit(site, 1)
    (case,) = cases(site)
    restrict(site.desk(), case.id, [hana.user_id, omar.user_id])
    kept = kept_copy(site)
    assert opens(site, hana, kept) > 0
    left = leave(site.desk(), hana.user_id)
    assert (left.renewed, left.to_renew, left.without) == (0, 1, 0)
    assert cases(site)[0].renew_key
    assert opens(site, hana, kept) > 0, "until somebody who holds it opens it"
    with pytest.raises(NotAllowed):
        open_case(site.desk(), case.id, "supervise")
    open_case(site.desk(omar), case.id, "assigned")
    assert not cases(site)[0].renew_key
    assert opens(site, hana, kept) == 0
    assert read_case(site.desk(omar), case.id).report.answers


REFUSED: dict[str, tuple[Callable[[Site, Person, Person], tuple[bytes, bytes | None]], type[Refused], str]] = {
    "the only supervisor and intake": (
        lambda site, hana, omar: (site.console.supervisor.user_id, None), OnlyHolder, "Supervisor"),
    "oneself": (
        lambda site, hana, omar: (second_supervisor(site), None), NotYourself, "Another supervisor"),
    "nobody": (lambda site, hana, omar: (bytes(16), None), NoSuchPerson, "no such account"),
    "the last who holds a case": (
        lambda site, hana, omar: (alone_with_a_case(site, hana), None), NobodyLeft, "PSU-2026-0001"),
    "no successor": (lambda site, hana, omar: (has_a_case(site, hana), None), NoSuccessor, "Choose who"),
    "the leaver as successor": (
        lambda site, hana, omar: (has_a_case(site, hana), hana.user_id), NoSuccessor, "Choose who"),
    "a successor who opens no cases": (
        lambda site, hana, omar: (has_a_case(site, hana), site.console.add_person("Ann", "auditor").user_id),
        NoSuccessor, "Choose who"),
}  # fmt: skip


def second_supervisor(site: Site) -> bytes:
    site.console.add_person("Tess", "supervisor", "intake")
    return site.console.supervisor.user_id


def alone_with_a_case(site: Site, hana: Person) -> bytes:
    restrict(site.desk(), cases(site)[0].id, [hana.user_id])
    return hana.user_id


def has_a_case(site: Site, hana: Person) -> bytes:
    assign(site, cases(site)[0], hana)
    return hana.user_id


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_changes_nothing(site: Site, name: str) -> None:
    hana, omar = unit(site, 1)
    make, refusal, words = REFUSED[name]
    user_id, successor = make(site, hana, omar)
    with site.desk().keyring() as keyring:
        before = keyring.purposes(user_id)
    with pytest.raises(refusal, match=words):
        leave(site.desk(), user_id, successor)
    with site.desk().keyring() as keyring:
        assert keyring.purposes(user_id) == before


def test_a_successor_who_stepped_out_of_a_case_does_not_get_it(site: Site) -> None:
    hana, omar = unit(site, 2)
    first, second = cases(site)
    recuse(site.desk(omar), first.id)
    take_away(site.desk(), second.id, omar.user_id)
    for case in (first, second):
        assign(site, case, hana)
    left = leave(site.desk(), hana.user_id, omar.user_id)
    assert [case.id for case in left.unassigned] == [first.id]
    assert [case.assigned for case in cases(site)] == [None, omar.user_id]
    with site.desk().keyring() as keyring:
        assert omar.user_id not in keyring.holders(case_purpose(first.id))
        assert omar.user_id in keyring.holders(case_purpose(second.id))


def test_what_hangs_on_a_person_is_shown_before(site: Site) -> None:
    hana, omar = unit(site, 3)
    first, second, third = cases(site)
    assign(site, second, hana)
    open_case(site.desk(hana), first.id, "assigned")
    tasks.add(site.desk(hana), first.id, "Ring the bank.", "2026-12-24")
    restrict(site.desk(), third.id, [hana.user_id, omar.user_id])
    found = look(site.desk(), hana.user_id)
    assert [case.number for case in found.holds] == [first.number, second.number]
    assert [case.number for case in found.assigned] == [second.number]
    assert [(one.case.number, one.days) for one in found.opened] == [(first.number, 1)]
    assert [case.number for case, _ in found.tasks] == [first.number]
    assert found.hidden == 1
    assert found.alone == []
    assert {one.name for one in found.successors} == {"Omar", "Sam Supervisor"}


def test_by_the_pages_with_the_proof_at_the_end(site: Site) -> None:
    hana, omar = unit(site, 1)
    (case,) = cases(site)
    assign(site, case, hana)
    browser = browser_of(site, site.console.supervisor)
    path = f"/people/close?person={hana.user_id.hex()}"
    assert "Who takes over the assigned cases" in browser.get(path).text
    form: dict[str, str | list[str]] = {"person": hana.user_id.hex(), "note": NOTE}
    refused = browser.post("/people/close", form, page=path)
    assert refused.status_code == 400
    assert 'href="#successor"' in refused.text
    assert NOTE in refused.text
    done = browser.post("/people/close", {**form, "successor": omar.user_id.hex()}, page=path)
    assert done.status_code == 200
    assert "As it should be" in done.text
    assert case.number in done.text
    assert "Look into this" not in done.text
    assert "Keys of the console that they may have copied" in done.text
    restrictable = browser.get("/people").text
    assert "Closed on" in restrictable


def test_a_handler_alone_with_a_restricted_case_cannot_leave_before_a_supervisor_has_it(site: Site) -> None:
    hana, _ = unit(site, 1)
    (case,) = cases(site)
    restrict(site.desk(), case.id, [hana.user_id])
    dana = site.console.add_person("Dana", "senior-decider", "supervisor")
    share_by_hana = site.desk(hana)
    with pytest.raises(Refused, match="restricted"):
        share(share_by_hana, case.id, dana.user_id)
    assert look(site.desk(), hana.user_id).alone[0].number == case.number


def test_a_renewal_that_broke_off_is_ended_before_somebody_leaves(site: Site) -> None:
    """Else the keys that are set aside come back later, and the leaver's case would get no new one."""
    hana, omar = unit(site, 1)
    (case,) = cases(site)
    stopped_between_the_commits(site, case.id, {omar.user_id, site.console.supervisor.user_id})
    left = leave(site.desk(), hana.user_id)
    assert (left.renewed, left.to_renew) == (1, 0)
    stopped_between_the_commits(site, case.id, {site.console.supervisor.user_id})
    assert change(site.desk(), omar.user_id, ["auditor"]).renewed == 1
