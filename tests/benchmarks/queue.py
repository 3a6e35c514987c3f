"""The list of cases with 100,000 of them: page times over the whole application, on SQLite and PostgreSQL."""

import gc
import os
import random
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from handler.approvals.tables import Approval
from handler.cases.tables import Case, CaseReader
from handler.lifecycle.clocks import CLOCKS, DAY, HOUR
from handler.lifecycle.queue import place
from handler.lifecycle.states import STATES
from handler.lifecycle.tables import CaseClock, CaseConflict
from tests.benchmarks import report
from tests.benchmarks.console import postgresql, sqlite
from tests.handler.founded import NOW, Browser, FoundedConsole, Person

CASES = 100_000
BATCH = 5_000
ROUNDS = 60
PAGES: Mapping[str, str] = {
    "first page": "/cases",
    "deep page (after 70,000)": "/cases?after=25.70000",
    "a flag that 1 in 100 has": "/cases?flag=conflict",
    "a flag that nobody has": "/cases?flag=senior-leader",
    "two filters at once": "/cases?state=investigating&priority=1",
    "late": "/cases?late=any",
    "late scope reviews": "/cases?late=scope",
    "mine": "/cases?assigned=me",
    "new from the reporter": "/cases?unread=yes&ended=also",
    "closed": "/cases?state=closed&state=retention&ended=only",
}
Row = dict[str, Any]


def run() -> None:
    rows, load = [], os.getloadavg()[0]
    for name, console in (("SQLite", sqlite), ("PostgreSQL", postgresql)):
        with console() as founded:
            rows += measure(name, founded)
    note = (
        f"{CASES:,} cases, 90,000 of them open; the supervisor holds all but 1 in 100, the lead some 40. Signed in by "
        f"the sign-in page; Flask's test client, {ROUNDS} times a page, session, counts of the bar, list and template. "
        "Rows of cases, clocks, readers, conflict checks and 200 approvals are made directly, without keys or sealed "
        "records, which the list does not touch. To reach: 150 ms p95. Load of the machine "
        f"{load:.1f} at the start, {os.getloadavg()[0]:.1f} at the end."
    )
    report.add("Console: the list of 100,000 cases", rows, note)


def measure(database: str, console: FoundedConsole) -> list[report.Row]:
    handler = console.add_person("Hana Handler", "handler")
    lead = console.add_person("Lee Lead", "safeguarding-lead")
    fill(console, Readers(console.supervisor.user_id, handler.user_id, lead.user_id))
    app = console.app()
    gc.freeze()  # as `handler serve` does
    figures: list[report.Row] = []
    for person, pages in ((console.supervisor, PAGES), (lead, {"first page of who holds 40": "/cases"})):
        browser = Browser(app)
        signed_in(browser, person, console)
        figures += [{"database": database, "page": name, **times(browser, path)} for name, path in pages.items()]
    return figures


def signed_in(browser: Browser, person: Person, console: FoundedConsole) -> None:
    console.clock.forward(30)
    answer = browser.sign_in(person, console.clock.now)
    assert answer.status_code == 303


def times(browser: Browser, path: str) -> dict[str, float]:
    """Milliseconds; the first of all is not counted. CPU is this process's, which on SQLite does all the work."""
    taken, busy = [], []
    for _ in range(ROUNDS + 1):
        before, worked = time.perf_counter(), time.process_time()
        answer = browser.get(path)
        taken.append((time.perf_counter() - before) * 1_000)
        busy.append((time.process_time() - worked) * 1_000)
        assert answer.status_code == 200
    del taken[0], busy[0]
    cuts = quantiles(taken, n=20)
    return {"p50 ms": median(taken), "p95 ms": cuts[18], "max ms": max(taken), "CPU p50 ms": median(busy)}


