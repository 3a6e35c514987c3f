"""A merged case and the case that it went into are destroyed together."""

import pytest
from sqlalchemy import func, select

from handler.approvals.carrying import carry
from handler.approvals.tables import Approval
from handler.cases.tables import Case, CaseRecord, Thread
from handler.intake.linking import link
from handler.keys.tables import Wrap
from handler.oversight import destruction, hold
from handler.oversight.tables import DestroyedCase
from tests.handler.intake.test_linking import LOST, case_ids, contents, look
from tests.handler.oversight.test_oversight import WHY, answer, in_review, people_of
from tests.handler.reporters import Reporter, Site
from tests.handler.web.casepages import browser_of


def test_what_was_merged_into_a_case_is_destroyed_with_it_and_not_without_it_or_under_a_hold(any_site: Site) -> None:
    site = any_site
    tess, ann = people_of(site)
    site.deliver(Reporter.new(site).report("I lost my words."))
    site.deliver(Reporter.new(site).report("I lost them again."))
    ids = case_ids(site)
    look(site, *ids)
    for earlier, newer in ((1, 2), (0, 1)):
        link(site.desk(), ids[newer], ids[earlier], LOST)
    hold.set_hold(site.desk(), ids[2], WHY)
    in_review(site)
    for merged in ids[1:]:
        with pytest.raises(destruction.GoesWithAnother):
            destruction.ask(site.desk(ann), merged, "period-over")
    with pytest.raises(hold.UnderHold):
        destruction.ask(site.desk(ann), ids[0], "period-over")
    page = browser_of(site, ann).get("/oversight").text
    assert "PSU-2026-0002, PSU-2026-0003, merged into it" in " ".join(page.split())
    assert page.count("Legal hold</strong>") == 1
    hold.ask_lift(site.desk(), ids[2], "It has ended.")
    answer(site, tess)
    destruction.ask(site.desk(ann), ids[0], "period-over")
    hold.set_hold(site.desk(), ids[1], WHY)
    with pytest.raises(hold.UnderHold):
        answer(site, site.console.supervisor)
    assert len(contents(site, ids[0])) == 3
    hold.ask_lift(site.desk(), ids[1], "It has ended.")
    with site.console.databases.console.read() as console:
        waiting = {
            one.act.split()[0]: one for one in console.scalars(select(Approval).where(Approval.state == "waiting"))
        }
    carry(site.desk(tess), waiting["hold-lift"])
    carry(site.desk(), waiting["destroy"])
    with site.console.databases.console.read() as console, site.console.databases.keyring.read() as keyring:
        for table in (Case, CaseRecord, Thread):
            assert console.scalar(select(func.count()).select_from(table)) == 0
        assert keyring.scalars(select(Wrap.holder).where(Wrap.purpose.startswith("case "))).all() == []
        assert set(console.scalars(select(DestroyedCase.number))) == {f"PSU-2026-000{n}" for n in (1, 2, 3)}
