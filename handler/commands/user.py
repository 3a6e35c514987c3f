"""`handler user add|list|disable`: the accounts of people, by a supervisor's passphrase."""

import argparse

from handler.audit.log import record
from handler.cases.desk import Desk
from handler.commandline import DONE, add_home, add_json, emit, secret_lines, services_from, unlock_by
from handler.errors import NotAllowed, Refused
from handler.identity import accounts, users
from handler.identity.leaving import leave
from handler.identity.roles import ROLES, SUPERVISOR
from handler.identity.totp import enrolment_uri
from handler.keys.unlocked import Unlocked
from handler.services import Services


class NoSuchPerson(Refused):
    """Nobody with an open account has that name. `handler user list` shows the names."""


class SeveralSupervisors(Refused):
    """There are several supervisors: say with --by whose passphrase it is."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    add = acts.add_parser(
        "add", help="a new person", epilog="Standard input: the supervisor's passphrase, then the new one."
    )
    add.add_argument("--role", choices=ROLES, action="append", required=True, help="may be repeated")
    disable = acts.add_parser(
        "disable",
        help="take every key away and close the account",
        epilog="Standard input: the supervisor's passphrase.",
    )
    disable.add_argument("--successor", help="who takes over the cases that are assigned to this person")
    for act in (add, disable):
        act.add_argument("--name", required=True)
        act.add_argument("--by", help="the supervisor's name (default: the only one)")
    for act in (add, disable, acts.add_parser("list", help="everyone, with their roles")):
        add_home(act)
        add_json(act)


def run(arguments: argparse.Namespace) -> int:
    with services_from(arguments) as services:
        return {"add": _add, "disable": _disable, "list": _list}[arguments.act](services, arguments)


def supervisor_by(services: Services, by: str | None, passphrase: str) -> Unlocked:
    """The supervisor who gives a command. Raises SeveralSupervisors, SignInRefused, NotAllowed."""
    if by is None:
        with services.databases.console.read() as console:
            names = [p.name for p in users.people(console) if SUPERVISOR in p.roles and p.disabled is None]
        if len(names) != 1:
            raise SeveralSupervisors
        by = names[0]
    unlocked = unlock_by(services, by, passphrase)
    if not unlocked.may(SUPERVISOR):
        raise NotAllowed(f"{by} is no supervisor")
    return unlocked


def _add(services: Services, arguments: argparse.Namespace) -> int:
    passphrase, chosen = secret_lines(2)
    by = supervisor_by(services, arguments.by, passphrase)
    today, roles = services.today(), tuple(arguments.role)
    with services.databases.write_both() as (console, wraps):
        keyring = services.keyring(wraps)
        made = accounts.create(console, keyring, name=arguments.name, roles=roles, passphrase=chosen, today=today)
        accounts.share_role_keys(
            console, keyring, console_name=services.console.name, by=by, user_id=made.user_id, now=services.now()
        )
        record(console, by, "person added", person=made.user_id.hex(), roles=sorted(set(roles)))
    uri = enrolment_uri(made.totp_secret, arguments.name, services.console.name)
    emit(
        arguments,
        {"id": made.user_id.hex(), "totp_secret": made.totp_secret, "totp_uri": uri},
        f"{arguments.name} was added. Secret for an authenticator app, shown only now:\n  {made.totp_secret}",
    )
    return DONE


def _disable(services: Services, arguments: argparse.Namespace) -> int:
    by = supervisor_by(services, arguments.by, secret_lines(1)[0])
    with services.databases.console.read() as console:
        user = users.find(console, arguments.name)
        successor = users.find(console, arguments.successor or "")
    if user is None or (successor is None and arguments.successor):
        raise NoSuchPerson
    desk = Desk(services.databases, services.settings, by, services.clock)
    left = leave(desk, user.id, successor.id if successor is not None else None)
    emit(
        arguments,
        {
            "id": user.id.hex(), "keys": left.wraps, "renewed": left.renewed, "to_renew": left.to_renew,
            "copies": [copy.kind for copy in left.copies],
        },
        f"{user.name} holds no key any more and cannot sign in. Cases with a new key: {left.renewed}; to be renewed "
        f"when somebody who holds them opens them: {left.to_renew}."
        + "".join(f"\nMay have been copied: {copy.title.lower()}. {copy.end}" for copy in left.copies),
    )  # fmt: skip
    return DONE


def _list(services: Services, arguments: argparse.Namespace) -> int:
    with services.databases.console.read() as console:
        everyone = users.people(console)
    answer = [
        {"id": person.id.hex(), "name": person.name, "roles": sorted(person.roles), "disabled": person.disabled}
        for person in everyone
    ]
    lines = (f"{p.name}: {'closed' if p.disabled else ', '.join(sorted(p.roles))}" for p in everyone)
    emit(arguments, {"people": answer}, "\n".join(lines))
    return DONE
