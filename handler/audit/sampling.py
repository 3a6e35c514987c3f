"""A random sample of closed cases for review (HMICFRS, assurance of safeguarding): drawn so that anyone can repeat it.

All closed cases of the period with a safeguarding flag or a referral are in it, and so many others: those whose
SHA-256(seed || case id) is smallest. The seed is drawn anew each time and stands in the audit with the draw, so drawing
until one likes the result is seen. Cases that the reviewer had any part in are left out.
"""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import CompoundSelect, func, select, union
from sqlalchemy.orm import Session

from crypto.suite import Random
from handler.audit.log import record
from handler.audit.tables import AuditSample, AuditSampleCase
from handler.cases.tables import Case, CaseOpening
from handler.errors import Refused
from handler.keys.unlocked import Unlocked
from handler.lifecycle.states import CLOSED
from handler.lifecycle.tables import CaseConflict, CaseFact, CaseMove, CaseTask
from handler.publication.tables import Message
from handler.safeguarding import rules as safeguarding
from handler.safeguarding.tables import Referral
from handler.services import Clock
from handler.times import end_of_day

MOST = 500
EPOCH = date(1970, 1, 1).toordinal()

FINDINGS = {
    "in-order": "In order",
    "not-recorded": "Something was not recorded",
    "late": "Something was done too late",
    "decision": "The decision needs another look",
    "serious": "Serious: for the head of the unit",
}
"""What a review can find: a word and no text, so that nothing of a case is written down in clear."""


class BadPeriod(Refused):
    """The last day of the period is before its first. Change one of them."""


class BadSize(Refused):
    """Draw between 0 and 500 cases, besides those with a safeguarding flag."""


class NoSuchFinding(Refused):
    """Choose what the review found."""


class NotYourSample(Refused):
    """Another auditor drew this sample, or the case is not in it. Draw one of your own."""


@dataclass(frozen=True)
class Candidate:
    """A closed case, as a draw sees it."""

    id: bytes
    number: str
    closed: int  # unix seconds
    safeguarding: bool


@dataclass(frozen=True)
class Wanted:
    """The period in days of the UK, both included, and how many besides those with a safeguarding flag."""

    first: date
    last: date
    size: int

    def check(self) -> None:
        """Raises BadPeriod, BadSize."""
        if self.last < self.first:
            raise BadPeriod
        if not 0 <= self.size <= MOST:
            raise BadSize


def choose(candidates: Sequence[Candidate], seed: bytes, size: int) -> list[Candidate]:
    """The draw: every case with a safeguarding flag, then `size` others; the order is that of the hashes."""

    def place(one: Candidate) -> bytes:
        return sha256(seed + one.id).digest()

    ordered = sorted(candidates, key=place)
    flagged = [one for one in ordered if one.safeguarding]
    return flagged + [one for one in ordered if not one.safeguarding][:size]


def candidates(session: Session, wanted: Wanted, reviewer: bytes) -> list[Candidate]:
    """Closed cases of the period that the reviewer had no part in. A case closed twice counts by its last closing."""
    closed = func.max(CaseMove.at)
    chosen = (
        select(Case.id, Case.number, Case.flags, closed.label("closed"))
        .join(CaseMove, CaseMove.case_id == Case.id)
        .where(CaseMove.end == CLOSED, Case.ended.is_(True), Case.id.not_in(_own(reviewer)))
        .group_by(Case.id, Case.number, Case.flags)
        .having(closed > end_of_day(wanted.first) - 24 * 3600, closed <= end_of_day(wanted.last))
    )
    rows = session.execute(chosen).all()
    referred = set(session.scalars(select(Referral.case_id)))
    return [
        Candidate(row.id, row.number, row.closed, row.id in referred or safeguarding.starts_clock(row.flags.split()))
        for row in rows
    ]


def _own(reviewer: bytes) -> CompoundSelect[tuple[bytes]]:
    """Ids of the cases that somebody opened, moved, recorded in, answered, worked on, or declared a conflict in."""
    return union(
        select(Case.id).where(Case.assigned == reviewer),
        select(CaseOpening.case_id).where(CaseOpening.user_id == reviewer),
        select(CaseMove.case_id).where(CaseMove.by == reviewer),
        select(CaseFact.case_id).where(CaseFact.by == reviewer),
        select(CaseConflict.case_id).where(CaseConflict.user_id == reviewer),
        select(CaseTask.case_id).where((CaseTask.by == reviewer) | (CaseTask.done_by == reviewer)),
        select(Message.case_id).where(Message.author == reviewer),
    )


def draw(console: Session, unlocked: Unlocked, wanted: Wanted, clock: Clock, random: Random = os.urandom) -> bytes:
    """Draws and keeps a sample; its id. Raises BadPeriod, BadSize."""
    wanted.check()
    sample_id, seed = random(16), random(32)
    found = candidates(console, wanted, unlocked.user_id)
    drawn = choose(found, seed, wanted.size)
    console.add(
        AuditSample(
            id=sample_id, by=unlocked.user_id, at=int(clock()), first_day=wanted.first.toordinal() - EPOCH,
            last_day=wanted.last.toordinal() - EPOCH, wanted=wanted.size, candidates=len(found), seed=seed,
        )
    )  # fmt: skip
    console.flush()
    console.add_all(
        AuditSampleCase(
            sample_id=sample_id, case_id=one.id, position=position, number=one.number, safeguarding=one.safeguarding,
            closed=one.closed, finding="", reviewed=None,
        )
        for position, one in enumerate(drawn, 1)
    )  # fmt: skip
    record(
        console, unlocked, "review sample drawn", clock=clock, sample=sample_id.hex(), seed=seed.hex(),
        first=wanted.first.isoformat(), last=wanted.last.isoformat(), wanted=wanted.size, candidates=len(found),
        drawn=len(drawn),
    )  # fmt: skip
    return sample_id


def review(
    console: Session, unlocked: Unlocked, of: tuple[bytes, bytes], finding: str, clock: Clock = time.time
) -> None:
    """Marks a case of one's own sample as reviewed; a later finding takes the place of an earlier one.

    `of`: the ids of sample and case. Raises NoSuchFinding, NotYourSample.
    """
    sample_id, case_id = of
    if finding not in FINDINGS:
        raise NoSuchFinding
    sample = console.get(AuditSample, sample_id)
    row = console.get(AuditSampleCase, (sample_id, case_id))
    if sample is None or row is None or sample.by != unlocked.user_id:
        raise NotYourSample
    row.finding, row.reviewed = finding, int(clock())
    record(console, unlocked, "case reviewed", case_id, clock=clock, sample=sample_id.hex(), finding=finding)


def samples(session: Session) -> Sequence[AuditSample]:
    """All draws, the newest first."""
    return session.scalars(select(AuditSample).order_by(AuditSample.at.desc(), AuditSample.id)).all()


def cases_of(session: Session, sample_id: bytes) -> Sequence[AuditSampleCase]:
    """In the order of the draw."""
    chosen = select(AuditSampleCase).where(AuditSampleCase.sample_id == sample_id)
    return session.scalars(chosen.order_by(AuditSampleCase.position)).all()
