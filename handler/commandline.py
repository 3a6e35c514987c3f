"""What the commands share: where the console is, secrets from standard input, answers for people or machines."""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from handler.database import migrate, open_databases
from handler.errors import Refused
from handler.identity.accounts import unlock
from handler.keys.unlocked import Unlocked
from handler.services import Services
from handler.settings import Settings

DONE, REFUSED, WRONG_USAGE = 0, 1, 2


class NoSecret(Refused):
    """A secret was expected on standard input, a line each, in the order that --help names. Nothing was changed."""


def add_home(parser: argparse.ArgumentParser) -> None:
    """--home, or the variable CANDOUR_CONSOLE."""
    parser.add_argument(
        "--home", type=Path, help="the console's folder (default: the variable CANDOUR_CONSOLE, or ./console)"
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")


def settings_from(arguments: argparse.Namespace) -> Settings:
    """The settings of the console in question. Raises NotFounded."""
    settings = Settings(home=arguments.home) if arguments.home is not None else Settings()
    assert settings.console.name  # noqa: S101 - reads console.json now, so that a wrong folder is told at once
    return settings


@contextmanager
def services_from(arguments: argparse.Namespace) -> Iterator[Services]:
    """The console's collaborators, its databases brought to the newest revision."""
    settings = settings_from(arguments)
    migrate(settings)
    databases = open_databases(settings)
    try:
        yield Services(settings, databases, time.time)
    finally:
        databases.close()


def secret_lines(count: int) -> list[str]:
    """So many lines of standard input, without their ends. Raises NoSecret."""
    lines = [sys.stdin.readline().rstrip("\r\n") for _ in range(count)]
    if not all(lines):
        raise NoSecret
    return lines


def unlock_by(services: Services, name: str, passphrase: str) -> Unlocked:
    """A person at the console's own machine. Raises SignInRefused."""
    with services.databases.console.read() as console, services.databases.keyring.read() as wraps:
        return unlock(console, services.keyring(wraps), name, passphrase)


def emit(arguments: argparse.Namespace, answer: Mapping[str, Any], text: str) -> None:
    """One JSON object with --json, else sentences for people."""
    sys.stdout.write(f"{json.dumps(answer) if arguments.json else text}\n")


def audience(text: str) -> tuple[int, tuple[str, ...]]:
    """`1=psu` or `3=psu,independent`, for argparse."""
    number, _, names = text.partition("=")
    groups = tuple(sorted(filter(None, names.split(","))))
    if not number.isdigit() or not 0 <= int(number) <= 15 or not groups:
        raise argparse.ArgumentTypeError(f"{text!r}: an audience is NUMBER=GROUP[,GROUP], the number 0 to 15")
    return int(number), groups
