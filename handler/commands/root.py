"""`handler root sign|refresh|sign-site`: what is done with an offline root key."""

import argparse
import time
from pathlib import Path

from crypto.documents import Roster, SiteSignature
from handler.commandline import DONE, add_json, audience, emit
from handler.founding.signing import sign
from handler.founding.sitesigning import sign_site
from handler.times import written_day


def add_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    signing = acts.add_parser("sign", help="a new roster, with the console that asks to join or with new audiences")
    signing.add_argument(
        "--request", type=Path, help="a join.request; its client.csr lies beside it, and the answers are laid there"
    )
    signing.add_argument(
        "--audience", type=audience, action="append", default=[], help="NUMBER=GROUP[,GROUP]; may be repeated"
    )
    refreshing = acts.add_parser("refresh", help="the same roster anew, good for another 90 days")
    site = acts.add_parser("sign-site", help="the files of the site that was built, so that monitors know them")
    site.add_argument("--expect", type=_sha256, metavar="SHA256", help="sign only the manifest with this SHA-256")
    for act in (signing, refreshing, site):
        act.add_argument("--ceremony", type=Path, required=True, help="the folder with root.key or spare.key")
        act.add_argument("--site-dir", type=Path, required=True, help="the site's public folder")
        add_json(act)


def run(arguments: argparse.Namespace) -> int:
    if arguments.act == "sign-site":
        signature = sign_site(arguments.ceremony, arguments.site_dir, time.time(), arguments.expect)
        emit(arguments, described_site(signature), told_site(signature))
        return DONE
    signing = arguments.act == "sign"
    roster = sign(
        arguments.ceremony,
        arguments.site_dir,
        time.time(),
        arguments.request if signing else None,
        dict(arguments.audience) if signing else None,
    )
    emit(arguments, described(roster), f"{told(roster)}\nEvery console takes it up with its next publication.")
    return DONE


def described_site(signature: SiteSignature) -> dict[str, object]:
    """A site signature for machines."""
    return {"serial": signature.serial, "day": signature.day, "manifest": signature.manifest.hex()}


def told_site(signature: SiteSignature) -> str:
    """A site signature for people."""
    return (
        f"Site signature {signature.serial} of {written_day(signature.day)}, for the manifest with the SHA-256\n"
        f"{signature.manifest.hex()}\nTake manifest.sig back to the drop, beside manifest.json."
    )


def described(roster: Roster) -> dict[str, object]:
    """A roster for machines."""
    return {
        "serial": roster.serial,
        "issued": roster.issued,
        "expires": roster.expires,
        "consoles": {console.name: list(console.groups) for console in roster.consoles},
        "audiences": {str(audience.number): list(audience.groups) for audience in roster.audiences},
    }


def told(roster: Roster) -> str:
    """A roster for people."""
    consoles = "; ".join(f"{console.name} ({', '.join(console.groups)})" for console in roster.consoles)
    audiences = "; ".join(f"{audience.number} = {', '.join(audience.groups)}" for audience in roster.audiences)
    until = written_day(roster.expires)
    return f"Roster {roster.serial}, good until {until}.\nConsoles: {consoles}.\nAudiences: {audiences or 'none'}."


def _sha256(text: str) -> bytes:
    """64 hexadecimal digits, for argparse."""
    try:
        digest = bytes.fromhex(text)
    except ValueError:
        digest = b""
    if len(digest) != 32:
        raise argparse.ArgumentTypeError("a SHA-256 is 64 hexadecimal digits")
    return digest
