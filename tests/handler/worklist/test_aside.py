"""Junk is put aside, many cases at once, and comes back as it was; what may be danger is not swept along."""

from typing import Any

import pytest
from sqlalchemy import delete, select

from handler.cases.listing import open_case
from handler.cases.records import CaseBox
from handler.cases.tables import Case, CaseRecord
from handler.errors import NotAllowed
from handler.lifecycle.acts import Step, move
from handler.lifecycle.conflict import confirm
from handler.lifecycle.history import timeline
from handler.lifecycle.states import CaseStopped
from handler.lifecycle.tables import CaseClock
from handler.publication.tables import Message
from handler.triage.tables import StaPeriod
from handler.worklist import ranked
from handler.worklist.aside import (
    AsideAlready,
    AsideOnHold,
    MayBeDanger,
    NoAsideReason,
    NoJunk,
    Why,
    count_of_batch,
    of_batch,
    put_aside,
    take_back,
)
from handler.worklist.assigning import NoCase
from handler.worklist.filters import PUT_ASIDE, READY, Filters
from handler.worklist.tables import PutAside
from tests.handler.reporters import Reporter, Site
from tests.handler.worklist.test_assigning import entries, made

JUNK = Why("junk", "canary-52 all the same words")


def clear_part(site: Site, case_id: bytes) -> dict[str, Any]:
    """The case's row and its clocks."""
    with site.console.databases.console.read() as console:
        case = console.get_one(Case, case_id)
        chosen = select(CaseClock).where(CaseClock.case_id == case_id).order_by(CaseClock.kind, CaseClock.number)
        clocks = [(row.kind, row.number, row.due, row.done) for row in console.scalars(chosen)]
        return {column.key: getattr(case, column.key) for column in Case.__mapper__.column_attrs} | {"clocks": clocks}


def listed(site: Site, filters: Filters = READY[0].filters) -> list[bytes]:
    desk = site.desk()
    with desk.databases.console.read() as console:
        found = ranked.page(console, ranked.Person(desk.unlocked.user_id, desk.now()), filters)
        return [case.id for case in found.cases]


def test_what_is_put_aside_leaves_the_list_and_comes_back_with_clocks_as_they_were(any_site: Site) -> None:
    site = any_site
    ids = made(site, 3)
    open_case(site.desk(), ids[0], "new")  # one clock has ended already, at this very second
    before = {case_id: clear_part(site, case_id) for case_id in ids}
    batch = put_aside(site.desk(), ids[:2], JUNK)
    assert listed(site) == ids[2:]
    assert sorted(listed(site, PUT_ASIDE.filters)) == sorted(ids[:2])
    for case_id in ids[:2]:
        now = clear_part(site, case_id)
        assert (now["ended"], now["sides"], now["due"]) == (True, "aside", None)
        assert all(done is not None for _, _, _, done in now["clocks"])
    assert clear_part(site, ids[2]) == before[ids[2]]
    with site.console.databases.console.read() as console:
        assert {row.until for row in console.scalars(select(PutAside))} == {site.desk().today() + 30}
        assert sorted(of_batch(console, site.desk(), batch)) == sorted(ids[:2])
    site.console.clock.forward(5 * 86_400)
    assert take_back(site.desk(), ids) == 2
    assert {case_id: clear_part(site, case_id) for case_id in ids} == before
    with site.console.databases.console.read() as console:
        assert count_of_batch(console, site.desk(), batch) == 0
    for act in ("put aside as junk", "taken back from junk"):
        assert len(entries(site, act)) == 2
        assert b"canary" not in b"".join(entries(site, act))


def test_why_stands_sealed_in_the_history(site: Site) -> None:
    (case_id,) = made(site)
    put_aside(site.desk(), [case_id], JUNK)
    take_back(site.desk(), [case_id])
    with site.console.databases.console.read() as console:
        box = CaseBox(case_id, site.desk().case_key(case_id))
        told = [event.text for event in timeline(console, box, {})]
    assert "Put aside as junk: Junk or a flood. canary-52 all the same words" in told
    assert "Taken back" in told
    site.console.databases.close()
    for path in site.console.settings.home.rglob("*"):
        assert path.is_dir() or b"canary-52" not in path.read_bytes(), path


def test_the_reporter_is_told_nothing(site: Site) -> None:
    (case_id,) = made(site)

    def told() -> list[tuple[int, bytes]]:
        with site.console.databases.console.read() as console:
            replies = console.scalars(select(CaseRecord.id).where(CaseRecord.kind == "reply")).all()
            return [(row.kind, row.record_id) for row in console.scalars(select(Message)) if row.record_id in replies]

    before = told()
    put_aside(site.desk(), [case_id], JUNK)
    take_back(site.desk(), [case_id])
    assert told() == before
    assert clear_part(site, case_id)["status"] == "received"


