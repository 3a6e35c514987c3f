"""Recovery: enough shares make a new supervisor who holds every key of the console (SPEC 10.5)."""

import os
from collections.abc import Iterable

from crypto import recovery
from crypto.opening import XWingOpener
from crypto.suite import Random, xwing_public
from handler.audit.log import record
from handler.cases import readers
from handler.cases.inforce import settle_all
from handler.errors import Refused
from handler.founding.console import FIRST_ROLES
from handler.identity import accounts
from handler.identity.accounts import NewAccount
from handler.identity.tables import User
from handler.identity.users import holder_of
from handler.keys.unlocked import RECOVERY_ID
from handler.services import Services


class OtherConsole(Refused):
    """These shares fit together but belong to another console. Bring this console's shares."""


def recover(
    services: Services, shares: Iterable[str], name: str, passphrase: str, random: Random = os.urandom
) -> NewAccount:
    """A new supervisor to whom all that is wrapped to recovery is wrapped as well. Raises BadShares, OtherConsole.

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
        purposes = keyring.purposes(RECOVERY_ID)
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
