"""Changing a person's roles, and with them the keys that they bring: given at once, taken at once."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from handler.audit.log import record
from handler.cases import readers
from handler.cases.desk import Desk
from handler.cases.inforce import settle_all
from handler.cases.tables import Case
from handler.errors import Refused
from handler.identity import accounts, duties, leaving, users
from handler.identity.roles import (
    AUTHORITY_ROLES,
    CASE_ROLES,
    EPOCH_SEED_ROLES,
    INTAKE,
    REPLY_KEY_ROLES,
    ROLES,
    SEARCH_ROLES,
)
from handler.identity.tables import UserRole
from handler.keys import lost as lost_keys
from handler.keys.keyring import Keyring
from handler.safeguarding import packkeys
from handler.sealing import objects

HOLD_CASES = (*CASE_ROLES, INTAKE)
"""Intake files what reporters add, and holds the keys of cases for that."""

BRING: tuple[tuple[tuple[str, ...], str], ...] = (
    (AUTHORITY_ROLES, "authority "),
    (EPOCH_SEED_ROLES, "epoch "),
    (REPLY_KEY_ROLES, "reply "),
    (HOLD_CASES, "case "),
    (SEARCH_ROLES, "search "),
)
"""Roles, and how the purposes of the keys begin that nobody without one of them keeps."""


class StillAssigned(Refused):
    """Cases are assigned to this person, and without these roles they could not open them. Assign those first."""


@dataclass(frozen=True)
class Changed:
    """Roles given and taken, and how many cases their holders must renew the key of."""

    given: frozenset[str]
    taken: frozenset[str]
    renewed: int
    to_renew: int


def change(desk: Desk, user_id: bytes, roles: Collection[str]) -> Changed:
    """Gives a person exactly these roles. Keys of a role are given on by the person at the desk, who must hold them.

    Keys of cases come by sharing and not by role; who keeps no role that opens cases loses them, and the cases get new
    keys. Raises NoSuchPerson, BadRole, OnlyHolder, NobodyLeft, StillAssigned, NotAllowed.
    """
    wanted = frozenset(roles)
    if not wanted or wanted - set(ROLES):
        raise users.BadRole(", ".join(ROLES))
    lost: list[bytes] = []
    settle_all(desk.databases, desk.keyring_in)
    with desk.databases.write_both() as (console, wraps):
        keyring = desk.keyring_in(wraps)
        person = leaving.open_account(console, user_id)
        given, taken = wanted - person.roles, person.roles - wanted
        duties.check_losing(console, user_id, taken)
        lost = _cases_lost(console, keyring, user_id, wanted)
        console.execute(delete(UserRole).where(UserRole.user_id == user_id, UserRole.role.in_(taken)))
        console.add_all(UserRole(user_id=user_id, role=role) for role in sorted(given))
        console.flush()
        if given:
            accounts.share_role_keys(
                console, keyring, console_name=desk.settings.console.name, by=desk.unlocked, user_id=user_id,
                now=desk.now(),
            )  # fmt: skip
        _take_keys(console, keyring, user_id, wanted, desk.today())
        packkeys.roles_lost(console, keyring, user_id)
        objects.roles_lost(console, keyring, user_id, taken)
        _mark(console, user_id, lost)
        duties.watch(console, desk.today(), taken)
        record(
            console, desk.unlocked, "roles changed", clock=desk.clock, person=user_id.hex(), given=sorted(given),
            taken=sorted(taken), cases=len(lost),
        )  # fmt: skip
    desk.databases.keyring.scrub()
    lost_keys.replace_ahead(desk.services, desk.unlocked)
    renewed = leaving.renew_marked(desk, lost)
    return Changed(given, taken, renewed, len(lost) - renewed)


def _cases_lost(console: Session, keyring: Keyring, user_id: bytes, wanted: frozenset[str]) -> list[bytes]:
    """The cases whose key goes with the roles. Somebody must be left who hands on each that this person could."""
    if not wanted.isdisjoint(leaving.HAND_ON_ROLES):
        return []
    held = leaving.held_cases(keyring, user_id)
    leaving.check_alone(console, held, user_id)
    if wanted.isdisjoint(CASE_ROLES) and leaving.assigned_to(console, user_id):
        raise StillAssigned
    return list(held) if wanted.isdisjoint(HOLD_CASES) else []


def _take_keys(console: Session, keyring: Keyring, user_id: bytes, wanted: frozenset[str], today: int) -> None:
    for roles, prefix in BRING:
        if wanted.isdisjoint(roles):
            purposes = keyring.purposes(user_id, prefix)
            lost_keys.note(console, user_id, purposes, today)
            for purpose in purposes:
                keyring.revoke(purpose, user_id)


def _mark(console: Session, user_id: bytes, lost: Collection[bytes]) -> None:
    if lost:
        readers.remove_person(console, user_id)
        marked = update(Case).where(Case.id.in_(list(lost))).values(renew_key=True)
        console.execute(marked, execution_options={"synchronize_session": False})
