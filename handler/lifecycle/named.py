"""A supervisor looks at whom a reporter seems to have named: the same person stays out, another is given the key."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from handler.audit.log import record
from handler.cases import giving
from handler.cases.desk import Desk
from handler.cases.records import CaseBox
from handler.cases.tables import Case
from handler.errors import NotAllowed, Refused
from handler.identity.roles import SUPERVISOR
from handler.identity.tables import User
from handler.identity.users import holder_of, roles_of
from handler.intake import latecomers
from handler.intake.routing import READERS
from handler.lifecycle.tables import KEPT_OUT, LIFTED, NAMED, RECUSED, CaseConflict
from handler.safeguarding import packkeys
from handler.sealing import objects

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


def added(desk: Desk, case_id: bytes, user_id: bytes) -> list[str]:
    """What was added to the case and has this person's whole name in it. Raises NotAllowed."""
    box = CaseBox(case_id, desk.case_key(case_id))
    with desk.databases.console.read() as console:
        return [
            post.follow_up.text
            for post in latecomers.posts(console, box)
            if post.follow_up is not None and latecomers.named(console, [post], [user_id])
        ]


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
    """Another person was meant: who would have had the key of the new case has it now, in one transaction on both,
    and whoever has referral packs or sealed parts by their role has those.

    Not of a case that only named people have, or that a spillage has locked: with that it is for somebody to share it.

    Raises NothingToDecide, NotAboutYourself, NotAllowed.
    """
    _may(desk, case_id, user_id)
    with desk.databases.write_both() as (console, wraps):
        row = check(console, case_id, user_id)
        row.outcome, row.seen = LIFTED, True
        case, user = console.get_one(Case, case_id, with_for_update=True), console.get_one(User, user_id)
        if NAMED_PEOPLE_ONLY.isdisjoint(case.sides.split()) and not roles_of(console, user_id).isdisjoint(READERS):
            giving.give(console, wraps, desk, case_id, [user_id])
        if user.disabled is None:
            keyring, holder = desk.keyring_in(wraps), holder_of(user)
            packkeys.case_shared(console, keyring, desk.unlocked, case_id, holder)
            objects.roles_given(console, keyring, desk.unlocked, holder, desk.now())
        record(console, desk.unlocked, "another person was named", case_id, clock=desk.clock, person=user_id.hex())


def _may(desk: Desk, case_id: bytes, user_id: bytes) -> None:
    if not desk.unlocked.may(SUPERVISOR):
        raise NotAllowed
    if user_id == desk.unlocked.user_id:
        raise NotAboutYourself
    desk.case_key(case_id)
