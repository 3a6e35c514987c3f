"""What was put aside as junk is destroyed on its day, unless somebody wants it still."""

import json

import pytest
from sqlalchemy import select

from crypto.calendar import epoch_of
from handler.cases.tables import Case, Thread
from handler.intake.linking import link
from handler.intake.tables import HeldPost
from handler.keys.keyring import case_purpose
from handler.keys.tables import Wrap
from handler.lifecycle.tables import CaseMove
from handler.oversight.hold import set_hold
from handler.pickup.cycle import run_cycle
from handler.worklist.aside import YoursAlready, agree, put_aside, take_back
from tests.handler.intake.test_linking import LOST, case_ids, look
from tests.handler.reporters import Reporter, Site, noise
from tests.handler.worklist.test_aside import JUNK
from tests.handler.worklist.test_assigning import entries

DAY = 86_400


def decided_on(case_id: bytes, by: bytes) -> CaseMove:
    return CaseMove(case_id=case_id, position=0, at=1, by=by, role="supervisor", start="decision", end="investigating")


def test_junk_is_destroyed_on_its_day_with_what_was_merged_into_it_and_what_is_wanted_stays(any_site: Site) -> None:
    site, databases = any_site, any_site.console.databases
    hana = site.console.add_person("Hana Handler", "handler")
    reporters = [Reporter.new(site) for _ in range(12)]
    for reporter in reporters:
        site.deliver(reporter.report())
    junk, merged, read_since, taken, held, under_hold, added, sealed, late, alone, waits, decided = case_ids(site)
    look(site, junk, merged, held, under_hold)
    link(site.desk(), merged, junk, LOST)
    link(site.desk(), under_hold, held, LOST)
    agreed = [junk, read_since, taken, held, added, sealed, waits, decided]
    put_aside(site.desk(), [*agreed, alone], JUNK)
    with pytest.raises(YoursAlready):
        agree(site.desk(), agreed)
    assert (agree(site.desk(hana), agreed), agree(site.desk(hana), agreed)) == (8, 0)
    take_back(site.desk(), [taken])
    set_hold(site.desk(), under_hold, "A court wants it.")
    site.deliver(reporters[2].follow_up("Buy now."), reporters[6].follow_up("This is no junk."))
    assert agree(site.desk(hana), agreed) == 2, "who agreed did not know of what came after"
    site.drop.take(noise(site))
    with databases.console.write() as console:
        console.get_one(Case, read_since).unread = False
        words = console.scalars(select(Thread.key).where(Thread.case_id == waits)).one()
        console.add(HeldPost(id=bytes(32), thread_key=words, epoch=epoch_of(site.drop.today), day=1, raw=b""))
        console.add(decided_on(decided, hana.user_id))
        console.get_one(Case, sealed).sides += " images"
    told = {at: reporters[at].told() for at in (0, 1, 2)}
    assert all(told.values())
    site.console.clock.forward(31 * DAY)
    put_aside(site.desk(), [late], JUNK)
    agree(site.desk(hana), [late])
    site.cycle()
    assert len(case_ids(site)) == 12, "a clock that jumps ahead destroys nothing"
    site.cycle()
    assert len(case_ids(site)) == 12, "what nobody has opened may be of any case"
    site.drop.down = True
    site.cycle()
    assert site.open().not_addressed == 1
    site.cycle()
    site.drop.down = False
    site.cycle()  # one that finds the drop again
    run_cycle(databases, site.console.settings, site.drop, 0, site.console.clock, first=True)
    assert len(case_ids(site)) == 12, "the drop may have something that belongs to it"
    site.cycle()
    assert case_ids(site) == [taken, held, under_hold, added, sealed, late, alone, waits, decided]
    with databases.keyring.read() as wraps:
        keys = set(wraps.scalars(select(Wrap.purpose).where(Wrap.purpose.startswith("case "))))
    assert keys == {case_purpose(case_id) for case_id in case_ids(site)}
    gone = [json.loads(entry) for entry in entries(site, "case destroyed")]
    assert {entry["facts"]["number"] for entry in gone} == {f"PSU-2026-000{n}" for n in (1, 2, 3)}
    assert {(entry["actor"], entry["facts"]["reason"]) for entry in gone} == {("console", "junk")}
    assert {at: reporters[at].told() for at in told} == told, "the board does not change before its time"
