"""Advice on a referral, followed or not and why; and a safeguarding lead who steps out because of a conflict."""

from collections.abc import Mapping

from handler.audit.log import record
from handler.cases.desk import Desk
from handler.errors import Refused
from handler.keys.keyring import Keyring, case_purpose
from handler.lifecycle.tables import RECUSED, CaseConflict
from handler.safeguarding import pack, packkeys
from handler.safeguarding.pack import PackBox
from handler.safeguarding.tables import Referral
from handler.safeguarding.tracking import check_length

FIELDS = ("role", "advice", "followed", "why")


class WhyNotFollowed(Refused):
    """Advice that is not followed needs the reason why not."""


class AdviceNotComplete(Refused):
    """Say in which role the adviser advised, what they advised, and whether it is followed."""


class HoldsTheCase(Refused):
    """You can open the case as well. Step out on the case’s own page, and both keys go."""


def advise(desk: Desk, referral_id: bytes, advice: Mapping[str, str]) -> None:
    """Keeps advice: `role` of the adviser, `advice`, `followed` "yes" or "no", `why` where it is not followed.

    Raises AdviceNotComplete, WhyNotFollowed, NoWords, NotAllowed.
    """
    given = {name: advice.get(name, "").strip() for name in FIELDS}
    if not given["role"] or not given["advice"] or given["followed"] not in ("yes", "no"):
        raise AdviceNotComplete
    if given["followed"] == "no" and not given["why"]:
        raise WhyNotFollowed
    check_length(*given.values())
    box = PackBox.of(desk, referral_id)
    with desk.databases.console.write() as console:
        referral = console.get_one(Referral, referral_id)
        box.add(console, desk, pack.ADVICE, given)
        record(
            console, desk.unlocked, "safeguarding advice recorded", referral.case_id, clock=desk.clock,
            referral=referral_id.hex(), followed=given["followed"] == "yes",
        )  # fmt: skip


def step_out(desk: Desk, case_id: bytes) -> None:
    """Takes this lead's keys of the case's packs away, for good, and tells the supervisors. Raises HoldsTheCase."""
    me = desk.unlocked.user_id
    with desk.databases.write_both() as (console, wraps):
        keyring = Keyring(wraps, desk.site, desk.settings.console.recovery_key)
        if me in keyring.holders(case_purpose(case_id)):
            raise HoldsTheCase
        packkeys.stepped_out(console, keyring, case_id, me)
        console.merge(CaseConflict(case_id=case_id, user_id=me, outcome=RECUSED, at=desk.now(), seen=False))
        record(console, desk.unlocked, "recused from referrals", case_id, clock=desk.clock)
    desk.databases.keyring.scrub()
