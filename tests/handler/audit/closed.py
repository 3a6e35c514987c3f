"""Closed cases as rows, for what auditors draw and count."""

from datetime import UTC, date, datetime
from itertools import count

from handler.cases.tables import Case
from handler.lifecycle.tables import CaseMove
from tests.handler.founded import FoundedConsole

CANARY = "Quixwold"
DAY = 24 * 3600
numbers = count(1)


def closed_cases(console: FoundedConsole, many: int, flags: str = "", days_ago: int = 10) -> list[bytes]:
    """Cases as the tables have them after their closing."""
    ids = []
    now = int(console.clock.now)
    with console.databases.console.write() as session:
        for _ in range(many):
            number = next(numbers)
            case_id = number.to_bytes(16)
            ids.append(case_id)
            session.add(
                Case(
                    id=case_id, sequence=1000 + number, number=f"PSU-2026-{1000 + number}", group="psu", state="closed",
                    status="closed", day=20_000, urgency=3, flags=flags, unread=False, ended=True,
                )
            )  # fmt: skip
            session.flush()
            session.add(
                CaseMove(
                    case_id=case_id, position=1, at=now - days_ago * DAY, by=b"somebody elses--", role="supervisor",
                    start="concluding", end="closed", record_id=None,
                )
            )  # fmt: skip
    return ids


def day(console: FoundedConsole, back: int = 0) -> date:
    return datetime.fromtimestamp(console.clock.now - back * DAY, UTC).date()


# --- no text ---------------------------------------------------------------------------------------------------------
