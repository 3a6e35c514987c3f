"""`reporter verify --site URL`: exit 1 when the site serves anything but what was built."""

import argparse
import json
import os
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    default = Path(os.environ.get("CANDOUR_SITE", "site"))
    parser.add_argument("--site", required=True, metavar="URL", help="address of the site, such as https://example.org")
    parser.add_argument("--site-dir", type=Path, default=default, help="folder with the site you built (CANDOUR_SITE)")
    parser.add_argument("--pins", type=Path, help="a site.json known from elsewhere, to compare the page's pins with")
    parser.add_argument("--json", action="store_true", help="the differences as JSON on standard output")


def run(args: argparse.Namespace) -> int:
    """0 the same bytes; 1 differences, or nothing to compare with."""
    from reporter.build import BadPins, read_pins
    from reporter.manifest import NotBuilt, read
    from reporter.verify import BadAddress, fetcher, verify, verify_pins

    try:
        entries = read(args.site_dir / "site")
        fetch = fetcher(args.site)
        pins = read_pins(args.pins) if args.pins else None
    except (NotBuilt, BadAddress, BadPins) as problem:
        print(problem, file=sys.stderr)
        return 1
    differences = verify(entries, fetch)
    if pins and not differences:
        differences = verify_pins(pins, fetch)
    if args.json:
        print(json.dumps({"files": len(entries), "differences": [vars(one) for one in differences]}))
    for one in differences:
        print(f"{one.path}: {one.problem}", file=sys.stderr)
    if not differences and not args.json:
        print(f"{len(entries)} files, all as built")
    return 1 if differences else 0
