"""`handler sealed key|ask|write|open`: a possible indecent image goes to the authorised unit, readable by it alone."""

import argparse
import hashlib
from pathlib import Path

from crypto.parcel import fingerprint
from crypto.words import to_words
from handler.cases.desk import Desk
from handler.commandline import DONE, add_home, add_json, emit, secret_lines, services_from
from handler.commands.user import supervisor_by
from handler.pickup.cycle import piece_store
from handler.sealing import parcels, unpacking
from handler.services import Services
from handler.times import written_day

ORDER = (
    "In order: the unit runs `key` on its own machine, sends unit.pub and reads out its twelve words on the telephone; "
    "a supervisor runs `ask` with both; another supervisor compares the words and approves, on the console's page; "
    "`write` makes a file for each sealed thing; the unit runs `open`. Then the hand-over is recorded on the case's "
    "page, and what is here can be destroyed. On the console's machine nothing is ever in clear."
)
STDIN = "Standard input: the supervisor's passphrase."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = ORDER
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    key = acts.add_parser("key", help="at the unit: make its key, unit.key (to keep) and unit.pub (to send)")
    key.add_argument("folder", type=Path, help="a new folder")
    ask = acts.add_parser("ask", help="ask a second supervisor to approve it for the unit's key", epilog=STDIN)
    write = acts.add_parser("write", help="write what was approved, for the unit's key alone", epilog=STDIN)
    for act in (ask, write):
        act.add_argument("case", help="the case's number, such as PSU-2026-0001")
        act.add_argument("--to", type=Path, required=True, metavar="FILE", help="the unit's unit.pub")
        act.add_argument("--by", help="the supervisor's name (default: the only one)")
        add_home(act)
    ask.add_argument("--words", required=True, help="the twelve words of the key, as the unit read them out")
    write.add_argument("--into", type=Path, required=True, metavar="FOLDER", help="where the files go")
    opens = acts.add_parser("open", help="at the unit: open such a file")
    opens.add_argument("file", type=Path)
    opens.add_argument("--key", type=Path, required=True, metavar="FILE", help="the unit's unit.key")
    opens.add_argument("--into", type=Path, required=True, metavar="FOLDER", help="a new folder for what it holds")
    for act in (key, ask, write, opens):
        add_json(act)


def run(arguments: argparse.Namespace) -> int:
    if arguments.act == "key":
        return _key(arguments)
    if arguments.act == "open":
        return _open(arguments)
    with services_from(arguments) as services:
        public = unpacking.read_public(arguments.to)
        by = supervisor_by(services, arguments.by, secret_lines(1)[0])
        desk = Desk(services.databases, services.settings, by, services.clock)
        return (_ask if arguments.act == "ask" else _write)(arguments, services, desk, public)


def _key(arguments: argparse.Namespace) -> int:
    words = " ".join(to_words(fingerprint(unpacking.make_key(arguments.folder))))
    emit(
        arguments,
        {"words": words},
        f"Send {arguments.folder / unpacking.PUBLIC_KEY}, and read these words out to the supervisor on the telephone:"
        f"\n  {words}\nKeep {arguments.folder / unpacking.KEY} to yourself: it alone opens what is written for it.",
    )
    return DONE


def _ask(arguments: argparse.Namespace, services: Services, desk: Desk, public: bytes) -> int:
    parcels.ask(desk, arguments.case, public, arguments.words)
    emit(
        arguments,
        {"waits": True},
        "Asked. Another supervisor who holds the case compares the words and approves, on the page of approvals; then "
        "`handler sealed write`.",
    )
    return DONE


def _write(arguments: argparse.Namespace, services: Services, desk: Desk, public: bytes) -> int:
    made = parcels.write(desk, piece_store(services.settings), arguments.case, public, arguments.into)
    answer = [
        {"file": str(one.path), "object": one.object_id.hex(), "sha256": one.sha256, "missing": one.missing}
        for one in made
    ]
    lines = [
        f"{one.path}\n  SHA-256 {one.sha256}"
        + (f"\n  {one.missing} pieces of its files never arrived here" if one.missing else "")
        for one in made
    ]
    text = "Give these to the unit, which alone can open them, and tell it their SHA-256:"
    emit(arguments, {"parcels": answer}, "\n".join([text, *lines]))
    return DONE


def _open(arguments: argparse.Namespace) -> int:
    raw = arguments.file.read_bytes()
    opened = unpacking.unpack(unpacking.read_key(arguments.key), raw, arguments.into)
    digest = hashlib.sha256(raw).hexdigest()
    answer = {
        "object": opened.id.hex(), "day": opened.day, "files": opened.files, "incomplete": opened.incomplete,
        "sha256": digest,
    }  # fmt: skip
    incomplete = f" Of {opened.incomplete} more not all had arrived." if opened.incomplete else ""
    emit(
        arguments,
        answer,
        f"SHA-256 {digest}: compare it with what you were told.\nSent on {written_day(opened.day)}; {opened.files} "
        f"files are in {arguments.into}.{incomplete}",
    )
    return DONE
