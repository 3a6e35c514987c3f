"""`handler restored`: once after the databases were put back by other means than `handler restore` (SPEC 7)."""

import argparse

from handler.backup.restoring import PutBack, settle
from handler.commandline import DONE, add_home, add_json, emit, services_from


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Run it before the next `handler pickup`: no place on the board may be used twice."
    add_home(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    with services_from(arguments) as services:
        done = settle(services)
    emit(arguments, done.__dict__, advice(done))
    return DONE


def advice(done: PutBack) -> str:
    """What was done, and what is lost."""
    lines = [f"{done.threads} conversations go on at places that no board has shown yet. Everybody is signed out."]
    if done.without_key:
        lines.append(
            "The two databases are not of one moment, or a destruction broke off. Nobody can open these cases: "
            f"{', '.join(done.without_key)}. Put back a pair that belongs together, if there is one."
        )
    return "\n".join(lines)
