"""Recovery: enough shares make a new supervisor who holds the keys of the console (SPEC 10.5)."""

import os
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import recovery
from crypto.calendar import day_of
from crypto.errors import ProtocolError
from crypto.opening import XWingOpener
from crypto.secret import ContentKey
from crypto.suite import Random, xwing_public
from handler.audit.log import record
from handler.cases import readers
from handler.cases.inforce import settle_all
from handler.cases.records import CaseBox
from handler.cases.tables import Case
from handler.errors import NotAllowed, Refused
from handler.founding.console import FIRST_ROLES
from handler.identity import accounts
from handler.identity.accounts import NewAccount
from handler.identity.tables import User
from handler.identity.users import holder_of
from handler.intake import latecomers
from handler.intake.shut import raise_shut
from handler.keys.keyring import Keyring, case_purpose
from handler.keys.unlocked import RECOVERY_ID
from handler.lifecycle import conflict
from handler.safeguarding import packkeys
from handler.services import Services


class OtherConsole(Refused):
    """These shares fit together but belong to another console. Bring this console's shares."""


def recover(
    services: Services, shares: Iterable[str], name: str, passphrase: str, random: Random = os.urandom
) -> NewAccount:
    """A new supervisor to whom all that is wrapped to recovery is wrapped as well, but for the cases that seem to name
    them: those take a recovery by another name. Raises BadShares, OtherConsole.

    Other people's accounts and the recovery key itself stay as they are.
    """
    seed = recovery.combine(shares)
    if xwing_public(seed) != services.console.recovery_key:
        raise OtherConsole
    opener, today = XWingOpener(seed), services.today()
    settle_all(services.databases, services.keyring)
    with services.databases.write_both() as (console, wraps):
        keyring = services.keyring(wraps)
        account = accounts.create(
            console, keyring, name=name, roles=FIRST_ROLES, passphrase=passphrase, today=today, random=random
        )
        supervisor = holder_of(console.get_one(User, account.user_id))
        shut = _keep_named_out(console, keyring, opener, account.user_id, services.now())
        purposes = [purpose for purpose in keyring.purposes(RECOVERY_ID) if purpose not in shut]
        for purpose in purposes:
            keyring.put_more(purpose, keyring.open_as(purpose, RECOVERY_ID, opener), [supervisor])
        readers.agree(console, keyring)
        record(
            console,
            account.user_id,
            "recovered",
            clock=services.clock,
            supervisor=account.user_id.hex(),
            keys=len(purposes),
        )
    return account


def _keep_named_out(console: Session, keyring: Keyring, opener: XWingOpener, user_id: bytes, now: int) -> set[str]:
    """Matches the new person with every case, and keeps what was found: the purposes of the keys they do not get."""
    shut = set[str]()
    for case_id in console.scalars(select(Case.id)).all():
        try:
            key = ContentKey(keyring.open_as(case_purpose(case_id), RECOVERY_ID, opener))
            said = latecomers.posts(console, CaseBox(case_id, key))
        except (NotAllowed, ProtocolError):  # half destroyed, or damaged: no reason to recover nothing
            continue
        if not latecomers.named(console, said, [user_id]):
            continue
        latecomers.note(console, user_id, case_id, [user_id], now)
        if not conflict.can_hand_on(console, keyring.holders(case_purpose(case_id))):
            raise_shut(console, case_id, day_of(now))
        shut |= {case_purpose(case_id), *packkeys.purposes(console, case_id)}
    return shut
