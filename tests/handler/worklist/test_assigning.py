"""Who may be given a case, by whom."""

import pytest

from handler.audit.tables import AuditEntry
from handler.cases.reading import read_case
from handler.cases.sharing import NotToShareWith, take_away
from handler.cases.tables import Case
from handler.errors import NotAllowed
from handler.lifecycle.conflict import recuse
from handler.worklist.assigning import CannotOpenThem, NobodyChosen, NoCase, NotYoursToGive, assign
from tests.handler.caselist import page
from tests.handler.reporters import Reporter, Site


def made(site: Site, number: int = 1) -> list[bytes]:
    site.deliver(*(Reporter.new(site).report() for _ in range(number)))
    with site.console.databases.console.read() as console:
        return [case.id for case in page(console).cases]


def assigned(site: Site, case_id: bytes) -> bytes | None:
    with site.console.databases.console.read() as console:
        return console.get_one(Case, case_id).assigned


def entries(site: Site, act: str) -> list[bytes]:
    with site.console.databases.console.read() as console:
        return [row.entry for row in console.query(AuditEntry) if f'"{act}"'.encode() in row.entry]


def test_a_supervisor_gives_several_cases_to_anybody_who_can_open_them_one_entry_each(any_site: Site) -> None:
    hana = any_site.console.add_person("Hana", "handler")
    ids = made(any_site, 3)
    assert assign(any_site.desk(), ids, hana.user_id) == 3
    assert {assigned(any_site, case_id) for case_id in ids} == {hana.user_id}
    assert len(entries(any_site, "case assigned")) == 3
    assert assign(any_site.desk(), ids, hana.user_id) == 0
    assert len(entries(any_site, "case assigned")) == 3
    assert assign(any_site.desk(), ids[:1], None) == 1
    assert assigned(any_site, ids[0]) is None


def test_a_handler_takes_what_nobody_has_gives_back_their_own_and_no_more(site: Site) -> None:
    hana, olu = (site.console.add_person(name, "handler") for name in ("Hana", "Olu"))
    (case_id,) = made(site)
    with pytest.raises(NotYoursToGive):
        assign(site.desk(hana), [case_id], olu.user_id)
    assert assign(site.desk(hana), [case_id], hana.user_id) == 1
    for to in (olu.user_id, None):
        with pytest.raises(NotYoursToGive):
            assign(site.desk(olu), [case_id], to)
    assert assigned(site, case_id) == hana.user_id
    assert assign(site.desk(hana), [case_id], None) == 1


def test_who_cannot_open_a_case_is_not_given_it_unless_it_is_shared_with_them(any_site: Site) -> None:
    ids = made(any_site, 2)
    late = any_site.console.add_person("Late", "handler")
    with pytest.raises(CannotOpenThem) as caught:
        assign(any_site.desk(), ids, late.user_id)
    assert sorted(caught.value.case_ids) == sorted(ids)
    assert [assigned(any_site, case_id) for case_id in ids] == [None, None]
    with pytest.raises(NotAllowed):
        read_case(any_site.desk(late), ids[0])
    assert assign(any_site.desk(), ids, late.user_id, share=True) == 2
    assert read_case(any_site.desk(late), ids[0]).case.assigned == late.user_id


def test_who_stepped_out_is_not_given_the_case_by_sharing_it(site: Site) -> None:
    hana = site.console.add_person("Hana", "handler")
    (case_id,) = made(site)
    assign(site.desk(), [case_id], hana.user_id)
    recuse(site.desk(hana), case_id)
    assert assigned(site, case_id) is None
    with pytest.raises(NotToShareWith):
        assign(site.desk(), [case_id], hana.user_id, share=True)
    assert assigned(site, case_id) is None


def test_who_loses_the_key_works_on_the_case_no_longer(any_site: Site) -> None:
    hana = any_site.console.add_person("Hana", "handler")
    first, second = made(any_site, 2)
    assign(any_site.desk(), [first, second], hana.user_id)
    take_away(any_site.desk(), first, hana.user_id)
    assert [assigned(any_site, one) for one in (first, second)] == [None, hana.user_id]


def test_nothing_is_assigned_by_or_to_somebody_without_the_key_or_a_role(site: Site) -> None:
    hana = site.console.add_person("Hana", "handler")
    auditor = site.console.add_person("Audra", "auditor")
    (case_id,) = made(site)
    late = site.console.add_person("Late", "supervisor")
    with pytest.raises(NotAllowed):
        assign(site.desk(late), [case_id], hana.user_id)
    with pytest.raises(NotAllowed):
        assign(site.desk(), [case_id, bytes(16)], hana.user_id)
    for nobody in (auditor.user_id, bytes(16)):
        with pytest.raises(NobodyChosen):
            assign(site.desk(), [case_id], nobody)
    with pytest.raises(NoCase):
        assign(site.desk(), [], hana.user_id)
    assert assigned(site, case_id) is None
