"""Who holds the key of a referral's pack: the case's handlers and supervisors, every safeguarding lead, and recovery.

The key is the pack's own. It opens nothing else of the case, and the case's key does not open the pack: a lead reads
the referral and no word of the report, and who stepped out of a case reads neither.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from handler.errors import NotAllowed
from handler.identity.roles import HANDLER, SAFEGUARDING_LEAD, SUPERVISOR
from handler.identity.users import holders_with_role, roles_of
from handler.keys.keyring import Keyring, case_purpose
from handler.keys.unlocked import Holder, Unlocked
from handler.lifecycle.tables import CaseConflict
from handler.safeguarding.tables import Referral

PREFIX = "referral "
KEPT_OUT = ("recused", "named")
"""Outcomes of a conflict check: stepped out, or perhaps named by the reporter."""
WITH_THE_CASE = (HANDLER, SUPERVISOR)
"""Roles that have the packs of the cases they hold."""


def pack_purpose(referral_id: bytes) -> str:
    """Of the key of a referral's pack, in the keyring."""
    return f"{PREFIX}{referral_id.hex()}"


def readers(console: Session, keyring: Keyring, case_id: bytes) -> list[Holder]:
    """To whom a new pack of a case is wrapped, recovery aside."""
    held, out = keyring.holders(case_purpose(case_id)), _stepped_out(console, case_id)
    with_case = [holder for holder in holders_with_role(console, *WITH_THE_CASE) if holder.id in held]
    everyone = {holder.id: holder for holder in (*with_case, *holders_with_role(console, SAFEGUARDING_LEAD))}
    return [holder for holder in everyone.values() if holder.id not in out]


def case_shared(console: Session, keyring: Keyring, by: Unlocked, case_id: bytes, holder: Holder) -> None:
    """Somebody was given a case: a handler or supervisor gets the packs that the giver holds as well."""
    if roles_of(console, holder.id).intersection(WITH_THE_CASE):
        _give(keyring, by, _packs(console, case_id), holder)


def case_taken_away(console: Session, keyring: Keyring, case_id: bytes, user_id: bytes) -> None:
    """The packs go with the case, but for a safeguarding lead, who has them by that role."""
    if SAFEGUARDING_LEAD not in roles_of(console, user_id):
        stepped_out(console, keyring, case_id, user_id)


def stepped_out(console: Session, keyring: Keyring, case_id: bytes, user_id: bytes) -> None:
    """Somebody has a conflict in a case: its packs go, whatever their role."""
    for referral_id in _packs(console, case_id):
        keyring.revoke(pack_purpose(referral_id), user_id)


def new_lead(console: Session, keyring: Keyring, by: Unlocked, holder: Holder) -> int:
    """Wraps to a safeguarding lead what they lack and the giver holds, cases they stepped out of aside. How many."""
    out = select(CaseConflict.case_id).where(CaseConflict.user_id == holder.id, CaseConflict.outcome.in_(KEPT_OUT))
    wanted = select(Referral.id).where(Referral.case_id.not_in(out)).order_by(Referral.number)
    return _give(keyring, by, console.scalars(wanted).all(), holder)


def roles_lost(console: Session, keyring: Keyring, user_id: bytes) -> None:
    """After a change of roles: who is no lead keeps the packs of the cases they hold, as a handler or a supervisor."""
    roles = roles_of(console, user_id)
    if SAFEGUARDING_LEAD in roles:
        return
    for row in console.execute(select(Referral.id, Referral.case_id)):
        if not roles.intersection(WITH_THE_CASE) or user_id not in keyring.holders(case_purpose(row.case_id)):
            keyring.revoke(pack_purpose(row.id), user_id)


def give_leads(console: Session, keyring: Keyring, by: Unlocked) -> int:
    """The same for every lead; how many keys were given."""
    return sum(new_lead(console, keyring, by, lead) for lead in holders_with_role(console, SAFEGUARDING_LEAD))


def lacking(console: Session, keyring: Keyring, leads: Iterable[Holder]) -> int:
    """How many packs some lead should hold and does not."""
    missing = 0
    for row in console.execute(select(Referral.id, Referral.case_id)):
        held, out = keyring.holders(pack_purpose(row.id)), _stepped_out(console, row.case_id)
        missing += any(lead.id not in held | out for lead in leads)
    return missing


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


def _stepped_out(console: Session, case_id: bytes) -> set[bytes]:
    chosen = select(CaseConflict.user_id).where(CaseConflict.case_id == case_id, CaseConflict.outcome.in_(KEPT_OUT))
    return set(console.scalars(chosen))
