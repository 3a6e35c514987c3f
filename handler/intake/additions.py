"""What a reporter adds may name somebody who has the case: they lose it, as if the report had named them."""

from sqlalchemy.orm import Session

from crypto.post import Post
from handler.cases.desk import Desk
from handler.cases.renewal import renew
from handler.database import afterwards
from handler.intake import latecomers
from handler.intake.shut import raise_all_named
from handler.keys.keyring import case_purpose
from handler.lifecycle import conflict
from handler.safeguarding import packkeys
from handler.sealing import objects


def newly_named(console: Session, case_id: bytes, post: Post) -> set[bytes]:
    """Whom a post names, but for who is kept out already and of whom a supervisor has decided."""
    found = latecomers.named(console, [post])
    return found - latecomers.settled(console, case_id) if found else found


def shut_out(console: Session, wraps: Session, desk: Desk, case_id: bytes, named: set[bytes]) -> None:
    """Keeps that these are named; the case gets a new key without them, within the caller's `write_both()`.

    Where nobody would be left to hand it on, they keep it for now and the supervisors are told: they have read it, and
    a name that is only mentioned must not stop a case that is worked on. Raises NotAllowed.
    """
    keyring = desk.keyring_in(wraps)
    holders = keyring.holders(case_purpose(case_id))
    inside, left = named & holders, holders - named
    if inside and not conflict.can_hand_on(console, left):
        raise_all_named(console, case_id, desk.today())
        named, inside = named - inside, set()
    latecomers.note(console, desk.unlocked, case_id, named, desk.now())
    if inside:
        renew(console, wraps, desk, case_id, left)
        afterwards(console, desk.databases.keyring.scrub)
    for user_id in named:
        packkeys.stepped_out(console, keyring, case_id, user_id)
        objects.stepped_out(console, keyring, case_id, user_id)
