"""Who holds the key of a referral's pack: the case's handlers and supervisors, every safeguarding lead, and recovery.

The key is the pack's own. It opens nothing else of the case, and the case's key does not open the pack: a lead reads
the referral and no word of the report, and who stepped out of a case reads neither.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from handler.cases.inforce import KeyChanged
from handler.errors import NotAllowed
from handler.identity.roles import HANDLER, SAFEGUARDING_LEAD, SUPERVISOR
from handler.identity.users import holders_with_role, roles_of
from handler.intake import latecomers
from handler.keys.keyring import Keyring, case_purpose
from handler.keys.unlocked import Holder, Unlocked
from handler.lifecycle.tables import KEPT_OUT, CaseConflict
from handler.safeguarding.tables import Referral

PREFIX = "referral "
WITH_THE_CASE = (HANDLER, SUPERVISOR)
"""Roles that have the packs of the cases they hold."""


def pack_purpose(referral_id: bytes) -> str:
    """Of the key of a referral's pack, in the keyring."""
    return f"{PREFIX}{referral_id.hex()}"


def readers(console: Session, keyring: Keyring, by: Unlocked, case_id: bytes, now: int) -> list[Holder]:
    """To whom a new pack of a case is wrapped, recovery aside. Raises NotAllowed, KeyChanged."""
    held = keyring.holders(case_purpose(case_id))
    with_case = [holder for holder in holders_with_role(console, *WITH_THE_CASE) if holder.id in held]
    everyone = {holder.id: holder for holder in (*with_case, *holders_with_role(console, SAFEGUARDING_LEAD))}
    out = latecomers.kept_out(console, keyring, by, case_id, everyone.keys(), now=now)
    return [holder for holder in everyone.values() if holder.id not in out]


def case_shared(console: Session, keyring: Keyring, by: Unlocked, case_id: bytes, holder: Holder) -> None:
    """Somebody may have a case: a handler or supervisor who holds it, and a lead, get its packs that the giver holds.

    Whether they are kept out of it the caller has seen.
    """
    roles = roles_of(console, holder.id)
    with_it = roles.intersection(WITH_THE_CASE) and holder.id in keyring.holders(case_purpose(case_id))
    if with_it or SAFEGUARDING_LEAD in roles:
        _give(keyring, by, _packs(console, case_id), holder)


def case_taken_away(console: Session, keyring: Keyring, case_id: bytes, user_id: bytes) -> None:
    """The packs go with the case, but for a safeguarding lead, who has them by that role."""
    if SAFEGUARDING_LEAD not in roles_of(console, user_id):
        stepped_out(console, keyring, case_id, user_id)


def stepped_out(console: Session, keyring: Keyring, case_id: bytes, user_id: bytes) -> None:
    """Somebody has a conflict in a case: its packs go, whatever their role."""
    for referral_id in _packs(console, case_id):
        keyring.revoke(pack_purpose(referral_id), user_id)


def new_lead(console: Session, keyring: Keyring, by: Unlocked, holder: Holder, now: int) -> int:
    """Wraps to a safeguarding lead what they lack and the giver holds with its case, but for cases that they stepped
    out of or are named in. How many."""
    theirs, givers = set(keyring.purposes(holder.id, PREFIX)), set(keyring.purposes(by.user_id, PREFIX))
    lacked: dict[bytes, list[bytes]] = {}
    for row in console.execute(select(Referral.id, Referral.case_id).order_by(Referral.number)):
        if pack_purpose(row.id) in givers - theirs:
            lacked.setdefault(row.case_id, []).append(row.id)
    given = 0
    for case_id, packs in lacked.items():
        try:
            if holder.id not in latecomers.kept_out(console, keyring, by, case_id, [holder.id], now=now):
                given += _give(keyring, by, packs, holder)
        except (NotAllowed, KeyChanged):  # the giver cannot look whom the case names
            continue
    return given


def roles_lost(console: Session, keyring: Keyring, user_id: bytes) -> None:
    """After a change of roles: who is no lead keeps the packs of the cases they hold, as a handler or a supervisor."""
    roles, packs = roles_of(console, user_id), keyring.purposes(user_id, PREFIX)
    if SAFEGUARDING_LEAD in roles or not packs:
        return
    cases = set(keyring.purposes(user_id, "case ")) if roles.intersection(WITH_THE_CASE) else set()
    rows = console.execute(select(Referral.id, Referral.case_id))
    kept = {pack_purpose(row.id) for row in rows if case_purpose(row.case_id) in cases}
    for purpose in set(packs) - kept:
        keyring.revoke(purpose, user_id)


def give_leads(console: Session, keyring: Keyring, by: Unlocked, now: int) -> int:
    """The same for every lead; how many keys were given."""
    return sum(new_lead(console, keyring, by, lead, now) for lead in holders_with_role(console, SAFEGUARDING_LEAD))


def lacking(console: Session, keyring: Keyring, leads: Iterable[Holder]) -> int:
    """How many packs some lead should hold and does not."""
    ids, held = {lead.id for lead in leads}, set(keyring.wraps(PREFIX))
    chosen = select(CaseConflict.case_id, CaseConflict.user_id).where(CaseConflict.outcome.in_(KEPT_OUT))
    out = {(row.case_id, row.user_id) for row in console.execute(chosen.where(CaseConflict.user_id.in_(ids)))}
    return sum(
        any((pack_purpose(row.id), lead) not in held and (row.case_id, lead) not in out for lead in ids)
        for row in console.execute(select(Referral.id, Referral.case_id))
    )


def purposes(console: Session, case_id: bytes) -> list[str]:
    """Of the keys of a case's packs."""
    return [pack_purpose(referral_id) for referral_id in _packs(console, case_id)]


def destroy(console: Session, keyring: Keyring, case_id: bytes) -> None:
    """Takes every key of a case's packs away: for the destruction of the case, in the same transaction."""
    for referral_id in _packs(console, case_id):
        keyring.destroy(pack_purpose(referral_id))


def _give(keyring: Keyring, by: Unlocked, referral_ids: Iterable[bytes], holder: Holder) -> int:
    given = 0
    for referral_id in referral_ids:
        purpose = pack_purpose(referral_id)
        if holder.id in keyring.holders(purpose):
            continue
        try:
            keyring.share(purpose, by, [holder])
        except NotAllowed:  # the giver has a conflict there, or was never given that case
            continue
        given += 1
    return given


def _packs(console: Session, case_id: bytes) -> Sequence[bytes]:
    return console.scalars(select(Referral.id).where(Referral.case_id == case_id)).all()
