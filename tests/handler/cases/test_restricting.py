"""A restricted case opens for the people named and for nobody else, by keys and not by pages."""

import pytest

from handler.cases.listing import open_case
from handler.cases.restricting import (
    NobodyNamed,
    NotRestricted,
    NotToBeNamed,
    NotYoursToRestrict,
    RestrictedAlready,
    lift,
    restrict,
)
from handler.cases.sharing import NamedByReporter, NotToShareWith, OnlySupervisors, share, take_away
from handler.cases.tables import Case
from handler.errors import NotAllowed
from handler.lifecycle.conflict import recuse
from tests.handler.cases.test_readers import held, indexed
from tests.handler.cases.test_renewed_access import kept_copy, opens
from tests.handler.founded import Person
from tests.handler.reporters import Reporter, Site
from tests.handler.web.casepages import browser_of, case_id_of


def staffed(site: Site) -> dict[str, Person]:
    """A unit with a case: Sam (supervisor, handler, intake), two handlers and a decider."""
    people = {"sam": site.console.supervisor}
    for name, role in (("hana", "handler"), ("omar", "handler"), ("dana", "senior-decider")):
        people[name] = site.console.add_person(name.capitalize(), role)
    site.deliver(Reporter.new(site).report("He takes money."))
    return people


def sides(site: Site) -> str:
    with site.console.databases.console.read() as console:
        return console.get_one(Case, case_id_of(site)).sides


def assign(site: Site, person: Person | None) -> None:
    with site.console.databases.console.write() as console:
        console.get_one(Case, case_id_of(site)).assigned = person.user_id if person else None


def test_who_is_not_named_opens_nothing_even_with_the_whole_keyring_of_before(any_site: Site) -> None:
    site, people = any_site, staffed(any_site)
    case_id, kept = case_id_of(site), kept_copy(site)
    assert opens(site, people["omar"], kept) > 0
    restrict(site.desk(), case_id, [people["sam"].user_id, people["hana"].user_id])
    assert sides(site) == "restricted"
    assert opens(site, people["omar"], kept) == 0
    with pytest.raises(NotAllowed):
        site.desk(people["omar"]).case_key(case_id)
    assert indexed(site) == held(site) == {people["sam"].user_id, people["hana"].user_id}
    assert site.desk(people["hana"]).case_key(case_id).expose()


def test_sharing_a_restricted_case_further_takes_a_supervisor(site: Site) -> None:
    people, case_id = staffed(site), case_id_of(site)
    restrict(site.desk(), case_id, [people["sam"].user_id, people["hana"].user_id])
    with pytest.raises(OnlySupervisors):
        share(site.desk(people["hana"]), case_id, people["omar"].user_id)
    share(site.desk(), case_id, people["dana"].user_id)
    assert people["dana"].user_id in held(site)


def test_the_assigned_handler_restricts_it_and_no_other_handler(site: Site) -> None:
    people, case_id = staffed(site), case_id_of(site)
    both = [people["hana"].user_id, people["omar"].user_id]
    assign(site, people["omar"])
    with pytest.raises(NotYoursToRestrict):
        restrict(site.desk(people["hana"]), case_id, both)
    assign(site, people["hana"])
    restrict(site.desk(people["hana"]), case_id, both)
    assert held(site) == set(both)


def test_somebody_who_can_hand_it_on_is_named_and_nobody_who_stepped_out(site: Site) -> None:
    people, case_id = staffed(site), case_id_of(site)
    before = held(site)
    for named in ([], [people["dana"].user_id]):
        with pytest.raises(NobodyNamed):
            restrict(site.desk(), case_id, named)
    recuse(site.desk(people["omar"]), case_id)
    with pytest.raises(NotToBeNamed):
        restrict(site.desk(), case_id, [people["sam"].user_id, people["omar"].user_id])
    assert held(site) == before - {people["omar"].user_id}
    assert sides(site) == ""
    restrict(site.desk(), case_id, [people["sam"].user_id])
    with pytest.raises(RestrictedAlready):
        restrict(site.desk(), case_id, [people["sam"].user_id])


def test_who_was_assigned_and_is_not_named_is_assigned_no_more(site: Site) -> None:
    people, case_id = staffed(site), case_id_of(site)
    assign(site, people["omar"])
    restrict(site.desk(), case_id, [people["sam"].user_id])
    with site.console.databases.console.read() as console:
        assert console.get_one(Case, case_id).assigned is None


