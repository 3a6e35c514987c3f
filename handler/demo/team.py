"""The people of the demonstration: those who give their passphrase, and colleagues that it invents."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select

from handler.audit.log import record
from handler.cases.tables import Case
from handler.demo.plan import team
from handler.errors import Refused
from handler.identity import accounts, users
from handler.identity.roles import HANDLER, INTAKE, SUPERVISOR
from handler.keys.unlocked import Unlocked
from handler.services import Services


class NotFresh(Refused):
    """The demonstration goes into a console that has no cases yet. It cannot be taken out of one again: to begin anew,
    remove the console's folder and found it with `handler init`; `make run` does that by itself after `make clean`."""


class NoSupervisor(Refused):
    """The demonstration is led by a supervisor who also has the roles handler and intake. Name one first with --as."""


@dataclass(frozen=True)
class Colleague:
    """An invented person who can sign in."""

    name: str
    roles: tuple[str, ...]
    passphrase: str = field(repr=False)
    totp_secret: str = field(repr=False)


def check_lead(lead: Unlocked) -> None:
    """Raises NoSupervisor."""
    if not {SUPERVISOR, HANDLER, INTAKE} <= lead.roles:
        raise NoSupervisor


def check_fresh(services: Services) -> None:
    """Raises NotFresh."""
    with services.databases.console.read() as console:
        cases = console.scalar(select(func.count()).select_from(Case)) or 0
        invented = [one for one in team() if users.find(console, str(one["name"])) is not None]
    if cases or invented:
        raise NotFresh


def make(services: Services, given: Sequence[Unlocked]) -> tuple[Mapping[str, Unlocked], list[Colleague]]:
    """Who plays which part, and the colleagues that were made."""
    lead = given[0]
    made = [_hire(services, lead, str(one["name"]), tuple(one["roles"])) for one in team()]
    cast = {str(one["part"]): _unlocked(services, who) for one, who in zip(team(), made, strict=True)}
    cast |= {"supervisor": lead, "handler": next((one for one in given[1:] if one.may(HANDLER)), cast["second"])}
    return cast, made


def _hire(services: Services, by: Unlocked, name: str, roles: tuple[str, ...]) -> Colleague:
    passphrase = "-".join(secrets.token_hex(2) for _ in range(4))
    today = services.today()
    with services.databases.write_both() as (console, wraps):
        keyring = services.keyring(wraps)
        made = accounts.create(console, keyring, name=name, roles=roles, passphrase=passphrase, today=today)
        accounts.share_role_keys(
            console, keyring, console_name=services.console.name, by=by, user_id=made.user_id, now=services.now()
        )
        person = made.user_id.hex()
        record(console, by, "person added", clock=services.clock, person=person, roles=sorted(roles))
    return Colleague(name, roles, passphrase, made.totp_secret)


def _unlocked(services: Services, who: Colleague) -> Unlocked:
    with services.databases.console.read() as console, services.databases.keyring.read() as wraps:
        return accounts.unlock(console, services.keyring(wraps), who.name, who.passphrase)
