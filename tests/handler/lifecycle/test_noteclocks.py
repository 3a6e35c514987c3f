"""Days that stand in a record are due: the next check-in with a reporter, each subject access request."""

from datetime import date

import pytest
from sqlalchemy import select

from handler.lifecycle.outcomes import NotADay
from handler.lifecycle.recording import keep_note
from handler.lifecycle.tables import CaseClock
from handler.times import end_of_day
from tests.handler.lifecycle.test_moving import case_id, hana
from tests.handler.reporters import Site

__all__ = ["case_id", "hana"]
CARE = {"support": "The staff support line.", "risk": "From the manager.", "agreed": "yes", "day": "2026-12-20"}
ASKED = {"from": "Subject 1", "due": "2026-12-30"}


def running(site: Site, case_id: bytes, kind: str) -> list[int]:
    """When those that run are due, the earliest first."""
    with site.console.databases.console.read() as console:
        chosen = select(CaseClock.due).where(CaseClock.case_id == case_id, CaseClock.kind == kind)
        return list(console.scalars(chosen.where(CaseClock.done.is_(None)).order_by(CaseClock.due)))


def until(day: str) -> int:
    return end_of_day(date.fromisoformat(day))


def test_a_check_in_that_is_agreed_has_a_day_and_is_due_on_it(site: Site, case_id: bytes) -> None:
    desk = site.desk()
    with pytest.raises(NotADay):
        keep_note(desk, case_id, "care", {**CARE, "day": ""})
    keep_note(desk, case_id, "care", CARE)
    keep_note(desk, case_id, "care", {**CARE, "day": "2026-12-28"})
    assert running(site, case_id, "care") == [until("2026-12-28")]
    keep_note(desk, case_id, "care", {**CARE, "agreed": "no", "day": ""})
    assert running(site, case_id, "care") == []


def test_an_access_request_runs_until_it_is_answered(site: Site, case_id: bytes) -> None:
    desk = site.desk()
    for due in ("whenever", "", "2020-01-01"):
        with pytest.raises(NotADay):
            keep_note(desk, case_id, "access-request", {**ASKED, "due": due})
    keep_note(desk, case_id, "access-request", ASKED)
    keep_note(desk, case_id, "access-request", {"from": "Subject 2", "due": "2026-12-31"})
    assert running(site, case_id, "access-request") == [until("2026-12-30"), until("2026-12-31")]
    keep_note(desk, case_id, "access-request", {"from": "subject 2", "given": "The file, in part."})
    assert running(site, case_id, "access-request") == [until("2026-12-30")], "of another person, it runs on"
