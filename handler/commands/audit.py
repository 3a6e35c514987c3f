"""`handler audit verify`: whether the audit chain is whole."""

import argparse
import sys

from handler.audit.verify import verify
from handler.commandline import DONE, REFUSED, add_home, add_json, emit, services_from


def add_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    act = acts.add_parser(
        "verify", help="find any entry changed, removed or reordered, and any bulletin that does not fit"
    )
    add_home(act)
    add_json(act)


def run(arguments: argparse.Namespace) -> int:
    with services_from(arguments) as services, services.databases.console.read() as console:
        verdict = verify(console)
    answer = {"entries": verdict.entries, "bulletins": verdict.bulletins, "problem": str(verdict.problem or "") or None}
    if verdict.problem is not None:
        if arguments.json:
            emit(arguments, answer, "")
        print(
            f"handler audit: the chain is broken at {verdict.problem}. Keep this database as evidence.", file=sys.stderr
        )
        return REFUSED
    emit(arguments, answer, f"The chain is whole: {verdict.entries} entries, {verdict.bulletins} published bulletins.")
    return DONE
