"""`handler audit verify`: whether the audit chain is whole. `handler audit export`: its entries as JSON lines."""

import argparse
import re
import sys

from handler.audit import export
from handler.audit.log import SYSTEM
from handler.audit.verify import Place, verify
from handler.commandline import DONE, REFUSED, add_home, add_json, emit, services_from

NOTED = re.compile(r"([1-9][0-9]{0,9}):([0-9a-f]{64})")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    act = acts.add_parser(
        "verify", help="find any entry changed, removed or reordered, and any bulletin that does not fit"
    )
    act.add_argument(
        "--expect",
        type=noted,
        metavar="NUMBER:HEAD",
        help="an entry's number and head as a log server was given them; the chain must have it",
    )
    add_home(act)
    add_json(act)
    act = acts.add_parser(
        "export",
        help="print the entries as JSON lines, for a log server",
        epilog=f"Members of each line: {', '.join(export.MEMBERS)}. The export is itself an entry of the audit.",
    )
    act.add_argument("--since", type=int, default=0, metavar="NUMBER", help="only entries after this one (default 0)")
    add_home(act)


def noted(text: str) -> Place:
    """`4711:` and 64 hex digits, for argparse."""
    found = NOTED.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r}: NUMBER:HEAD is an entry's number, a colon and 64 hex digits")
    return Place(int(found[1]), bytes.fromhex(found[2]))


def run(arguments: argparse.Namespace) -> int:
    return run_export(arguments) if arguments.act == "export" else run_verify(arguments)


def run_export(arguments: argparse.Namespace) -> int:
    with services_from(arguments) as services:
        database = services.databases.console
        with database.write() as console:
            until = export.begin(console, SYSTEM, arguments.since, services.clock, "command")
        for line in export.lines(database, arguments.since, until):
            sys.stdout.write(line)
    return DONE


def run_verify(arguments: argparse.Namespace) -> int:
    with services_from(arguments) as services, services.databases.console.read() as console:
        verdict = verify(console, arguments.expect)
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
