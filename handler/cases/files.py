"""Files of a case: put together and decrypted in memory, on request only, never shown as they were sent."""

import re
import unicodedata
from dataclasses import dataclass, field

from crypto.openfile import open_file
from crypto.pieces import piece_names
from crypto.post import FileRef, decode_post
from crypto.secret import ContentKey
from handler.cases.desk import Desk
from handler.cases.records import POST_KINDS, CaseBox
from handler.cases.tables import CaseRecord
from handler.errors import Refused
from handler.pickup.piecestore import PieceStore
from handler.preview.viewings import DOWNLOADED, note

PLAIN_NAME = re.compile(r"[^A-Za-z0-9._ ()-]")
DOUBTFUL = "file"


class NotArrived(Refused):
    """Parts of this file have not arrived yet. The reporter's phone may still be sending; try again later."""


class NoSuchFile(Refused):
    """There is no such file in this case."""


class FileSealed(Refused):
    """This file was sealed. It can be neither shown, saved nor exported from the case any more."""


NO_KEY = ContentKey(bytes(32))
"""Stands in a post where a sealed file's key was."""


@dataclass(frozen=True)
class Download:
    """A file's bytes and the name it is saved under."""

    name: str
    content: bytes = field(repr=False)


def download(desk: Desk, store: PieceStore, case_id: bytes, record_id: bytes, place: int) -> Download:
    """The file at a place of a post's list. Raises NoSuchFile, FileSealed, NotArrived, NotAllowed, open_file's."""
    ref = find(desk, case_id, record_id, place)
    content = put_together(store, ref)
    with desk.databases.console.write() as console:
        note(console, desk, case_id, record_id, place, how=DOWNLOADED)
    return Download(safe_name(ref.name), content)


def put_together(store: PieceStore, ref: FileRef) -> bytes:
    """A file's bytes, in memory. Raises FileSealed, NotArrived, and what open_file raises."""
    if ref.key == NO_KEY:
        raise FileSealed
    pieces = []
    for name in piece_names(ref):
        piece = store.read(name)
        if piece is None:
            raise NotArrived
        pieces.append(piece)
    return open_file(ref, pieces)


def find(desk: Desk, case_id: bytes, record_id: bytes, place: int) -> FileRef:
    """What a post says of the file at a place of its list. Raises NoSuchFile, NotAllowed."""
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
