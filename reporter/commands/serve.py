"""`reporter serve`: runs the drop's public listener, or with --pickup the consoles'."""

import argparse
import subprocess
import sys
from pathlib import Path

EXAMPLES = """settings come from the environment: CANDOUR_DATA, CANDOUR_SITE, DATABASE_URL, REDIS_URL, ...

examples:
  reporter serve --listen 127.0.0.1:8000 --workers 2
  reporter serve --listen unix:/run/candour/drop.sock
  reporter serve --pickup --listen 0.0.0.0:8001 --cert drop.pem --key drop.key --ca ca.pem"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    parser.add_argument("--listen", required=True, metavar="WHERE", help="HOST:PORT or unix:PATH")
    parser.add_argument("--workers", type=_workers, default=2, metavar="N", help="public processes (2)")
    parser.add_argument("--pickup", action="store_true", help="the consoles' listener instead of the public one")
    parser.add_argument("--cert", type=_file, metavar="FILE", help="with --pickup: the listener's certificate")
    parser.add_argument("--key", type=_file, metavar="FILE", help="with --pickup: its private key")
    parser.add_argument("--ca", type=_file, metavar="FILE", help="with --pickup: what signs consoles' certificates")
    parser.set_defaults(usage=parser.error)


def run(args: argparse.Namespace) -> int:
    """Serves until a signal ends it; 1 when it cannot start, with one line on standard error."""
    if args.pickup and not (args.cert and args.key and args.ca):
        args.usage("--pickup needs --cert, --key and --ca")
    if not args.pickup and (args.cert or args.key or args.ca):
        args.usage("--cert, --key and --ca are for --pickup")
    from pydantic import ValidationError

    from reporter.serve import Certificates, serve_pickup, serve_public
    from reporter.settings import Settings

    try:
        settings = Settings()
        if subprocess.run([sys.executable, "-m", "reporter.prepare"], check=False).returncode:
            return 1
        if args.pickup:
            serve_pickup(settings, args.listen, Certificates(args.cert, args.key, args.ca))
        else:
            serve_public(settings, args.listen, args.workers)
    except ValidationError as error:
        wrong = ", ".join(str(part) for problem in error.errors() for part in problem["loc"])
        print(f"These settings cannot be read, correct them in the environment: {wrong}", file=sys.stderr)
        return 1
    return 0


def _workers(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def _file(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no file {text}")
    return path
