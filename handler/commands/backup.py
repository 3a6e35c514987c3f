"""`handler backup`: both databases of one moment, the console's keys and the pieces, into a folder."""

import argparse
from pathlib import Path

from handler.backup.making import make_backup
from handler.commandline import DONE, add_home, add_json, emit, services_from

KEPT_DAYS = 7  # SPEC 10.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = f"The console may go on working meanwhile. Keep a backup {KEPT_DAYS} days and no longer."
    parser.add_argument("folder", type=Path, metavar="TO_FOLDER", help="a new or an empty folder")
    add_home(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    with services_from(arguments) as services:
        made = make_backup(services, arguments.folder)
    manifest = made.manifest
    lines = [
        f"{len(manifest.files)} files, {manifest.size:,} bytes, in {arguments.folder}. Keep them {KEPT_DAYS} days and "
        "no longer: what is destroyed in the keyring is gone only with the last of its backups.",
        f"SHA-256 of manifest.json, also in the audit: {made.sha256}",
    ]
    if made.gone:
        lines.append(f"{made.gone} pieces were destroyed while the copy was made.")
    if manifest.without_key:
        lines.append(f"Nobody can open these cases, in the console neither: {', '.join(manifest.without_key)}.")
    answer = {
        "files": len(manifest.files), "bytes": manifest.size, "sha256": made.sha256, "gone": made.gone,
        "without_key": list(manifest.without_key),
    }  # fmt: skip
    emit(arguments, answer, "\n".join(lines))
    return DONE
