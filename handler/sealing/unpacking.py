"""What the authorised unit does on a machine of its own: makes a key, and opens the parcels written for it."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crypto.errors import BadCount
from crypto.openfile import open_file
from crypto.parcel import open_parcel
from crypto.pieces import piece_names
from crypto.post import FileRef
from crypto.secret import SeedXWing
from crypto.suite import XWING_PUBLIC, Random, xwing_public
from handler.cases.files import safe_name
from handler.errors import Refused
from handler.files import PRIVATE, PUBLIC, sync_tree, write_new
from handler.sealing.objects import Held
from handler.sealing.reading import words_of

KEY, PUBLIC_KEY = "unit.key", "unit.pub"
WORDS = "words.txt"


class NotAKey(Refused):
    """This is no key file of `handler sealed key`. The unit sends unit.pub, and opens parcels with unit.key."""


@dataclass(frozen=True)
class Opened:
    """What a parcel held. `id`: the sealed thing's; `day`: when the message came; `files`: how many were written."""

    id: bytes
    day: int
    files: int
    incomplete: int


def make_key(folder: Path, random: Random = os.urandom) -> bytes:
    """unit.key and unit.pub in a new folder; the public key, 1,216 bytes. Raises FileExistsError."""
    seed = SeedXWing(random(32))
    public = xwing_public(seed)
    folder.mkdir(mode=0o700)
    write_new(folder / KEY, seed.expose().hex().encode() + b"\n", PRIVATE)
    write_new(folder / PUBLIC_KEY, public.hex().encode() + b"\n", PUBLIC)
    sync_tree(folder)
    return public


def read_public(path: Path) -> bytes:
    """Raises NotAKey."""
    return _read(path, XWING_PUBLIC)


def read_key(path: Path) -> SeedXWing:
    """Raises NotAKey."""
    return SeedXWing(_read(path, SeedXWing.LENGTH))


def unpack(seed: SeedXWing, raw: bytes, folder: Path) -> Opened:
    """Writes the words and the files of a parcel into a new folder that its owner alone can read.

    Raises BadKind, BadLength, BadSeal, FileExistsError, and what open_file raises.
    """
    parcel = open_parcel(seed, raw)
    held = Held.decode(parcel.content)
    post, written = held.post, 0
    folder.mkdir(mode=0o700)
    text = "\n\n".join(words_of(post))
    if text:
        write_new(folder / WORDS, text.encode(), PRIVATE)
    for place, ref in enumerate(post.files, 1):
        content = _content(ref, parcel.pieces.get)
        if content is not None:
            write_new(folder / f"{place}-{safe_name(ref.name)}", content, PRIVATE)
            written += 1
    sync_tree(folder)
    return Opened(parcel.id, held.day, written, len(post.files) - written)


def _content(ref: FileRef, piece: Callable[[bytes], bytes | None]) -> bytes | None:
    """None where pieces are not there."""
    try:
        pieces = [piece(name) for name in piece_names(ref)]
    except BadCount:
        return None
    there = [one for one in pieces if one is not None]
    return open_file(ref, there) if len(there) == len(pieces) else None


def _read(path: Path, length: int | None) -> bytes:
    try:
        key = bytes.fromhex(path.read_text("ascii"))
    except ValueError as error:
        raise NotAKey(path.name) from error
    if len(key) != length:
        raise NotAKey(path.name)
    return key