def test_lifting_gives_it_to_all_but_those_who_are_kept_out(any_site: Site) -> None:
    site, people = any_site, staffed(any_site)
    case_id = case_id_of(site)
    ivo = site.console.add_person("Ivo", "intake")
    with pytest.raises(NotRestricted):
        lift(site.desk(), case_id)
    take_away(site.desk(), case_id, people["omar"].user_id)
    restrict(site.desk(), case_id, [people["sam"].user_id])
    assert lift(site.desk(), case_id) == 3
    assert indexed(site) == held(site) == {people["sam"].user_id, people["hana"].user_id, ivo.user_id}
    assert sides(site) == ""
    share(site.desk(), case_id, people["omar"].user_id)
    assert people["omar"].user_id in held(site)


def test_by_the_pages(site: Site) -> None:
    people = staffed(site)
    path = f"/cases/{case_id_of(site).hex()}"
    browser = browser_of(site, people["sam"])
    browser.post(f"{path}/open", {"reason": "supervise"}, page=path)
    assert "Restrict it to named people" in browser.get(f"{path}/access").text
    refused = browser.post(f"{path}/restrict", {"person": [people["dana"].user_id.hex()]})
    assert refused.status_code == 400
    assert "somebody must hand it on" in refused.text
    named: dict[str, str | list[str]] = {"person": [people[name].user_id.hex() for name in ("sam", "hana")]}
    assert browser.post(f"{path}/restrict", named).status_code == 303
    page = browser.get(f"{path}/access").text
    assert "Lift the restriction" in page
    assert "Omar" not in page.split("Restricted</h2>")[0].split("<tbody")[1]
    omars = browser_of(site, people["omar"])
    assert omars.get(path).status_code == 404
    assert omars.get(f"{path}/access").status_code in (303, 404)
    hanas = browser_of(site, people["hana"])
    hanas.post(f"{path}/open", {"reason": "assigned"}, page=path)
    assert "Lift the restriction" not in hanas.get(f"{path}/access").text
    assert hanas.post(f"{path}/restrict/lift", {}, page=f"{path}/access").status_code == 403
    assert browser.post(f"{path}/restrict/lift", {}, page=f"{path}/access").status_code == 303
    assert omars.get(path).status_code == 200


def test_the_page_says_when_nobody_named_files_what_the_reporter_adds(site: Site) -> None:
    people = staffed(site)
    case_id = case_id_of(site)
    path = f"/cases/{case_id.hex()}"
    open_case(site.desk(people["hana"]), case_id, "assigned")
    restrict(site.desk(), case_id, [people["hana"].user_id])
    assert "None of them has intake" in browser_of(site, people["hana"]).get(f"{path}/access").text


def test_lifting_gives_nothing_to_whom_the_reporter_named(any_site: Site) -> None:
    site = any_site
    hana = site.console.add_person("Hana Okafor", "handler")
    olu = site.console.add_person("Olu Adeyemi", "handler")
    site.deliver(Reporter.new(site).naming("keep-from", "Hana Okafor must not see this."))
    case_id = case_id_of(site)
    assert hana.user_id not in held(site)
    restrict(site.desk(), case_id, [site.console.supervisor.user_id])
    lift(site.desk(), case_id)
    assert indexed(site) == held(site) == {site.console.supervisor.user_id, olu.user_id}
    with pytest.raises(NotAllowed):
        site.desk(hana).case_key(case_id)


def test_taking_a_case_away_does_not_undo_that_somebody_is_kept_out_of_it(any_site: Site) -> None:
    site = any_site
    hana, olu = (site.console.add_person(name, "handler") for name in ("Hana Okafor", "Olu Adeyemi"))
    site.deliver(Reporter.new(site).naming("keep-from", "Hana Okafor must not see this."))
    case_id = case_id_of(site)
    recuse(site.desk(olu), case_id)
    for person, refusal in ((hana, NamedByReporter), (olu, NotToShareWith)):
        take_away(site.desk(), case_id, person.user_id)
        with pytest.raises(refusal):
            share(site.desk(), case_id, person.user_id)
    assert held(site) == {site.console.supervisor.user_id}
