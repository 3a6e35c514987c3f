"""Clocks of before the table: those that do not apply to the state of their case end, and triage waits with it."""

from pathlib import Path

from alembic import command
from sqlalchemy import Connection, column, insert, select, table
from sqlalchemy.engine import Engine

from handler.cases.tables import Case
from handler.database import alembic_config, make_engine
from handler.lifecycle.tables import CaseClock


def upgrade(engine: Engine, to: str) -> None:
    with engine.begin() as link:
        command.upgrade(alembic_config("console", link), to)


def add(link: Connection, number: int, state: str, *kinds: str) -> None:
    """A case with clocks as they were before, due at 100, 101 and so on."""
    case_id = bytes([number]) * 16
    row = {
        "id": case_id, "sequence": number, "number": str(number), "group_name": "psu", "state": state, "status": "",
        "day": 1, "urgency": 2, "flags": "", "unread": False, "stream": "report", "channel": "site", "category": "",
        "priority": 0, "place": 0, "pinned": 0, "sides": "", "received": 0, "due": 1, "ended": False,
        "renew_key": False,
    }  # fmt: skip
    link.execute(insert(table("cases", *map(column, row))).values(row))
    for place, kind in enumerate(kinds):
        clock = {"case_id": case_id, "kind": kind, "number": 0, "due": 100 + place}
        link.execute(insert(table("case_clocks", *map(column, clock))).values(clock))


def test_clocks_that_do_not_apply_end_and_triage_stands_still(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'older.db'}")
    upgrade(engine, "0017")
    with engine.begin() as link:
        add(link, 1, "concluding", "scope", "update", "feedback")
        add(link, 2, "awaiting", "triage", "no-reply")
        add(link, 3, "closed", "checkin", "retention")
        add(link, 4, "assessing", "retention", "checkin", "triage")
    upgrade(engine, "head")
    with engine.connect() as link:
        clocks = link.execute(select(CaseClock.case_id, CaseClock.kind, CaseClock.done, CaseClock.waits)).all()
        due = dict(link.execute(select(Case.sequence, Case.due)).all())
    engine.dispose()
    assert {(row.case_id[0], row.kind) for row in clocks if row.done is not None} == {
        (1, "scope"), (1, "update"), (4, "retention"), (4, "checkin"),
    }  # fmt: skip
    assert {(row.case_id[0], row.kind) for row in clocks if row.waits is not None} == {(2, "triage")}
    assert due == {1: 102, 2: 101, 3: 100, 4: 102}
