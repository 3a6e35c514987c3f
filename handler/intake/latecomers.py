"""Who comes later than a report does: matched with it in the moment in which they would be given a key of it.

The names in a report are sealed, so nobody can look for them when an account is made or a role is given. Whoever gives
a key of a case on holds the case's own, and looks then, before anything is wrapped.
"""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.post import Post, decode_post
from crypto.secret import ContentKey
from handler.audit.log import record
from handler.cases import inforce, records
from handler.cases.desk import Desk
from handler.cases.records import CaseBox
from handler.cases.tables import CaseRecord
from handler.identity.tables import User
from handler.intake.keepfrom import named_in, names_of
from handler.keys.keyring import Keyring, case_purpose
from handler.keys.unlocked import Unlocked
from handler.lifecycle.tables import KEPT_OUT, LIFTED, NAMED, CaseConflict


def kept_out(
    console: Session, keyring: Keyring, by: Unlocked, case_id: bytes, user_ids: Collection[bytes], *, now: int,
    also: Sequence[Post] = (),
) -> set[bytes]:  # fmt: skip
    """Who of these is given no key of a case: who stepped out, and whom its posts name. The latter is noted now.

    Who holds the case's key was matched with what is in it before, and of whom a supervisor has decided is not matched
    again. `also`: posts that were sealed out of the case, matched with holders too. That these name a holder is not
    noted: they keep the case until it is put back. Raises NotAllowed where somebody else is to be matched and `by` does
    not hold the case's key, KeyChanged.
    """
    chosen = select(CaseConflict.user_id).where(CaseConflict.case_id == case_id, CaseConflict.outcome.in_(KEPT_OUT))
    out = set(user_ids).intersection(console.scalars(chosen))
    unsettled = set(user_ids) - settled(console, case_id)
    unknown = unsettled - keyring.holders(case_purpose(case_id))
    found = named(console, also, unsettled - unknown) if also else set()
    if unknown:
        box = CaseBox(case_id, ContentKey(keyring.get(case_purpose(case_id), by)))
        late = named(console, [*posts(console, box), *also], unknown)
        note(console, by, case_id, late, now)
        found |= late
    return out | found


def meet(desk: Desk, case_id: bytes, user_ids: Collection[bytes]) -> None:
    """The same before an act that is refused because of it, so that what was found is kept. Raises NotAllowed."""
    desk.case_key(case_id)
    with desk.databases.write_both() as (console, wraps):
        keyring = desk.keyring_in(wraps)
        keyring.settle(case_purpose(case_id), inforce.in_force(console, case_id, alone=True))  # a renewal is waited for
        kept_out(console, keyring, desk.unlocked, case_id, user_ids, now=desk.now())


def settled(console: Session, case_id: bytes) -> set[bytes]:
    """Who is not matched with a case any more: they are kept out of it, or another person was meant."""
    chosen = select(CaseConflict.user_id).where(CaseConflict.case_id == case_id)
    return set(console.scalars(chosen.where(CaseConflict.outcome.in_((*KEPT_OUT, LIFTED)))))


def posts(console: Session, box: CaseBox) -> list[Post]:
    """What a case has from its reporter, under words that were in force."""
    chosen = select(CaseRecord).where(CaseRecord.case_id == box.case_id, CaseRecord.kind.in_(records.GRADED_KINDS))
    return [decode_post(box.open(row)) for row in console.scalars(chosen.order_by(CaseRecord.position))]


def named(console: Session, said: Iterable[Post], user_ids: Collection[bytes] | None = None) -> set[bytes]:
    """Whom posts name, of these people or of everyone with an open account."""
    chosen = select(User.id, User.name).where(User.disabled.is_(None))
    if user_ids is not None:
        chosen = chosen.where(User.id.in_(list(user_ids)))
    people = names_of((row.id, row.name) for row in console.execute(chosen))
    return {one.user_id for one in named_in(said, people)}


def note(console: Session, by: Unlocked | bytes, case_id: bytes, user_ids: Collection[bytes], now: int) -> None:
    """Keeps that the reporter seems to have named these, as when a report comes; in the audit how many they are."""
    for user_id in sorted(user_ids):
        console.merge(CaseConflict(case_id=case_id, user_id=user_id, outcome=NAMED, at=now, seen=False))
    console.flush()
    if user_ids:
        record(console, by, "kept from whom it names", case_id, clock=lambda: now, kept_from=len(user_ids))
