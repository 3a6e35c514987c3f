"""`reporter purge`: deletes what the drop no longer keeps. The pickup listener does the same once an hour."""

import argparse
import json
import sys
from dataclasses import asdict


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Settings come from the environment: CANDOUR_DATA, CANDOUR_SITE, DATABASE_URL."
    parser.add_argument("--json", action="store_true", help="the numbers as JSON on standard output")


def run(args: argparse.Namespace) -> int:
    """0 done; 1 when the drop has no database yet."""
    from sqlalchemy.exc import SQLAlchemyError

    from reporter.app import create_parts
    from reporter.settings import Settings

    try:
        purged = create_parts(Settings()).retention.purge()
    except (SQLAlchemyError, OSError) as error:
        kind = type(getattr(error, "orig", None) or error).__name__
        print(f"Nothing was deleted ({kind}). Start the drop once; check CANDOUR_DATA, DATABASE_URL.", file=sys.stderr)
        return 1
    if args.json:
        print(json.dumps(asdict(purged)))
    else:
        print(
            f"Deleted {purged.envelopes} envelopes, {purged.pieces} pieces, {purged.orphans} pieces left by a crash, "
            f"and {purged.accepted} ids of old sets."
        )
    return 0
