"""Who can open a case: by wrapped keys and by nothing else. Sharing it with a named person, taking it away again."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from handler.audit.log import record
from handler.cases import readers
from handler.cases.desk import Desk
from handler.errors import Refused
from handler.identity.roles import CASE_ROLES
from handler.identity.tables import User
from handler.identity.users import Person, holder_of, people
from handler.keys.keyring import Keyring, case_purpose
from handler.lifecycle import conflict
from handler.safeguarding import packkeys


class NotToShareWith(Refused):
    """This person cannot be given the case: no role that opens cases, a closed account, or they stepped out of it."""


class TooFew(Refused):
    """Nobody else could open this case and hand it on then. Share it with a handler or a supervisor first."""


@dataclass(frozen=True)
class Access:
    """Who holds a case's key, whom it can be shared with, who stepped out."""

    holders: Sequence[Person]
    others: Sequence[Person]
    recused: Sequence[Person]


def access(desk: Desk, case_id: bytes) -> Access:
    """Raises NotAllowed without the case's key."""
    desk.case_key(case_id)
    with desk.keyring() as keyring:
        held = keyring.holders(case_purpose(case_id))
    with desk.databases.console.read() as console:
        out = conflict.recused(console, case_id)
        everyone = [person for person in people(console) if person.disabled is None]
    return Access(
        [person for person in everyone if person.id in held],
        [person for person in everyone if person.id not in held | out and _reads_cases(person)],
        [person for person in everyone if person.id in out],
    )


def share(desk: Desk, case_id: bytes, user_id: bytes) -> None:
    """Wraps the case's key to one more person. Raises NotToShareWith, NotAllowed."""
    with desk.databases.write_both() as (console, wraps):
        if user_id in conflict.recused(console, case_id) or not _can_be_given(console, user_id):
            raise NotToShareWith
        keyring = Keyring(wraps, desk.site, desk.settings.console.recovery_key)
        holder = holder_of(console.get_one(User, user_id))
        keyring.share(case_purpose(case_id), desk.unlocked, [holder])
        readers.add(console, case_id, [user_id])
        packkeys.case_shared(console, keyring, desk.unlocked, case_id, holder)
        record(console, desk.unlocked, "case shared", case_id, clock=desk.clock, person=user_id.hex())


def take_away(desk: Desk, case_id: bytes, user_id: bytes) -> None:
    """Takes one person's key of the case. Raises TooFew, NotAllowed."""
    desk.case_key(case_id)
    purpose = case_purpose(case_id)
    with desk.databases.write_both() as (console, wraps):
        keyring = Keyring(wraps, desk.site, desk.settings.console.recovery_key)
        if not conflict.can_hand_on(console, keyring.holders(purpose) - {user_id}):
            raise TooFew
        keyring.revoke(purpose, user_id)
        readers.remove(console, case_id, [user_id])
        packkeys.case_taken_away(console, keyring, case_id, user_id)
        record(console, desk.unlocked, "case taken away", case_id, clock=desk.clock, person=user_id.hex())
    desk.databases.keyring.scrub()


def _reads_cases(person: Person) -> bool:
    return not person.roles.isdisjoint(CASE_ROLES)


def _can_be_given(console: Session, user_id: bytes) -> bool:
    return any(p.id == user_id and p.disabled is None and _reads_cases(p) for p in people(console))
