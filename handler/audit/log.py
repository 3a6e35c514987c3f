"""Appending to the audit chain: every act of a person or of the console itself, reading included."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import compactjson
from crypto.audit import next_head
from crypto.suite import Random
from handler.audit.tables import AuditEntry, AuditHead
from handler.keys.unlocked import Unlocked

SYSTEM = "console"
"""The actor of what the console does by itself: pickup, publication, destruction of old keys."""

Fact = str | int | bool | list[str]
"""What an entry may tell besides who, what and which case. Never words or names from a report, or a secret."""


@dataclass(frozen=True)
class Appended:
    """Where the chain stands after an act."""

    number: int
    head: bytes  # 32


def record(
    session: Session,
    actor: Unlocked | bytes | str,
    act: str,
    case: bytes | None = None,
    *,
    clock: Callable[[], float] = time.time,
    random: Random = os.urandom,
    **facts: Fact,
) -> Appended:
    """Appends an act to the chain, within the caller's writing transaction on the console database.

    `actor` is the signed-in person, a user's id (16 bytes), or SYSTEM. `act` is a few plain words: "case opened".
    """
    entry = {
        "salt": random(16).hex(),  # spec: 10.4
        "time": int(clock()),
        "actor": _actor(actor),
        "act": act,
        "case": case.hex() if case else "",
        "facts": facts,
    }
    raw = compactjson.encode(entry)
    # The lock makes writers on PostgreSQL wait for each other; on SQLite the transaction itself has done so.
    newest = select(AuditHead).where(AuditHead.id == 1).with_for_update().execution_options(populate_existing=True)
    head = session.scalars(newest).one()
    head.number, head.head = head.number + 1, next_head(head.head, head.number + 1, raw)
    session.add(AuditEntry(number=head.number, entry=raw, head=head.head, **searched(entry)))
    session.flush()
    return Appended(head.number, head.head)


def searched(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The columns beside an entry, by which the audit is searched."""
    return {"time": entry["time"], "actor": entry["actor"], "act": entry["act"], "case_id": entry["case"]}


def _actor(actor: Unlocked | bytes | str) -> str:
    if isinstance(actor, Unlocked):
        return actor.user_id.hex()
    return actor.hex() if isinstance(actor, bytes) else actor


def current_head(session: Session) -> Appended:
    """Where the chain stands."""
    head = session.scalars(select(AuditHead).where(AuditHead.id == 1)).one()
    return Appended(head.number, head.head)
