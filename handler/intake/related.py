"""A linked case, opened by the unit itself from one that is there: for reprisal, or for a failure of management.

Whoever was kept out of the first case is kept out of this one, and its key goes to nobody who lacks that of the first,
nor to whom the unit names as who must not see it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crypto import compactjson
from crypto.calendar import day_of
from handler.audit.log import record
from handler.cases.desk import Desk
from handler.cases.inforce import KeyChanged
from handler.cases.records import CaseBox
from handler.cases.rows import Rows
from handler.cases.sharing import RESTRICTED
from handler.cases.tables import Case
from handler.errors import NotAllowed, Refused
from handler.identity.roles import HANDLER, SUPERVISOR
from handler.intake.circle import Circle
from handler.intake.entering import TRIES, Busy, Entered, check_new, write
from handler.intake.linking import RECORD, RELATED
from handler.intake.newcases import Draft, Maker, wrap_keys
from handler.intake.questions import KEEP_FROM, WHAT, Given, keep_texts, report_of
from handler.intake.tables import CaseLink
from handler.intake.words import throw_away_code
from handler.keys.keyring import case_purpose
from handler.lifecycle import conflict
from handler.lifecycle.acts import keep
from handler.lifecycle.states import STOPPED_BY, CaseStopped
from handler.lifecycle.tables import KEPT_OUT, CaseConflict

CHANNEL = "own"
REPRISAL, MANAGEMENT = "reprisal", "management"
GROUNDS: Mapping[str, str] = {
    REPRISAL: "Somebody is punished, or made to suffer, for reporting",
    MANAGEMENT: "Someone in charge knew and did nothing, or not enough",
}
FLAGS: Mapping[str, str] = {REPRISAL: "reprisal-done", MANAGEMENT: "manager-knew"}
ABOUT: Mapping[str, tuple[str, ...]] = {REPRISAL: ("punished",)}
"""What the questionnaire calls it, where it does."""


class NoGround(Refused):
    """Say what the new case is about: reprisal, or a failure of management."""


@dataclass(frozen=True)
class Related:
    """What was filled in. `form`: 16 bytes, as of `entering.Entry`; `words`: what happened, in the unit's own words;
    `keep_from`: who must not see it."""

    form: bytes
    ground: str
    words: str
    keep_from: str = ""


def open_related(desk: Desk, first_id: bytes, related: Related) -> Entered:
    """Makes the case, linked to the first one. Raises NoGround, NotAnswered, CaseStopped, EnteredAlready, Busy,
    NotAllowed."""
    if not desk.unlocked.may(HANDLER, SUPERVISOR):
        raise NotAllowed
    if related.ground not in GROUNDS:
        raise NoGround
    given = {WHAT: Given(text=related.words), "about": Given(ABOUT.get(related.ground, ()))}
    given[KEEP_FROM] = Given(text=related.keep_from)
    report = report_of(given)
    keep_texts(desk.settings)
    code = throw_away_code(desk)
    made = code.first_report(desk, report, day=day_of(desk.now()), channel=CHANNEL, with_words=False)
    for _ in range(TRIES):
        box = CaseBox(first_id, desk.case_key(first_id))
        with desk.databases.console.read() as console:
            check_new(console, related.form)
            maker = Maker(desk, _within(console, desk, first_id), Rows())
        draft = maker.draft(made)
        draft = replace(draft, flags=tuple(sorted({*draft.flags, FLAGS[related.ground]})))
        wrap_keys(maker, [draft])  # a key whose case never follows is destroyed later
        try:
            with desk.databases.console.write() as console:
                first = console.get_one(Case, first_id, with_for_update=True)
                if not STOPPED_BY.isdisjoint(first.sides.split()):
                    raise CaseStopped
                _check_holders(desk, maker, first_id)
                maker.rows.conflicts[:] = _kept_out(console, first_id, draft, maker.rows.conflicts)
                number = write(console, maker, draft, related.form)
                _tie(console, desk, box, draft.case_id, related)
        except (IntegrityError, KeyChanged):  # the same number or form was taken, or a key, at the same moment
            continue
        return Entered(draft.case_id, number, draft.flags)
    raise Busy


def _within(console: Session, desk: Desk, first_id: bytes) -> Circle:
    """Those who would read a new case and can open the first one."""
    with desk.keyring() as keyring:
        held = keyring.holders(case_purpose(first_id))
    circle = Circle.of(console)
    return replace(
        circle,
        readers=[reader for reader in circle.readers if reader.id in held],
        hand_on=circle.hand_on & held,
        deciders=[decider for decider in circle.deciders if decider.id in held],
    )


def _check_holders(desk: Desk, maker: Maker, first_id: bytes) -> None:
    """The first case's row is locked: its holders stay as they are. Raises KeyChanged."""
    with desk.keyring() as keyring:
        held = keyring.holders(case_purpose(first_id))
    if not {reader["user_id"] for reader in maker.rows.readers} <= held:
        raise KeyChanged


def _kept_out(
    console: Session, first_id: bytes, draft: Draft, named: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Whom the new case itself names, and who is kept out of the first; who stepped out there did so for good."""
    rows = {one["user_id"]: dict(one) for one in named}
    out = conflict.kept_out(console, first_id)
    for row in console.scalars(select(CaseConflict).where(CaseConflict.case_id == first_id)):
        if row.user_id in out and (row.outcome in KEPT_OUT or row.user_id not in rows):
            kept = {"outcome": row.outcome, "at": row.at, "seen": True}
            rows[row.user_id] = {"case_id": draft.case_id, "user_id": row.user_id, **kept}
    return list(rows.values())


def _tie(console: Session, desk: Desk, box: CaseBox, case_id: bytes, related: Related) -> None:
    first, made = console.get_one(Case, box.case_id), console.get_one(Case, case_id)
    if RESTRICTED in first.sides.split():
        made.sides = RESTRICTED
    said = {"kind": RELATED, "reason": GROUNDS[related.ground], "asked": "", "answered": ""}
    keep(console, desk, box, RECORD, compactjson.encode(said))
    console.add(CaseLink(case_id=made.id, into_id=first.id, kind=RELATED, at=desk.now(), by=desk.unlocked.user_id))
    for case, other, act in ((first, made, "linked case opened"), (made, first, "opened from another case")):
        record(console, desk.unlocked, act, case.id, clock=desk.clock, other=other.number)
