"""What a reporter adds may name somebody who has the case: they lose it, as if the report had named them."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from crypto.post import Post
from handler.audit.log import record
from handler.cases.desk import Desk
from handler.cases.renewal import renew
from handler.cases.tables import Case
from handler.database import afterwards
from handler.identity.roles import SUPERVISOR
from handler.identity.users import holders_with_role
from handler.intake import latecomers
from handler.intake.shut import raise_all_named, raise_unsupervised
from handler.keys.keyring import case_purpose
from handler.lifecycle import conflict
from handler.safeguarding import packkeys
from handler.sealing import objects


def newly_named(console: Session, case_id: bytes, post: Post) -> set[bytes]:
    """Whom a post names, but for who is kept out already and of whom a supervisor has decided."""
    found = latecomers.named(console, [post])
    return found - latecomers.settled(console, case_id) if found else found


def shut_out(
    console: Session, wraps: Session, desk: Desk, case_id: bytes, named: set[bytes], *, back: set[bytes] | None = None
) -> None:
    """Keeps that these are named; the case gets a new key without them, within the caller's `write_both()`.

    `back`: to whom it goes with a new key in any case, for those who have it now. Where nobody would be left to hand it
    on, who is named keeps it for now, in the audit, and the supervisors are told: they have read it, and a name that is
    only mentioned must not stop a case that is worked on. Raises NotAllowed.
    """
    keyring = desk.keyring_in(wraps)
    holders = keyring.holders(case_purpose(case_id)) if back is None else back
    inside, left = named & holders, holders - named
    if inside and not conflict.can_hand_on(console, left):
        raise_all_named(console, case_id, desk.today())
        for user_id in sorted(inside):
            record(console, desk.unlocked, "named, keeps the case", case_id, clock=desk.clock, person=user_id.hex())
        named, inside, left = named - inside, set(), holders
    latecomers.note(console, desk.unlocked, case_id, named, desk.now())
    if inside or back is not None:
        renew(console, wraps, desk, case_id, left)
        afterwards(console, desk.databases.keyring.scrub)
    if inside:
        _without(console, desk, case_id, inside, left)
    for user_id in named:
        packkeys.stepped_out(console, keyring, case_id, user_id)
        objects.stepped_out(console, keyring, case_id, user_id)


def _without(console: Session, desk: Desk, case_id: bytes, gone: set[bytes], left: set[bytes]) -> None:
    """It is assigned to nobody who lost it; an alarm where the last supervisor did."""
    assigned = (Case.id == case_id) & Case.assigned.in_(gone)
    console.execute(update(Case).where(assigned).values(assigned=None))
    supervisors = {one.id for one in holders_with_role(console, SUPERVISOR)}
    if gone & supervisors and not left & supervisors:
        raise_unsupervised(console, case_id, desk.today())
