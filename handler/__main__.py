"""`python -m handler COMMAND`: exit 0 done, 1 refused (one clear line on standard error), 2 wrong usage."""

import argparse
import importlib
import sys

from crypto.errors import ProtocolError
from crypto.selftest import SelfTestFailed
from handler.errors import Refused

COMMANDS = {
    "init": "found a site with its first console, or a console that asks to join one",
    "root": "sign the roster, or the built site, with an offline root key",
    "roster": "show the console's roster, or bring it a new one",
    "user": "add, list and close the accounts of people",
    "key": "certify the keys of the coming weeks, or replace the reply key",
    "pickup": "take what came to the drop, and publish",
    "serve": "the console's pages",
    "demo": "fill a fresh console with invented cases",
    "recover": "make a supervisor from recovery shares",
    "backup": "copy both databases of one moment, the keys and the pieces into a folder",
    "restore": "make a console out of such a folder",
    "restored": "say that the databases were put back by other means",
    "sealed": "hand what may be an indecent image to the authorised unit, sealed to its own key",
    "audit": "verify the audit chain",
    "verify-receipt": "check a reporter's receipt file",
}


def main(argv: list[str] | None = None) -> int:
    """Runs one command; its exit code."""
    parser = argparse.ArgumentParser(prog="handler", description="The console of Candour.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    wanted = (argv if argv is not None else sys.argv[1:])[:1]
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        if [name] == wanted:  # the others' imports are not needed
            module = importlib.import_module(f"handler.commands.{name.replace('-', '_')}")
            module.add_arguments(command)
            command.set_defaults(run=module.run)
    arguments = parser.parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except (Refused, ProtocolError, SelfTestFailed) as error:
        print(f"handler {arguments.command}: {error}", file=sys.stderr)
        return 1
    except (OSError, ValueError) as error:
        print(f"handler {arguments.command}: {type(error).__name__}: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
