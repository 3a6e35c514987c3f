"""`handler key certify|rotate`: the console's certified keys, by a supervisor's passphrase."""

import argparse

from handler.audit.log import record
from handler.commandline import DONE, add_home, add_json, emit, secret_lines, services_from
from handler.commands.user import supervisor_by
from handler.keys.certification import Certifier
from handler.keys.unlocked import Unlocked
from handler.publication.rotating import rotate
from handler.services import Services


def add_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    epilog = "Standard input: the supervisor's passphrase."
    certify = acts.add_parser("certify", help="the keys of this week and the next eight, where missing", epilog=epilog)
    rotate = acts.add_parser(
        "rotate",
        help="what somebody may have a copy of: the reply key, weekly keys that no page has shown",
        epilog=epilog,
    )
    for act in (certify, rotate):
        act.add_argument("--by", help="the supervisor's name (default: the only one)")
        add_home(act)
        add_json(act)


def run(arguments: argparse.Namespace) -> int:
    with services_from(arguments) as services:
        by = supervisor_by(services, arguments.by, secret_lines(1)[0])
        return (_certify if arguments.act == "certify" else _rotate)(services, arguments, by)


def _certify(services: Services, arguments: argparse.Namespace, by: Unlocked) -> int:
    with services.databases.write_both() as (console, wraps):
        made = Certifier.of(console, services.keyring(wraps), services.console, by).ensure(services.today())
        record(console, by, "keys certified", epochs=len(made.epochs), reply=made.reply.hex() if made.reply else "")
    answer = {"epochs": [list(epoch) for epoch in made.epochs], "reply": made.reply.hex() if made.reply else None}
    emit(arguments, answer, f"{len(made.epochs)} weekly keys and {1 if made.reply else 0} reply keys were certified.")
    return DONE


def _rotate(services: Services, arguments: argparse.Namespace, by: Unlocked) -> int:
    done = rotate(services, by)
    answer = {
        "reply": done.reply.hex(), "revoked": [old.hex() for old in done.revoked], "weeks": done.weeks,
        "signed_again": done.signed_again,
    }  # fmt: skip
    emit(
        arguments,
        answer,
        f"Replies are signed by a new key; {len(done.revoked)} older ones are revoked with the next publication, "
        f"and {done.signed_again} replies on the board were queued again under the new one. "
        f"Weekly keys replaced, of those that no page has shown: {done.weeks}.",
    )
    return DONE
