"""The audit as JSON lines for a log server (SIEM): one entry a line, resumable by number, an act of its own.

Each line is one JSON object with these members, in this order:

    number   integer, from 1, without gaps
    time     RFC 3339 in UTC, to the second
    actor    the name of the person, or "console" for what the console does by itself
    actor_id the person's id, 32 hex digits: names can be alike over the years; "" for the console
    act      what was done, a few plain words such as "case opened"
    case     the case's number; its id in hex where the case was destroyed; "" where it is about none
    facts    object of strings, numbers, booleans and lists of strings; never words from a report
    head     the chain's head with this entry, 64 hex digits (SPEC 10.4)

Whoever keeps the newest number and head can have the console's chain checked against it:
`handler audit verify --expect NUMBER:HEAD`.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import compactjson
from handler.audit.entries import Names, names_for
from handler.audit.log import SYSTEM, current_head, record
from handler.audit.tables import AuditEntry
from handler.database import Database
from handler.keys.unlocked import Unlocked
from handler.services import Clock

AT_ONCE = 1000
MEMBERS = ("number", "time", "actor", "actor_id", "act", "case", "facts", "head")


def begin(console: Session, actor: Unlocked | str, since: int, clock: Clock, how: str) -> int:
    """Notes the export in the chain; the number of the newest entry that belongs to it, the one before this note."""
    until = current_head(console).number
    record(console, actor, "audit exported", clock=clock, since=since, until=until, how=how)
    return until


def lines(database: Database, since: int, until: int) -> Iterator[str]:
    """The entries after `since` up to `until`, each with its newline. A thousand are held at a time."""
    while since < until:
        with database.read() as console:
            chosen = select(AuditEntry).where(AuditEntry.number > since, AuditEntry.number <= until)
            rows = console.scalars(chosen.order_by(AuditEntry.number).limit(AT_ONCE)).all()
            names = names_for(console, [row.case_id for row in rows if row.case_id])
        if not rows:
            return
        since = rows[-1].number
        yield from (line(row, names) for row in rows)


def line(row: AuditEntry, names: Names) -> str:
    """One entry. Everything but the names comes from what the chain covers."""
    entry: Any = compactjson.decode(row.entry)
    person = entry["actor"] != SYSTEM
    value = {
        "number": row.number,
        "time": datetime.fromtimestamp(entry["time"], UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "actor": names.people.get(entry["actor"], entry["actor"]),
        "actor_id": entry["actor"] if person else "",
        "act": entry["act"],
        "case": names.cases.get(entry["case"], entry["case"]),
        "facts": entry["facts"],
        "head": row.head.hex(),
    }
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
