"""`reporter build --site-dir DIR`: freezes the public site. DIR/settings.toml may change what it offers."""

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

UNSIGNED = "It is not signed. Compare this SHA-256 with others who built the site; then: handler root sign-site"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--site-dir", required=True, type=Path, help="folder with site.json; the site goes to DIR/site")
    parser.add_argument("--address", default="", metavar="URL", help="address of the site, for its offline page")
    parser.add_argument(
        "--confirmed", action="store_true", help="refuse while a fact stands that nobody has vouched for"
    )
    parser.add_argument("--json", action="store_true", help="sizes as JSON on standard output")


def run(args: argparse.Namespace) -> int:
    """0 built; 1 refused, with one line on standard error."""
    from reporter.build import BadPins, build
    from reporter.bundling import BundleFailed, NoClientPackages, NoNode
    from reporter.languages import BadTranslation
    from reporter.offline import BadAddress
    from reporter.questionnaire import BadQuestionnaire
    from reporter.sitesettings import BadSettings, Unconfirmed
    from reporter.wellknown import renewal

    refused = (BadPins, BadAddress, BadSettings, Unconfirmed, BadQuestionnaire, BadTranslation)
    try:
        built = build(args.site_dir, address=args.address, confirmed=args.confirmed)
    except (*refused, NoNode, NoClientPackages, BundleFailed) as problem:
        print(problem, file=sys.stderr)
        return 1
    if built.unconfirmed:
        print(f"To be confirmed in settings.toml: {', '.join(built.unconfirmed)}", file=sys.stderr)
    if built.security_until and (due := renewal(built.security_until, datetime.now(UTC))):
        print(due, file=sys.stderr)
    if args.json:
        sizes = {path: {"plain": plain, "br": br, "gz": gz} for path, (plain, br, gz) in built.sizes.items()}
        print(json.dumps(sizes))
        return 0
    print(f"{'file':44} {'bytes':>8} {'brotli':>8} {'gzip':>8}")
    for path, (plain, br, gz) in sorted(built.sizes.items()):
        print(f"{path:44} {plain:8} {br:8} {gz:8}")
    print(f"manifest.json has the SHA-256 {built.manifest}")
    print("The root has signed it." if built.signed else UNSIGNED)
    return 0
