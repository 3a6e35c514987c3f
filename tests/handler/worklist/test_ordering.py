"""A case is put elsewhere in the queue with a reason only, which stands sealed in its history."""

import pytest

from handler.cases.records import CaseBox
from handler.cases.tables import Case
from handler.errors import NotAllowed
from handler.lifecycle.history import timeline
from handler.lifecycle.queue import place
from handler.worklist.ordering import NoOrder, NoOrderReason, NotInQueue, orders_of, reorder
from tests.handler.reporters import Reporter, Site
from tests.handler.web.casepages import case_id_of
from tests.handler.worklist.test_assigning import entries

WHY = "canary-41 the hearing is on Monday"


@pytest.mark.parametrize(
    ("priority", "urgency", "pinned", "found"),
    [
        (1, 0, 0, 0), (4, 0, 0, 0), (0, 0, 0, 0),
        (1, 1, 0, 10), (0, 1, 0, 15), (2, 2, 0, 20), (0, 2, 0, 25), (3, 2, 0, 30), (4, 1, 0, 40),
        (4, 2, 1, 1), (1, 0, -1, 90), (1, 0, 1, 0),
    ],
)  # fmt: skip
def test_place(priority: int, urgency: int, pinned: int, found: int) -> None:
    assert place(priority, urgency, pinned) == found


def test_the_reason_is_sealed_in_the_case_and_shown_in_its_history(any_site: Site) -> None:
    site = any_site
    site.deliver(Reporter.new(site).report("x", {"danger": "yes"}))
    case_id, desk = case_id_of(site), site.desk()
    for choice, where in (("top", (1, 0)), ("off", (-1, 90)), ("place", (0, 0))):
        reorder(desk, case_id, choice, f"  {WHY} {choice} ")
        with desk.databases.console.read() as console:
            case = console.get_one(Case, case_id)
            assert (case.pinned, case.place) == where
    with desk.databases.console.read() as console:
        box = CaseBox(case_id, desk.case_key(case_id))
        assert [one.why for one in orders_of(console, box)] == [f"{WHY} {name}" for name in ("place", "off", "top")]
        told = [event.text for event in timeline(console, box, {})]
    assert f"Put off to the end of the queue: {WHY} off" in told
    acts = entries(site, "place in the queue changed")
    assert len(acts) == 3
    assert b"canary" not in b"".join(acts)


def test_the_reason_is_on_the_disk_sealed_only(site: Site) -> None:
    site.deliver(Reporter.new(site).report())
    reorder(site.desk(), case_id_of(site), "top", WHY)
    site.console.databases.close()
    for path in site.console.settings.home.rglob("*"):
        assert path.is_dir() or b"canary-41" not in path.read_bytes(), path


def test_no_change_without_a_reason_a_choice_a_key_or_a_place(site: Site) -> None:
    site.deliver(Reporter.new(site).report())
    case_id, desk = case_id_of(site), site.desk()
    late = site.console.add_person("Late", "supervisor")
    for choice, why, refused in (
        ("top", "  ", NoOrderReason),
        ("top", "x" * 2_001, NoOrderReason),
        ("up", WHY, NoOrder),
        ("place", WHY, NoOrder),  # it is there
    ):
        with pytest.raises(refused):
            reorder(desk, case_id, choice, why)
    with pytest.raises(NotAllowed):
        reorder(site.desk(late), case_id, "top", WHY)
    with desk.databases.console.write() as console:
        console.get_one(Case, case_id).ended = True
    with pytest.raises(NotInQueue):
        reorder(desk, case_id, "top", WHY)
    with desk.databases.console.read() as console:
        assert console.get_one(Case, case_id).pinned == 0
    assert entries(site, "place in the queue changed") == []
