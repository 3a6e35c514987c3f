"""A supervisor looks at whom a reporter seems to have named: the same person stays out, another is given the key."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from handler.audit.log import record
from handler.cases import readers
from handler.cases.desk import Desk
from handler.cases.tables import Case
from handler.errors import NotAllowed, Refused
from handler.identity.roles import SUPERVISOR
from handler.identity.tables import User
from handler.identity.users import holder_of, people
from handler.intake.routing import READERS
from handler.intake.shut import settle_shut
from handler.keys.keyring import Keyring, case_purpose
from handler.lifecycle.conflict import KEPT_OUT, LIFTED, NAMED, RECUSED
from handler.lifecycle.tables import CaseConflict

NAMED_PEOPLE_ONLY = frozenset({"restricted", "spillage"})
"""Side states of a case that nobody has by their role."""


class NothingToDecide(Refused):
    """This was decided already, or the person was never named. Nothing was changed."""


class NotAboutYourself(Refused):
    """Whether you are the person named is for another supervisor to decide."""


def undecided(console: Session, me: bytes) -> Sequence[CaseConflict]:
    """What no supervisor has decided yet, the oldest first: never of a case that the one who asks is kept out of."""
    mine = select(CaseConflict.case_id).where(CaseConflict.user_id == me, CaseConflict.outcome.in_(KEPT_OUT))
    chosen = select(CaseConflict).where(CaseConflict.outcome == NAMED, CaseConflict.case_id.not_in(mine))
    return console.scalars(chosen.order_by(CaseConflict.at, CaseConflict.case_id, CaseConflict.user_id)).all()


def check(console: Session, case_id: bytes, user_id: bytes) -> CaseConflict:
    """Raises NothingToDecide."""
    row = console.get(CaseConflict, (case_id, user_id), with_for_update=True)
    if row is None or row.outcome != NAMED:
        raise NothingToDecide
    return row


def stays_out(desk: Desk, case_id: bytes, user_id: bytes) -> None:
    """It is the person named: they are kept out for good. Raises NothingToDecide, NotAboutYourself, NotAllowed."""
    _may(desk, case_id, user_id)
    with desk.databases.console.write() as console:
        row = check(console, case_id, user_id)
        row.outcome, row.seen = RECUSED, True
        record(console, desk.unlocked, "named by the reporter", case_id, clock=desk.clock, person=user_id.hex())


def lift(desk: Desk, case_id: bytes, user_id: bytes) -> None:
    """Another person was meant: who would have had the key of the new case has it now, in one transaction on both.

    Not of a case that only named people have, or that a spillage has locked: with that it is for somebody to share it.

    Raises NothingToDecide, NotAboutYourself, NotAllowed.
    """
    _may(desk, case_id, user_id)
    with desk.databases.write_both() as (console, wraps):
        row = check(console, case_id, user_id)
        row.outcome, row.seen = LIFTED, True
        case = console.get_one(Case, case_id, with_for_update=True)
        if NAMED_PEOPLE_ONLY.isdisjoint(case.sides.split()) and _reads_new_cases(console, user_id):
            keyring = Keyring(wraps, desk.site, desk.settings.console.recovery_key)
            keyring.share(case_purpose(case_id), desk.unlocked, [holder_of(console.get_one(User, user_id))])
            readers.add(console, case_id, [user_id])
            settle_shut(console, case_id, keyring.holders(case_purpose(case_id)))
        record(console, desk.unlocked, "another person was named", case_id, clock=desk.clock, person=user_id.hex())


def _may(desk: Desk, case_id: bytes, user_id: bytes) -> None:
    if not desk.unlocked.may(SUPERVISOR):
        raise NotAllowed
    if user_id == desk.unlocked.user_id:
        raise NotAboutYourself
    desk.case_key(case_id)


def _reads_new_cases(console: Session, user_id: bytes) -> bool:
    return any(
        one.id == user_id and one.disabled is None and not one.roles.isdisjoint(READERS) for one in people(console)
    )
