"""What a command is given: pins from a file, text and words on standard input; and what it writes to files."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from crypto.errors import BadField
from crypto.pins import Pins
from reporter.cli.refusals import BadPinsFile, FileThere, NoProof, NotText, UnreadableFile


def add_site(parser: argparse.ArgumentParser) -> None:
    """The options that send and check share."""
    parser.add_argument("--site", required=True, metavar="URL", help="address of the site, such as https://example.org")
    default = Path(os.environ.get("CANDOUR_SITE", "site")) / "site.json"
    parser.add_argument(
        "--pins", type=Path, default=default, metavar="FILE", help="the site.json to trust (%(default)s)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def read_pins(path: Path) -> Pins:
    """Raises BadPinsFile."""
    try:
        return Pins.from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError, BadField) as error:
        raise BadPinsFile(str(path)) from error


def read_text() -> str:
    """Standard input as UTF-8, without white space around it. Raises NotText."""
    try:
        return sys.stdin.buffer.read().decode("utf-8").strip()
    except UnicodeDecodeError as error:
        raise NotText from error


def write_receipts(path: Path, receipts: dict[str, bytes]) -> None:
    """The receipt of each group; of more than one, with the group's name in the file's. Raises NoProof, FileThere."""
    if not receipts:
        raise NoProof
    for group, content in receipts.items():
        write_private(path if len(receipts) == 1 else path.with_stem(f"{path.stem}-{group}"), content)


def write_private(path: Path, content: bytes) -> None:
    """A new file that only its owner can read. Raises FileThere, UnreadableFile."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
    except FileExistsError as error:
        raise FileThere(str(path)) from error
    except OSError as error:
        raise UnreadableFile(str(path)) from error
