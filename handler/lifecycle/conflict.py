"""Each person's own check before they read a case: do they know anyone whom it may be about? And stepping out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from crypto.post import Answer, Report, decode_post
from handler.audit.log import record
from handler.cases import records
from handler.cases.desk import Desk
from handler.cases.records import CaseBox
from handler.cases.renewal import renew
from handler.cases.tables import CaseRecord
from handler.errors import NotAllowed, Refused
from handler.identity.roles import HANDLER, SUPERVISOR
from handler.identity.tables import User, UserRole
from handler.keys.keyring import case_purpose
from handler.lifecycle.facts import note
from handler.lifecycle.tables import CLEAR, KEPT_OUT, NAMED, OUT, RECUSED, CaseConflict
from handler.safeguarding import packkeys
from handler.sealing import objects

FIRST = ("involves", "keep-from")
"""Questions of the form that say who must not read it. Their answers are shown before any other word."""


class NotConfirmed(Refused):
    """Tick that you know nobody this may be about. If you do, or if you are not sure, recuse yourself."""


class LastHolder(Refused):
    """Nobody else can open this case and hand it on. Share it with a handler or a supervisor first."""


@dataclass(frozen=True)
class Named:
    """What the reporter said of who must not see it. `written` in their own words."""

    choices: tuple[str, ...]
    written: tuple[str, ...]
    questionnaire: str
    answers: Mapping[str, Answer]


def checked(desk: Desk, case_id: bytes) -> bool:
    """Whether this person has said that they have no conflict."""
    with desk.databases.console.read() as console:
        row = console.get(CaseConflict, (case_id, desk.unlocked.user_id))
        return row is not None and row.outcome == CLEAR


def cleared(console: Session, user_id: bytes, case_ids: Sequence[bytes]) -> set[bytes]:
    """Those of the cases in which this person has said that they have no conflict."""
    chosen = select(CaseConflict.case_id).where(
        CaseConflict.case_id.in_(case_ids), CaseConflict.user_id == user_id, CaseConflict.outcome == CLEAR
    )
    return set(console.scalars(chosen))


def named(desk: Desk, case_id: bytes, questions: Collection[str] = FIRST) -> Named:
    """The answers that are shown first, and nothing else of the report; in the audit. Raises NotAllowed."""
    box = CaseBox(case_id, desk.case_key(case_id))
    with desk.databases.console.write() as console:
        chosen = select(CaseRecord).where(CaseRecord.case_id == case_id, CaseRecord.kind.in_(records.GRADED_KINDS))
        rows = console.scalars(chosen.order_by(CaseRecord.position)).all()
        record(console, desk.unlocked, "names read", case_id, clock=desk.clock)
    reports = [found for row in rows if (found := decode_post(box.open(row)).report) is not None]
    if not reports:
        return Named((), (), "", {})
    report, kept = reports[0], _together(reports, questions)
    choices = tuple(choice for answer in kept.values() for choice in answer.choices)
    return Named(choices, tuple(a.text for a in kept.values() if a.text), report.questionnaire, kept)


def _together(reports: Sequence[Report], questions: Collection[str]) -> dict[str, Answer]:
    """The answers to some questions: a case that another was merged into has several reports, and what is added under
    known words may be in the form of one."""
    kept: dict[str, Answer] = {}
    for report in reports:
        for name, answer in {**report.answers, **report.routing}.items():
            if name.removeprefix("notice-") in questions:
                before = kept.get(name, Answer())
                choices = tuple(dict.fromkeys((*before.choices, *answer.choices)))
                kept[name] = Answer(choices, "\n".join(text for text in (before.text, answer.text) if text))
    return kept


def confirm(desk: Desk, case_id: bytes, ticked: bool) -> None:
    """Keeps that this person has no conflict. Raises NotConfirmed, NotAllowed."""
    desk.case_key(case_id)
    if not ticked:
        raise NotConfirmed
    by, now = desk.unlocked.user_id, desk.now()
    with desk.databases.console.write() as console:
        known = console.get(CaseConflict, (case_id, by), with_for_update=True)
        if known is not None and known.outcome in KEPT_OUT:  # stepped out meanwhile, on another page
            raise NotAllowed
        console.merge(CaseConflict(case_id=case_id, user_id=by, outcome=CLEAR, at=now, seen=True))
        note(console, case_id, ["conflict-check"], by=by, now=now)
        record(console, desk.unlocked, "no conflict", case_id, clock=desk.clock)


def recuse(desk: Desk, case_id: bytes) -> None:
    """Takes this person's key of the case away, for good: the others get a new one, the supervisors are told.

    Raises LastHolder, NotAllowed.
    """
    desk.case_key(case_id)
    me = desk.unlocked.user_id
    with desk.databases.write_both() as (console, wraps):
        left = desk.keyring_in(wraps).holders(case_purpose(case_id)) - {me}
        if not can_hand_on(console, left):
            raise LastHolder
        renew(console, wraps, desk, case_id, left)
        packkeys.stepped_out(console, desk.keyring_in(wraps), case_id, me)
        objects.stepped_out(console, desk.keyring_in(wraps), case_id, me)
        console.merge(CaseConflict(case_id=case_id, user_id=me, outcome=RECUSED, at=desk.now(), seen=False))
        record(console, desk.unlocked, "recused", case_id, clock=desk.clock)
    desk.databases.keyring.scrub()


def recused(console: Session, case_id: bytes) -> set[bytes]:
    """To whom a case's key is not wrapped: who stepped out of it, and whom its reporter named, until that is lifted."""
    chosen = select(CaseConflict.user_id).where(CaseConflict.case_id == case_id, CaseConflict.outcome.in_(KEPT_OUT))
    return set(console.scalars(chosen))


