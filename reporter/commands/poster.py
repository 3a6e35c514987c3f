"""`reporter poster --site-dir DIR --out DIR`: an A4 poster and a sheet of cards with the site's address, as PDF."""

import argparse
import json
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--site-dir", required=True, type=Path, help="folder with site.json")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="where poster.pdf and card.pdf go")
    parser.add_argument("--address", default="", metavar="URL", help="address of the site (else that of site.json)")
    parser.add_argument("--onion", default="", metavar="URL", help="its onion address, for Tor Browser")
    parser.add_argument("--language", default="en", metavar="TAG", help="such as cy")
    parser.add_argument("--json", action="store_true", help="the files as JSON on standard output")


def run(args: argparse.Namespace) -> int:
    """0 made; 1 refused, with one line on standard error."""
    from reporter import languages, poster, sitesettings
    from reporter.build import BadPins, read_address, read_pins
    from reporter.offline import BadAddress, checked

    try:
        pins = read_pins(args.site_dir / "site.json")
        place = poster.Place(checked(args.address or read_address(args.site_dir / "site.json")), checked(args.onion))
        if not place.address:
            raise BadAddress(BadAddress.__doc__)
        facts, language = sitesettings.load(args.site_dir).facts, languages.load(args.language)
        made = poster.write(args.out, poster.make(place, pins, language, facts))
    except (BadPins, BadAddress, sitesettings.BadSettings, languages.BadTranslation, poster.NoPango) as problem:
        print(problem, file=sys.stderr)
        return 1
    if args.json:
        print(json.dumps([str(path) for path in made]))
    else:
        print("\n".join(map(str, made)))
    return 0
