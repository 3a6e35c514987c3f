"""A case is merged into an earlier one: the same report twice, or the same reporter whose earlier words were lost.

What moves is the conversation: the reporter's posts are sealed into the earlier case, after its own and with their
kinds and days, and so are the replies, open tasks and the ways back to the reporter. What people recorded of the newer
case (assessment, steps, notes) stays in it, to be read only: a later assessment would silently replace the earlier.

A case has one way back that is in force. With lost words it is the newer one, and nothing more goes to the older words:
what waited for them is not sent, and the page says so. The same report from two people who both have words is only
marked in both cases: each goes on being answered in their own, and neither learns of the other.

There is no way back, so both keys, an opened earlier case, a reason, and for lost words a challenge are asked first.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import compactjson
from handler.audit.log import record
from handler.cases.desk import Desk
from handler.cases.records import CaseBox, decode_object
from handler.cases.replies import has_words
from handler.cases.sharing import RESTRICTED
from handler.cases.tables import Case, CaseRecord
from handler.errors import NotAllowed, Refused
from handler.identity.roles import HANDLER, SUPERVISOR
from handler.intake import latecomers
from handler.intake.merging import MERGED, merge
from handler.intake.tables import CaseLink
from handler.keys.keyring import case_purpose
from handler.lifecycle import conflict
from handler.lifecycle.acts import keep
from handler.lifecycle.states import STOPPED_BY, CaseStopped

SAME_REPORT, LOST_WORDS = "same-report", "lost-words"
KINDS = {
    SAME_REPORT: "The same report, twice",
    LOST_WORDS: "The same reporter, whose earlier words were lost",
}
RELATED = "related"
"""Of a case that was opened from another (`related`). Nobody chooses it for two cases that are there already."""

RECORD = "link"
MOST = 5_000  # characters of one answer


class NotAKind(Refused):
    """Say how the two cases belong together."""


class NoReason(Refused):
    """Say why you are sure, in at most 5,000 characters."""


class NoChallenge(Refused):
    """Write down what was asked that only the writer of the first report can know, and what was answered."""


class NotEarlier(Refused):
    """A case is linked to an earlier one of the same group. Open the newer of the two, and link it from there."""


class NotOpened(Refused):
    """Open the earlier case first and say that you have no conflict there."""


class KeptOut(Refused):
    """Somebody who can open the earlier case is kept out of this one. Take the earlier case away from them first."""


class ForFewer(Refused):
    """This case is restricted, and others can open the earlier one. Restrict that one to the same people first."""


class LinkedAlready(Refused):
    """These two cases are linked already."""


@dataclass(frozen=True)
class Claim:
    """What the person who links two cases says. It tells of the earlier report, and is sealed in that case alone."""

    kind: str
    reason: str
    asked: str = ""
    answered: str = ""


@dataclass(frozen=True)
class Pointer:
    """How a case hangs together with another. `merged`: that one goes on and this one is over, or the reverse."""

    kind: str
    at: int
    case_id: bytes
    number: str
    earlier: bool  # the other is the earlier
    merged: bool


@dataclass(frozen=True)
class Linked:
    """What came of it. `unsent`: replies that waited for the older words."""

    merged: bool
    unsent: int


def link(desk: Desk, newer_id: bytes, earlier_id: bytes, claim: Claim) -> Linked:
    """Raises NotAllowed without both keys, CaseStopped, and the errors of this module."""
    if not desk.unlocked.may(HANDLER, SUPERVISOR):
        raise NotAllowed
    boxes = _boxes(desk, newer_id, earlier_id)
    _check_claim(claim)
    if not conflict.checked(desk, earlier_id):
        raise NotOpened
    with desk.keyring() as keyring:
        holders = keyring.holders(case_purpose(earlier_id))
    latecomers.meet(desk, newer_id, holders)
    with desk.databases.write_both() as (console, wraps):
        for case_id in sorted({newer_id, earlier_id}):  # in one order, so that nobody waits for each other
            console.get_one(Case, case_id, with_for_update=True)
        newer, earlier = console.get_one(Case, newer_id), console.get_one(Case, earlier_id)
        _check_cases(console, newer, earlier)
        merges = claim.kind == LOST_WORDS or not (has_words(console, newer_id) and has_words(console, earlier_id))
        unsent = 0
        if merges:
            keyring = desk.keyring_in(wraps)
            holders = keyring.holders(case_purpose(earlier_id))
            if conflict.kept_out(console, newer_id) & holders:
                raise KeptOut
            if RESTRICTED in newer.sides.split() and not holders <= keyring.holders(case_purpose(newer_id)):
                raise ForFewer
            unsent = merge(console, desk, *boxes, lost=claim.kind == LOST_WORDS)
        _remember(console, desk, boxes, claim, merges=merges)
    return Linked(merges, unsent)


def pointers(console: Session, case_id: bytes) -> list[Pointer]:
    """Every link of a case, to the earlier one first."""
    chosen = select(CaseLink).where((CaseLink.case_id == case_id) | (CaseLink.into_id == case_id))
    found = []
    for row in console.scalars(chosen.order_by(CaseLink.at)):
        newer, earlier = console.get_one(Case, row.case_id), console.get_one(Case, row.into_id)
        other = earlier if newer.id == case_id else newer
        merged = MERGED in newer.sides.split()
        found.append(Pointer(row.kind, row.at, other.id, other.number, other is earlier, merged))
    return sorted(found, key=lambda pointer: not pointer.earlier)


def claims(console: Session, box: CaseBox) -> list[Claim]:
    """What was said when later cases were linked to this one, as sealed in it."""
    chosen = select(CaseRecord).where(CaseRecord.case_id == box.case_id, CaseRecord.kind == RECORD)
    opened = (decode_object(box.open(row)) for row in console.scalars(chosen.order_by(CaseRecord.position)))
    return [Claim(str(o["kind"]), str(o["reason"]), str(o["asked"]), str(o["answered"])) for o in opened]


def _boxes(desk: Desk, newer_id: bytes, earlier_id: bytes) -> tuple[CaseBox, CaseBox]:
    newer, earlier = CaseBox(newer_id, desk.case_key(newer_id)), CaseBox(earlier_id, desk.case_key(earlier_id))
    return newer, earlier


def _check_claim(claim: Claim) -> None:
    if claim.kind not in KINDS:
        raise NotAKind
    if not claim.reason.strip() or len(claim.reason) > MOST:
        raise NoReason
    told = (claim.asked, claim.answered)
    if claim.kind == LOST_WORDS and any(not text.strip() or len(text) > MOST for text in told):
        raise NoChallenge


def _check_cases(console: Session, newer: Case, earlier: Case) -> None:
    if newer.sequence <= earlier.sequence or newer.group != earlier.group:
        raise NotEarlier
    if not STOPPED_BY.isdisjoint({*newer.sides.split(), *earlier.sides.split()}):
        raise CaseStopped
    if console.get(CaseLink, newer.id) is not None:
        raise LinkedAlready


def _remember(console: Session, desk: Desk, both: tuple[CaseBox, CaseBox], claim: Claim, *, merges: bool) -> None:
    newer, earlier = (console.get_one(Case, box.case_id) for box in both)
    said = {"kind": claim.kind, "reason": claim.reason, "asked": claim.asked, "answered": claim.answered}
    keep(console, desk, both[1], RECORD, compactjson.encode(said))  # who holds the newer may be kept out of the earlier
    by = desk.unlocked.user_id
    console.add(CaseLink(case_id=newer.id, into_id=earlier.id, kind=claim.kind, at=desk.now(), by=by))
    acts = ("merged into an earlier case", "a later case merged in") if merges else ("linked to an earlier case",) * 2
    for case, other, act in ((newer, earlier, acts[0]), (earlier, newer, acts[1])):
        record(console, desk.unlocked, act, case.id, clock=desk.clock, kind=claim.kind, other=other.number)
