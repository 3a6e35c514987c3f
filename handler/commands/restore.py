"""`handler restore`: a console out of the folder that `handler backup` made."""

import argparse
import time
from pathlib import Path

from handler.backup.restoring import restore
from handler.commandline import DONE, add_home, add_json, emit
from handler.commands.restored import advice
from handler.settings import Settings
from handler.times import written_time


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "It does what `handler restored` does as well: the next `handler pickup` can come at once."
    parser.add_argument("folder", type=Path, metavar="FROM_FOLDER", help="the backup")
    add_home(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    settings = Settings(home=arguments.home) if arguments.home is not None else Settings()
    manifest, done = restore(arguments.folder, settings, time.time)
    emit(
        arguments,
        {"console": manifest.console, "time": manifest.time, **done.__dict__},
        f"The console {manifest.console} is in {settings.home}, as it was at {written_time(manifest.time)}.\n"
        f"{advice(done)}\nWhoever left or lost a role since then has everything back: take it from them again.",
    )
    return DONE
