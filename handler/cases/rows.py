"""New rows of cases, gathered while they are sealed and written together in an order that foreign keys allow."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from handler.cases import inforce
from handler.cases.tables import Case, CasePiece, CaseReader, CaseRecord, TakenPost, Thread
from handler.lifecycle.tables import CaseClock, CaseConflict, CaseFact
from handler.publication.tables import Message, Slot

Row = dict[str, Any]


@dataclass
class Rows:
    """Each list holds the columns of one table."""

    cases: list[Row] = field(default_factory=list)
    readers: list[Row] = field(default_factory=list)
    threads: list[Row] = field(default_factory=list)
    records: list[Row] = field(default_factory=list)
    posts: list[Row] = field(default_factory=list)
    pieces: list[Row] = field(default_factory=list)
    messages: list[Row] = field(default_factory=list)
    slots: list[Row] = field(default_factory=list)
    clocks: list[Row] = field(default_factory=list)
    facts: list[Row] = field(default_factory=list)
    conflicts: list[Row] = field(default_factory=list)

    def write(self, console: Session) -> None:
        """Within the caller's transaction. Raises KeyChanged where records are under a key no longer in force."""
        self._guard(console)
        tables = (
            (Case, self.cases),
            (CaseReader, self.readers),
            (Thread, self.threads),
            (CaseRecord, self.records),
            (TakenPost, self.posts),
            (CasePiece, self.pieces),
            (Message, self.messages),
            (Slot, self.slots),
            (CaseClock, self.clocks),
            (CaseFact, self.facts),
            (CaseConflict, self.conflicts),
        )
        for table, rows in tables:
            if rows:
                console.execute(insert(table), rows)
        console.flush()

    def _guard(self, console: Session) -> None:
        """A new case gets the key id of its records; a known one must have it."""
        keys = {row["case_id"]: row["key_id"] for row in self.records}
        for case in self.cases:
            case["key_id"] = keys.pop(case["id"], None)
        for case_id, key_id in keys.items():
            inforce.hold(console, case_id, key_id)