def named_by_reporter(console: Session, case_id: bytes) -> set[bytes]:
    """Of those, whom the reporter seems to have named, as long as no supervisor has decided."""
    chosen = select(CaseConflict.user_id).where(CaseConflict.case_id == case_id, CaseConflict.outcome == NAMED)
    return set(console.scalars(chosen))


def kept_out(console: Session, case_id: bytes) -> set[bytes]:
    """Who is given no key unless somebody means them: who stepped out or was named, and from whom it was taken away."""
    barred = CaseConflict.outcome.in_((*KEPT_OUT, OUT))
    return set(console.scalars(select(CaseConflict.user_id).where(CaseConflict.case_id == case_id, barred)))


def keep_out(console: Session, case_id: bytes, user_id: bytes, now: int) -> None:
    """The case was taken away from this person. They are asked for a conflict again if it is shared with them.

    Who stepped out or was named is kept out by that: a lesser reason does not take its place.
    """
    known = console.get(CaseConflict, (case_id, user_id), with_for_update=True)
    if known is not None and known.outcome in KEPT_OUT:
        return
    console.merge(CaseConflict(case_id=case_id, user_id=user_id, outcome=OUT, at=now, seen=True))


def let_in(console: Session, case_id: bytes, user_ids: Collection[bytes]) -> None:
    """The case is shared with these again."""
    out = (CaseConflict.case_id == case_id) & (CaseConflict.outcome == OUT)
    console.execute(delete(CaseConflict).where(out, CaseConflict.user_id.in_(list(user_ids))))


def untold(console: Session) -> Sequence[CaseConflict]:
    """Recusals that no supervisor has taken note of, the oldest first."""
    chosen = select(CaseConflict).where(CaseConflict.outcome == RECUSED, CaseConflict.seen.is_(False))
    return console.scalars(chosen.order_by(CaseConflict.at)).all()


def count_untold(console: Session) -> int:
    """How many those are: asked on every page."""
    chosen = select(func.count()).select_from(CaseConflict)
    return console.scalar(chosen.where(CaseConflict.outcome == RECUSED, CaseConflict.seen.is_(False))) or 0


def take_note(desk: Desk, case_id: bytes, user_id: bytes) -> None:
    """By a supervisor who has read that somebody stepped out. Nothing happens where that is settled."""
    with desk.databases.console.write() as console:
        console.execute(
            update(CaseConflict)
            .where(CaseConflict.case_id == case_id, CaseConflict.user_id == user_id)
            .values(seen=True)
        )
        record(console, desk.unlocked, "recusal noted", case_id, clock=desk.clock)


def can_hand_on(console: Session, holders: set[bytes]) -> set[bytes]:
    """Those of the holders whose account is open and who may share a case: somebody must be left who can."""
    return set(console.scalars(who_hand_on().where(User.id.in_(holders))))


def who_hand_on() -> Select[bytes]:
    """The ids of everyone with an open account who may share a case, as a question that others can contain."""
    chosen = select(User.id).join(UserRole, UserRole.user_id == User.id)
    return chosen.where(User.disabled.is_(None), UserRole.role.in_((HANDLER, SUPERVISOR)))
