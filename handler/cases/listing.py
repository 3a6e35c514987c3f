"""How a person comes to open a case."""

from collections.abc import Sequence

from sqlalchemy import select

from handler.audit.log import record
from handler.cases import inforce, records
from handler.cases.desk import Desk
from handler.cases.records import CaseBox
from handler.cases.renewal import when_due
from handler.cases.tables import Case, CaseOpening, CaseRecord
from handler.errors import Refused
from handler.keys.keyring import case_purpose
from handler.lifecycle import timing
from handler.lifecycle.facts import note

REASONS = {
    "assigned": "I am working on this case",
    "new": "To assess a new report",
    "answer": "To read or write an answer",
    "supervise": "To supervise or check the work on it",
    "other": "Another reason",
}


class NoReason(Refused):
    """Say why you open this case: choose a reason, and write it where none of them fits."""


def may_open(desk: Desk, case_ids: Sequence[bytes]) -> set[bytes]:
    """Those whose key is wrapped to this person."""
    with desk.keyring() as keyring:
        return {case_id for case_id in case_ids if desk.unlocked.user_id in keyring.holders(case_purpose(case_id))}


def has_reason(desk: Desk, case_id: bytes) -> bool:
    """Whether this person has said today why they open the case."""
    with desk.databases.console.read() as console:
        chosen = select(CaseOpening.id).where(
            CaseOpening.case_id == case_id,
            CaseOpening.user_id == desk.unlocked.user_id,
            CaseOpening.day == desk.today(),
        )
        return console.scalars(chosen).first() is not None


def open_case(desk: Desk, case_id: bytes, reason: str, words: str = "") -> None:
    """Keeps why a person opens a case; typed words are sealed. Raises NoReason, NotAllowed, KeyChanged."""
    words = words.strip()
    if reason not in REASONS or (reason == "other" and not words):
        raise NoReason
    when_due(desk, case_id)
    box = CaseBox(case_id, desk.case_key(case_id))
    if has_reason(desk, case_id):
        return
    opening_id, now = desk.random(16), desk.now()
    with desk.databases.console.write() as console:
        case = console.get_one(Case, case_id)
        if case.opened is None:
            case.opened = now
            timing.opened(console, case, desk.settings.deadlines, now)
        note(console, case_id, ["justification"], by=desk.unlocked.user_id, now=now, record_id=opening_id)
        console.add(
            CaseOpening(id=opening_id, case_id=case_id, user_id=desk.unlocked.user_id, day=desk.today(), reason=reason)
        )
        if words:
            inforce.hold(console, case_id, box.key_id)
            row = box.row(opening_id, records.REASON, words.encode(), position=0, day=desk.today())
            console.add(CaseRecord(**row))
        record(console, desk.unlocked, "case opened", case_id, clock=desk.clock, reason=reason)