@dataclass(frozen=True)
class Readers:
    """The handler holds every case, the supervisor nearly all, the lead some forty."""

    supervisor: bytes
    handler: bytes
    lead: bytes

    def draw(self, dice: random.Random) -> list[bytes]:
        odds = {self.handler: 1.0, self.supervisor: 0.99, self.lead: 0.0004}
        return [one for one, chance in odds.items() if dice.random() < chance]


def fill(console: FoundedConsole, who: Readers) -> None:
    """The same cases every time."""
    dice = random.Random(1)
    with console.databases.console.write() as session:
        batch: list[Row] = []
        for case in cases(dice, (who.supervisor, who.handler, None)):
            batch.append(case)
            if len(batch) == BATCH:
                _write(session, dice, batch, who)
                batch = []
    with console.databases.console.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as link:
        link.exec_driver_sql("ANALYZE" if link.dialect.name == "sqlite" else "VACUUM ANALYZE")


def cases(dice: random.Random, people: tuple[bytes | None, ...]) -> Iterator[Row]:
    states = list(STATES)
    for sequence in range(1, CASES + 1):
        urgency = dice.choices((0, 1, 2), (1, 9, 90))[0]
        priority = dice.choices((0, 1, 2, 3, 4), (40, 2, 18, 20, 20))[0]
        ended = dice.random() < 0.1
        odds = {"reprisal": 0.2, "pattern": 0.1, "conflict": 0.01}
        flags = [name for name, chance in odds.items() if dice.random() < chance]
        yield {
            "id": dice.randbytes(16), "sequence": sequence, "number": f"PSU-2026-{sequence:06}", "group": "psu",
            "state": dice.choice(states[8:] if ended else states[:8]), "status": "received",
            "day": int(NOW // DAY) - dice.randrange(900), "urgency": urgency,
            "flags": " ".join(["danger-now"] * (urgency == 0) + ["danger-unsure"] * (urgency == 1) + flags),
            "unread": dice.random() < 0.03, "stream": dice.choices(("report", "access-check"), (95, 5))[0],
            "channel": dice.choices(("site", "phone"), (9, 1))[0],
            "category": dice.choice(("", "disclosure", "sexual", "infiltration")), "priority": priority,
            "place": place(priority, urgency), "assigned": dice.choices(people, (1, 39, 60))[0], "sides": "",
            "received": int(NOW), "opened": int(NOW), "due": None if ended else due(dice), "ended": ended,
        }  # fmt: skip


def due(dice: random.Random) -> int:
    return int(NOW) + dice.randrange(-10, 90) * DAY + HOUR


def _write(session: Session, dice: random.Random, batch: list[Row], who: Readers) -> None:
    kinds = [kind for kind in CLOCKS if kind not in ("acknowledge", "acknowledge-limit", "checkin")]
    readers: list[Row] = []
    clocks: list[Row] = []
    checks: list[Row] = []
    asked: list[Row] = []
    for case in batch:
        readers += [{"user_id": one, "case_id": case["id"]} for one in who.draw(dice)]
        for kind in ("acknowledge", "acknowledge-limit", *dice.sample(kinds, 3)):
            ended = kind.startswith("ack") or case["ended"]
            row = {"case_id": case["id"], "kind": kind, "number": 0, "due": case["due"] or due(dice)}
            clocks.append({**row, "done": int(NOW) if ended else None})
        checks.append({"case_id": case["id"], "user_id": who.handler, "outcome": "none", "at": int(NOW), "seen": True})
        if dice.random() < 0.002:
            asked.append(
                {
                    "id": dice.randbytes(16), "act": "move concluding", "case_id": case["id"], "roles": "supervisor",
                    "asked_by": who.handler, "asked_at": int(NOW), "until": int(NOW) + 7 * DAY, "state": "waiting",
                    "answered_by": None, "answered_at": None, "record_id": None,
                }
            )  # fmt: skip
    tables = ((Case, batch), (CaseReader, readers), (CaseClock, clocks), (CaseConflict, checks), (Approval, asked))
    for table, rows in tables:
        if rows:
            session.execute(sa.insert(table), rows)
