"""`handler verify-receipt`: whether a reporter's receipt file is genuine, with nothing but the site's root keys."""

import argparse
from pathlib import Path

from crypto.errors import ProtocolError
from crypto.proof import CHALLENGE_LABEL, verify_receipt
from crypto.suite import verify
from handler.commandline import DONE, add_json, emit
from handler.errors import Refused
from handler.founding.sitefile import SiteFile
from handler.times import written_day


class NotGenuine(Refused):
    """This is not a genuine receipt of this site. Do not rely on it."""


def roots(text: str) -> tuple[bytes, ...]:
    """One or two root keys in hex, joined by a comma, for argparse."""
    try:
        keys = tuple(bytes.fromhex(part) for part in text.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError("a root key is 64 hexadecimal digits") from error
    if any(len(key) != 32 for key in keys):
        raise argparse.ArgumentTypeError("a root key is 64 hexadecimal digits")
    return keys


def signature(text: str) -> bytes:
    """A signature in hex, for argparse."""
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("a signature is 128 hexadecimal digits") from error


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="the receipt file that the reporter saved")
    known = parser.add_mutually_exclusive_group(required=True)
    known.add_argument("--roots", type=roots, help="the site's root keys: HEX or HEX,HEX")
    known.add_argument("--site-dir", type=Path, help="the folder of the site's site.json")
    parser.add_argument("--challenge", help="a text that you gave to the person who says they wrote the report")
    parser.add_argument("--signature", type=signature, help="what they signed it with, hex")
    add_json(parser)
    parser.set_defaults(usage_error=parser.error)


def run(arguments: argparse.Namespace) -> int:
    if (arguments.challenge is None) != (arguments.signature is None):
        arguments.usage_error("--challenge and --signature go together")
    keys = arguments.roots or SiteFile.load(arguments.site_dir).roots
    try:
        receipt = verify_receipt(arguments.file.read_bytes(), keys)
        if arguments.challenge is not None:
            verify(receipt.proof.sign_public, CHALLENGE_LABEL, arguments.challenge.encode(), arguments.signature)
    except ProtocolError as error:
        raise NotGenuine(error.name) from error
    proof = receipt.proof
    answer = {
        "group": proof.group,
        "console": receipt.certificate.console,
        "day": proof.day,
        "signed": proof.signed,
        "content": bool(receipt.post_json),
        "first_words": receipt.first_words,
        "author": arguments.challenge is not None,
    }
    emit(arguments, answer, _told(answer))
    return DONE


def _told(answer: dict[str, object]) -> str:
    day, signed = (written_day(int(str(answer[name]))) for name in ("day", "signed"))
    lines = [
        f"Genuine. A report to {answer['group']} came on {day}; console {answer['console']} signed this on {signed}."
    ]
    if answer["content"]:
        words = "the first words" if answer["first_words"] else "later words"
        lines.append(f"The file holds exactly what was reported then. The proof is for {words}.")
    else:
        lines.append("The file does not hold the content.")
    if answer["author"]:
        lines.append(
            "The challenge was signed with the words of this report: who signed it wrote it, or has its words."
        )
    return "\n".join(lines)
