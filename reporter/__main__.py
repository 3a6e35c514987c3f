"""`python -m reporter COMMAND`. Each command is a module in commands/, imported only when it is the one that runs.

Exit codes: 0 done, 1 refused (one line on standard error), 2 wrong usage.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

COMMANDS = {
    "serve": "runs the drop: the public site, or with --pickup the consoles' listener",
    "build": "freezes the public site into files",
    "verify": "checks that a site serves exactly the files that were built",
    "translations": "says what each language of the site lacks, and writes its file anew",
    "poster": "makes a poster and cards with the site's address",
    "send": "seals a report read from standard input, posts it, prints its twelve words",
    "check": "reads replies, with the twelve words from standard input",
    "purge": "deletes what the drop no longer keeps",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(
        prog="reporter",
        description="The public half of Candour. Text and words are read from standard input, never from arguments.",
        epilog="Exit codes: 0 done, 1 refused (one line on standard error), 2 wrong usage.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    chosen = next((word for word in words if not word.startswith("-")), None)
    run = None
    for name, help_line in COMMANDS.items():
        subparser = commands.add_parser(name, help=help_line, description=help_line[0].upper() + help_line[1:] + ".")
        if name == chosen:
            module = import_module(f"reporter.commands.{name}")
            module.add_arguments(subparser)
            run = module.run
    args = parser.parse_args(words)
    if run is None:  # only with an option's value before the command, which no option here has
        parser.error("no command")
    try:
        return int(run(args))
    except KeyboardInterrupt:
        return 1


if __name__ == "__main__":
    sys.exit(main())
