"""Who can open a case: by wrapped keys and by nothing else. Sharing it with a named person, taking it away again."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from handler.audit.log import record
from handler.cases import giving
from handler.cases.desk import Desk
from handler.cases.renewal import renew
from handler.cases.tables import Case
from handler.errors import NotAllowed, Refused
from handler.identity.roles import CASE_ROLES, HANDLER, INTAKE, SECURITY_OFFICER, SENIOR_DECIDER, SUPERVISOR
from handler.identity.users import Person, people, roles_of
from handler.intake import latecomers
from handler.keys.keyring import case_purpose
from handler.lifecycle import conflict
from handler.sealing import objects
from handler.sealing.grounds import SPILLAGE

RESTRICTED = "restricted"
"""The side state of a case whose key was renewed for named people only."""


class NotToShareWith(Refused):
    """This person cannot be given the case: no role that opens cases, a closed account, or they stepped out of it."""


class OnlySupervisors(Refused):
    """This case is restricted. Only a supervisor who can open it shares it with one more person."""


class OnlySecurityOfficers(Refused):
    """This case is locked as too highly classified. Only a security officer shares it with others until that ends."""


class NamedByReporter(Refused):
    """The reporter seems to have named this person, so the case is kept from them. A supervisor can lift that."""


class TooFew(Refused):
    """Nobody else could open this case and hand it on then. Share it with a handler or a supervisor first."""


@dataclass(frozen=True)
class Access:
    """Who holds a case's key, whom it can be shared with, who stepped out."""

    holders: Sequence[Person]
    others: Sequence[Person]
    recused: Sequence[Person]
    named: Sequence[Person]  # by the reporter, as far as software can tell

    @property
    def can_hand_on(self) -> bool:
        """Whether a handler or a supervisor is among the holders."""
        return any(person.roles & {HANDLER, SUPERVISOR} for person in self.holders)


def access(desk: Desk, case_id: bytes) -> Access:
    """Raises NotAllowed without the case's key."""
    desk.case_key(case_id)
    with desk.keyring() as keyring:
        held = keyring.holders(case_purpose(case_id))
    with desk.databases.console.read() as console:
        out = conflict.recused(console, case_id)
        named = conflict.named_by_reporter(console, case_id)
        everyone = [person for person in people(console) if person.disabled is None]
    return Access(
        [person for person in everyone if person.id in held],
        [person for person in everyone if person.id not in held | out and _reads_cases(person)],
        [person for person in everyone if person.id in out - named],
        [person for person in everyone if person.id in named],
    )


def share(desk: Desk, case_id: bytes, user_id: bytes) -> None:
    """Wraps the case's key to one more person.

    Raises NotToShareWith, NamedByReporter, OnlySupervisors, OnlySecurityOfficers, NotAllowed.
    """
    latecomers.meet(desk, case_id, [user_id])
    with desk.databases.write_both() as (console, wraps):
        console.get_one(Case, case_id, with_for_update=True)  # a renewal at the same time, or somebody's stepping out
        if user_id in conflict.named_by_reporter(console, case_id):
            raise NamedByReporter
        if user_id in conflict.recused(console, case_id) or not _can_be_given(console, user_id):
            raise NotToShareWith
        keyring = desk.keyring_in(wraps)
        _check_giver(console, desk, case_id, user_id, keyring.holders(case_purpose(case_id)))
        giving.give(console, wraps, desk, case_id, [user_id])
        record(console, desk.unlocked, "case shared", case_id, clock=desk.clock, person=user_id.hex())


def take_away(desk: Desk, case_id: bytes, user_id: bytes) -> None:
    """Takes one person's key of the case, which gets a new one for the others. Raises TooFew, NotAllowed."""
    desk.case_key(case_id)
    with desk.databases.write_both() as (console, wraps):
        left = desk.keyring_in(wraps).holders(case_purpose(case_id)) - {user_id}
        if not conflict.can_hand_on(console, left):
            raise TooFew
        renew(console, wraps, desk, case_id, left)
        objects.stepped_out(console, desk.keyring_in(wraps), case_id, user_id)
        conflict.keep_out(console, case_id, user_id, desk.now())
        record(console, desk.unlocked, "case taken away", case_id, clock=desk.clock, person=user_id.hex())
    desk.databases.keyring.scrub()


def is_restricted(console: Session, case_id: bytes) -> bool:
    """Whether only the people named hold the case's key, whatever roles others have."""
    sides = console.scalar(select(Case.sides).where(Case.id == case_id)) or ""
    return RESTRICTED in sides.split()


def _check_giver(console: Session, desk: Desk, case_id: bytes, user_id: bytes, holders: set[bytes]) -> None:
    """A case locked as a spillage goes on by a security officer, or to one: otherwise it stays locked if none is left.

    One that no handler and no supervisor holds, since a report named them all, goes on by the senior decider.
    Raises OnlySecurityOfficers, OnlySupervisors, NotAllowed.
    """
    sides = console.get_one(Case, case_id).sides.split()
    if SPILLAGE in sides:
        if not desk.unlocked.may(SECURITY_OFFICER) and SECURITY_OFFICER not in roles_of(console, user_id):
            raise OnlySecurityOfficers
    elif not desk.unlocked.may(HANDLER, SUPERVISOR):
        if not desk.unlocked.may(SENIOR_DECIDER) or conflict.can_hand_on(console, holders):
            raise NotAllowed
    elif RESTRICTED in sides and not desk.unlocked.may(SUPERVISOR):
        raise OnlySupervisors


def _reads_cases(person: Person) -> bool:
    """Whether the key is of use to them: intake files under it what reporters add."""
    return not person.roles.isdisjoint((*CASE_ROLES, INTAKE))


def _can_be_given(console: Session, user_id: bytes) -> bool:
    return any(p.id == user_id and p.disabled is None and _reads_cases(p) for p in people(console))
