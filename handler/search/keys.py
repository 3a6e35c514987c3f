"""The key of the search index: one a console, wrapped to whoever searches or fills it."""

import os

from sqlalchemy.orm import Session

from crypto.suite import Random
from handler.audit.log import record
from handler.identity.roles import SEARCH_ROLES
from handler.identity.users import holders_with_role
from handler.keys.keyring import Keyring, search_purpose
from handler.keys.unlocked import Unlocked
from handler.services import Services

KEY_BYTES = 32


def ensure(
    console: Session, keyring: Keyring, name: str, unlocked: Unlocked | None, random: Random = os.urandom
) -> int:
    """Makes the key where there is none, and wraps it to those of the roles who lack it; to how many it was wrapped.

    `unlocked`: who holds it already; None at the founding. Raises NotAllowed where that person does not hold it.
    """
    purpose = search_purpose(name)
    held = keyring.holders(purpose)
    lacking = [holder for holder in holders_with_role(console, *SEARCH_ROLES) if holder.id not in held]
    if not held:
        keyring.put(purpose, random(KEY_BYTES), lacking)
    elif lacking and unlocked is not None:
        keyring.share(purpose, unlocked, lacking)
    return len(lacking)


def ensure_when_due(services: Services, unlocked: Unlocked, random: Random = os.urandom) -> None:
    """In a supervisor's session: for consoles founded before there was a search, and people who came between."""
    if not _due(services):
        return
    with services.databases.write_both() as (console, wraps):
        number = ensure(console, services.keyring(wraps), services.console.name, unlocked, random)
        record(console, unlocked, "search key shared", clock=services.clock, people=number)


def _due(services: Services) -> bool:
    with services.databases.console.read() as console, services.databases.keyring.read() as wraps:
        held = services.keyring(wraps).holders(search_purpose(services.console.name))
        return any(holder.id not in held for holder in holders_with_role(console, *SEARCH_ROLES))
