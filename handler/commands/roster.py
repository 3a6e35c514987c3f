"""`handler roster show|install`: the roster that this console publishes under."""

import argparse
from pathlib import Path

from crypto.calendar import day_of
from handler.commandline import DONE, add_home, add_json, emit, services_from
from handler.commands.root import described, told
from handler.roster import WARN_DAYS, current_roster, install_roster


def add_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    show = acts.add_parser("show", help="what is in it, and when it ends")
    install = acts.add_parser("install", help="take a roster.bin that was brought from the root")
    install.add_argument("file", type=Path)
    for act in (show, install):
        add_home(act)
        add_json(act)


def run(arguments: argparse.Namespace) -> int:
    with services_from(arguments) as services:
        if arguments.act == "install":
            install_roster(services.settings, arguments.file.read_bytes())
        roster = current_roster(services.settings, services.today())
        left = roster.expires - day_of(services.now())
        warning = f"\nIt ends in {left} days: sign it anew with `handler root refresh`." if left < WARN_DAYS else ""
        emit(arguments, described(roster), told(roster) + warning)
    return DONE
