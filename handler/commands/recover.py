"""`handler recover`: enough recovery shares make a new supervisor who holds its keys."""

import argparse
import sys

from handler.commandline import DONE, NoSecret, add_home, add_json, emit, services_from
from handler.founding.recovery import recover


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Standard input: the new supervisor's passphrase, then the recovery shares, one a line."
    parser.add_argument("--supervisor", default="Recovery supervisor", help="the new supervisor's name")
    add_home(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    lines = [line.strip() for line in sys.stdin.read().splitlines() if line.strip()]
    if not lines:
        raise NoSecret
    with services_from(arguments) as services:
        account = recover(services, lines[1:], arguments.supervisor, lines[0])
    emit(
        arguments,
        {"id": account.user_id.hex(), "totp_secret": account.totp_secret},
        f"{arguments.supervisor} is a supervisor and holds every key, but for cases that seem to name them. Secret for "
        f"an authenticator app, shown only now:\n  {account.totp_secret}\n"
        "Close the accounts that were lost with `handler user disable`.",
    )
    return DONE
