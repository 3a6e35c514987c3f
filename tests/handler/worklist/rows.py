"""Cases as rows of the database, without keys or words, for tests of the list."""

from typing import Any

from handler.cases.tables import Case, CaseReader
from handler.lifecycle.queue import place
from tests.handler.founded import FoundedConsole, Person


def add_case(console: FoundedConsole, number: int, *readers: Person, **columns: Any) -> bytes:
    """Case PSU-2026-<number>, whose place follows from priority, urgency and pinned; its id."""
    given = {"state": "received", "priority": 0, "urgency": 2, "pinned": 0, "flags": "", "unread": False, **columns}
    case_id = number.to_bytes(16, "big")
    row = Case(
        id=case_id, sequence=number, number=f"PSU-2026-{number:04}", group="psu", status="received", day=20_000,
        place=place(given["priority"], given["urgency"], given["pinned"]), **given,
    )  # fmt: skip
    with console.databases.console.write() as session:
        session.add(row)
        session.flush()
        session.add_all(CaseReader(user_id=reader.user_id, case_id=case_id) for reader in readers)
    return case_id
