"""Files of a case: put together and decrypted in memory, on request only, never shown by the console itself."""

import re
import unicodedata
from dataclasses import dataclass, field

from crypto.openfile import open_file
from crypto.pieces import piece_names
from crypto.post import FileRef, decode_post
from handler.audit.log import record
from handler.cases.desk import Desk
from handler.cases.records import POST_KINDS, CaseBox
from handler.cases.tables import CaseRecord
from handler.errors import Refused
from handler.pickup.piecestore import PieceStore

PLAIN_NAME = re.compile(r"[^A-Za-z0-9._ ()-]")
DOUBTFUL = "file"


class NotArrived(Refused):
    """Parts of this file have not arrived yet. The reporter's phone may still be sending; try again later."""


class NoSuchFile(Refused):
    """There is no such file in this case."""


@dataclass(frozen=True)
class Download:
    """A file's bytes and the name it is saved under."""

    name: str
    content: bytes = field(repr=False)


def download(desk: Desk, store: PieceStore, case_id: bytes, record_id: bytes, place: int) -> Download:
    """The file at a place of a post's list. Raises NoSuchFile, NotArrived, NotAllowed, and what open_file raises."""
    ref = _find(desk, case_id, record_id, place)
    pieces = []
    for name in piece_names(ref):
        piece = store.read(name)
        if piece is None:
            raise NotArrived
        pieces.append(piece)
    content = open_file(ref, pieces)
    with desk.databases.console.write() as console:
        record(console, desk.unlocked, "file downloaded", case_id, clock=desk.clock, post=record_id.hex(), place=place)
    return Download(safe_name(ref.name), content)


def _find(desk: Desk, case_id: bytes, record_id: bytes, place: int) -> FileRef:
    box = CaseBox(case_id, desk.case_key(case_id))
    with desk.databases.console.read() as console:
        row = console.get(CaseRecord, record_id)
        if row is None or row.case_id != case_id or row.kind not in POST_KINDS:
            raise NoSuchFile
        files = decode_post(box.open(row)).files
    if not 0 <= place < len(files):
        raise NoSuchFile
    return files[place]


def safe_name(name: str) -> str:
    """A name that no shell, browser or file system takes for more than a name; the ending is kept."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = PLAIN_NAME.sub("_", plain).strip(" .")[-100:].lstrip(" .-")
    return plain or DOUBTFUL
