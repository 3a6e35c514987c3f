"""`reporter verify --site URL`: whether a site serves what was built, and what its root signed. For a monitor outside.

Exit codes: 0 all as it should be, 1 something differs, 2 wrong usage, or nothing to compare with.
"""

import argparse
import json
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reporter.verify import Difference, Known, Report

NOTHING_KNOWN = "Say what to compare with: --against FOLDER, --pins FILE or --fingerprint WORDS."
UNSIGNED = "--unsigned-ok needs --against FOLDER: without a signature only your own build can tell."
OTHER_WORDS = "The words of --fingerprint are not those of the keys in --pins."
SHOWN = 3  # addresses that are named where many have the same


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--site", required=True, metavar="URL", help="address of the site, such as https://example.org")
    parser.add_argument(
        *("--against", "--site-dir"),
        type=Path,
        default=os.environ.get("CANDOUR_SITE"),
        metavar="FOLDER",
        help="the folder in which you built the site yourself (CANDOUR_SITE)",
    )
    parser.add_argument("--pins", type=Path, metavar="FILE", help="a site.json known from elsewhere")
    parser.add_argument("--fingerprint", default="", metavar="WORDS", help="the root's twelve words, from a poster")
    parser.add_argument("--serial", type=int, default=1, metavar="N", help="refuse signatures older than this one")
    parser.add_argument("--unsigned-ok", action="store_true", help="a site that no root has signed may pass")
    parser.add_argument(
        "--allow-header", action="append", default=[], metavar="NAME", help="one that a delivery network adds"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """0 as it should be; 1 differences; 2 nothing to compare with."""
    from reporter.cli.refusals import Refused
    from reporter.fetching import BadAddress, fetcher
    from reporter.manifest import BadManifest, NotBuilt
    from reporter.verify import BadPage, verify

    try:
        fetch, known = fetcher(args.site), _known(args)
    except (NotBuilt, BadManifest, BadPage, BadAddress, Refused, NothingKnown) as problem:
        print(problem, file=sys.stderr)
        return 2
    report = verify(known, fetch, args.site.lower().startswith("https:"), time.time())
    if args.json:
        print(json.dumps(_described(report)))
    elif not report.differences:
        print(_told(report))
    if not args.json:
        for line in _lines(report.differences):
            print(line, file=sys.stderr)
    return 1 if report.differences else 0


class NothingKnown(Exception):
    """There is nothing to compare the site with."""


def _known(args: argparse.Namespace) -> "Known":
    """Raises NothingKnown, NotBuilt, BadManifest, BadPage, Refused."""
    from reporter import manifest
    from reporter.cli.inputs import read_pins
    from reporter.fingerprint import same
    from reporter.frozen import FIRST_PAGE
    from reporter.verify import Known, pins_in

    if not (args.against or args.pins or args.fingerprint):
        raise NothingKnown(NOTHING_KNOWN)
    if args.unsigned_ok and not args.against:
        raise NothingKnown(UNSIGNED)
    pins, raw = read_pins(args.pins) if args.pins else None, b""
    if args.against:
        folder = Path(args.against)
        built = folder / "site" if (folder / "site").is_dir() else folder
        raw = manifest.read_raw(built)
        manifest.decode(raw)
        pins = pins or pins_in((built / FIRST_PAGE).read_bytes())
    if pins and args.fingerprint and not same(" ".join(pins.fingerprint), args.fingerprint):
        raise NothingKnown(OTHER_WORDS)
    names = frozenset(name.lower() for name in args.allow_header)
    return Known(raw, pins, args.fingerprint, args.serial, args.unsigned_ok, names)


def _described(report: "Report") -> dict[str, object]:
    signature = report.signature
    return {
        "files": report.files,
        "signature": {"serial": signature.serial, "day": signature.day} if signature else None,
        "differences": [asdict(one) for one in report.differences],
    }


def _told(report: "Report") -> str:
    by = f"signed by the root (signature {report.signature.serial})" if report.signature else "NOT SIGNED by the root"
    return f"{report.files} files, all as they should be; {by}"


def _lines(differences: "list[Difference]") -> list[str]:
    """What differs, the same problem of many addresses in one line."""
    places: dict[tuple[str, str], list[str]] = {}
    for one in differences:
        hashes = f"\n  its SHA-256 is {one.got}\n  and should be  {one.expected}" if one.got else ""
        places.setdefault((one.problem, hashes), []).append(one.path)
    return [f"{_named(paths)}: {problem}{hashes}" for (problem, hashes), paths in places.items()]


def _named(paths: list[str]) -> str:
    more = len(paths) - SHOWN
    return ", ".join(paths[:SHOWN]) + (f" and {more} more" if more > 0 else "")
