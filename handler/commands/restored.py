"""`handler restored`: to be run once after the console's databases were put back from a backup (SPEC 7)."""

import argparse

from handler.commandline import DONE, add_home, add_json, emit, services_from
from handler.publication.restore import after_restore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Run it before the next `handler pickup`: no place on the board may be used twice."
    add_home(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    with services_from(arguments) as services, services.databases.console.write() as console:
        threads = after_restore(console)
    emit(arguments, {"threads": threads}, f"{threads} conversations go on at places that no board has shown yet.")
    return DONE
