"""`handler demo`: fills a fresh console with invented cases, so that a newcomer sees every part of it in use."""

import argparse
import json
import sys
from dataclasses import asdict

from handler.commandline import DONE, add_home, add_json, emit, secret_lines, services_from, unlock_by
from handler.commands.pickup import alone
from handler.demo.fill import Told, fill
from handler.demo.team import check_fresh
from handler.errors import Refused


class Interrupted(Refused):
    """Stopped on the way: a part of the demonstration is in this console now and cannot be taken out. To begin anew,
    remove the console's folder and found it with `handler init`; `make run` does that by itself."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "Standard input: the passphrase of each person named with --as, a line each. The console must have no cases, "
        "and its pickup must not run meanwhile. It takes less than a minute and cannot be undone."
    )
    add_home(parser)
    parser.add_argument(
        "--as",
        dest="people",
        action="append",
        required=True,
        metavar="NAME",
        help="who leads it: a supervisor with handler and intake; repeated: another handler who takes part",
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    with services_from(arguments) as services, alone(services.settings):
        check_fresh(services)
        passphrases = secret_lines(len(arguments.people))
        given = [unlock_by(services, name, one) for name, one in zip(arguments.people, passphrases, strict=True)]
        try:
            told = fill(services.settings, services.databases, given, services.clock, _progress)
        except KeyboardInterrupt:
            raise Interrupted from None
    _tell(arguments, told)
    return DONE


def _progress(done: int, of: int) -> None:
    if sys.stderr.isatty() and (done % 10 == 0 or done == of):
        sys.stderr.write(f"\r{done} of {of} acts" + ("\n" if done == of else ""))
        sys.stderr.flush()


def _tell(arguments: argparse.Namespace, told: Told) -> None:
    people = [asdict(one) for one in told.colleagues]
    lines = "\n".join(
        f"  {one.name} ({', '.join(one.roles)}): {one.passphrase}, secret for codes {one.totp_secret}"
        for one in told.colleagues
    )
    words = "\n".join(f"  {number}: {line}" for number, line in told.words.items())
    text = f"""{told.cases} invented cases were made, and {told.sealed} reports wait in the sealed inbox.
{told.publications} publications of the past weeks are on the board as if they had been taken.

Colleagues, invented too, whose sign-ins are shown only now:
{lines}

Words of reporters, to read the replies with on the public site:
{words}

All of it is invented. Never use this console for real reports: found another."""
    answer = {
        "cases": told.cases,
        "sealed": told.sealed,
        "publications": told.publications,
        "colleagues": json.loads(json.dumps(people)),
        "words": told.words,
    }
    emit(arguments, answer, text)