@pytest.mark.parametrize(
    "routing", [{"danger": "yes"}, {"danger": "unsure"}, {"at-risk": "maybe"}, {"worried": "safety"}]
)
def test_what_may_be_danger_is_put_aside_alone_and_with_its_own_tick_only(site: Site, routing: dict[str, str]) -> None:
    site.deliver(Reporter.new(site).report("x", routing))
    dangerous, other = made(site)
    for ids, why in (([dangerous, other], Why("junk", sure=True)), ([dangerous], Why("junk"))):
        with pytest.raises(MayBeDanger):
            put_aside(site.desk(), ids, why)
    assert listed(site) == [dangerous, other], "all or none"
    put_aside(site.desk(), [dangerous], Why("junk", sure=True))
    assert listed(site) == [other]


def test_danger_that_we_found_ourselves_counts_as_what_the_reporter_said(site: Site) -> None:
    ids = made(site, 2)
    with site.console.databases.console.write() as console:
        console.get_one(Case, ids[0]).urgency = 0
    with pytest.raises(MayBeDanger):
        put_aside(site.desk(), ids, JUNK)


def test_what_is_not_put_aside(site: Site) -> None:
    ids = made(site, 2)
    late = site.console.add_person("Late", "supervisor")
    desk = site.desk()
    for act in (lambda: put_aside(site.desk(late), ids, JUNK), lambda: put_aside(desk, [bytes(16)], JUNK)):
        with pytest.raises(NotAllowed):
            act()
    for wrong in (Why(""), Why("boring"), Why("junk", "x" * 2_001)):
        with pytest.raises(NoAsideReason):
            put_aside(desk, ids, wrong)
    with pytest.raises(NoCase):
        put_aside(desk, [], JUNK)
    with desk.databases.console.write() as console:
        console.get_one(Case, ids[0]).sides = "hold"
    with pytest.raises(AsideOnHold):
        put_aside(desk, ids, JUNK)
    with desk.databases.console.write() as console:
        console.get_one(Case, ids[0]).sides = ""
    with desk.databases.console.write() as console:
        console.add(CaseClock(case_id=ids[0], kind="mandatory", number=0, due=1, done=1))
    with pytest.raises(NoJunk):
        put_aside(desk, ids, JUNK)
    with desk.databases.console.write() as console:
        console.execute(delete(CaseClock).where(CaseClock.kind == "mandatory"))
    put_aside(desk, ids[:1], JUNK)
    with pytest.raises(AsideAlready):
        put_aside(desk, ids, JUNK)
    assert listed(site) == ids[1:]
    with pytest.raises(NotAllowed):
        take_back(site.desk(late), ids[:1])


def test_days_count_from_the_newest_publication_where_the_clock_is_behind(site: Site) -> None:
    (case_id,) = made(site)
    day = site.desk().today()
    site.console.clock.forward(-20 * 86_400)
    put_aside(site.desk(), [case_id], JUNK)
    with site.console.databases.console.read() as console:
        assert console.scalars(select(PutAside.until)).one() == day + 30


def test_a_case_comes_back_at_the_place_that_priorities_set_meanwhile_give_it(site: Site) -> None:
    (case_id,) = made(site)
    put_aside(site.desk(), [case_id], JUNK)
    with site.console.databases.console.write() as console:
        case = console.get_one(Case, case_id)
        case.liftable, case.priority, case.category = 3, 3, "bribery"
        console.add(StaPeriod(begins=1, ends=9, categories="bribery", reason="new", at=1, by=bytes(16), moved=0))
    take_back(site.desk(), [case_id])
    assert clear_part(site, case_id)["priority"] == 2


def test_undo_is_of_ones_own(site: Site) -> None:
    hana = site.console.add_person("Hana", "handler")
    batch = put_aside(site.desk(), made(site, 2), JUNK)
    with site.console.databases.console.read() as console:
        assert of_batch(console, site.desk(hana), batch) == []
        assert count_of_batch(console, site.desk(hana), batch) == 0
        assert count_of_batch(console, site.desk(), batch) == 2


def test_a_case_that_is_aside_moves_no_further_until_it_is_taken_back(site: Site) -> None:
    (case_id,) = made(site)
    open_case(site.desk(), case_id, "new")
    confirm(site.desk(), case_id, ticked=True)
    put_aside(site.desk(), [case_id], JUNK)
    with pytest.raises(CaseStopped):
        move(site.desk(), case_id, Step("assessing", {}, {}))
    take_back(site.desk(), [case_id])
    move(site.desk(), case_id, Step("assessing", {}, {}))


def test_what_a_reporter_adds_to_junk_is_seen_among_what_is_new(site: Site) -> None:
    reporter = Reporter.new(site)
    site.deliver(reporter.report())
    (case_id,) = made(site, 0)
    put_aside(site.desk(), [case_id], JUNK)
    with site.console.databases.console.write() as console:
        console.get_one(Case, case_id).unread = False
    new = next(view.filters for view in READY if view.name == "New from the reporter")
    assert listed(site, new) == []
    site.deliver(reporter.follow_up("This is no junk."))
    assert listed(site, new) == [case_id]
