"""Files to send: read, cleaned of what they tell about their maker, sealed into pieces (SPEC 5)."""

from __future__ import annotations

import mimetypes
import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crypto import pieces
from crypto.errors import DamagedFile, TooLarge
from crypto.post import FileRef
from crypto.secret import ContentKey
from crypto.suite import Random, h
from reporter.cli import strip
from reporter.cli.refusals import CannotClean, UnreadableFile

_LONGEST_NAME = 255  # bytes


@dataclass(frozen=True)
class Attachment:
    """A file as it will be sent."""

    name: str
    type: str
    content: bytes
    cleaned: bool


def attachment(path: Path, *, as_is: bool) -> Attachment:
    """Reads a file and cleans it. Raises UnreadableFile, CannotClean unless `as_is`, DamagedFile, TooLarge."""
    name = file_name(path.name)
    try:
        if path.stat().st_size > pieces.LADDER[-1] * pieces.PART:
            raise TooLarge(name)
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(str(path)) from error
    try:
        cleaned = strip.clean(content)
    except DamagedFile as error:
        raise DamagedFile(name) from error
    if cleaned:
        return Attachment(name, cleaned.type, cleaned.content, cleaned=True)
    if not as_is:
        raise CannotClean(name)
    return Attachment(name, (mimetypes.guess_type(name)[0] or "")[:127], content, cleaned=False)


def seal(file: Attachment, random: Random = os.urandom) -> tuple[FileRef, Iterator[tuple[bytes, bytes]]]:
    """What the post says of a file, and its pieces as (name, bytes). The key is new."""
    key, count = ContentKey(random(32)), pieces.ladder(len(file.content))

    def sealed() -> Iterator[tuple[bytes, bytes]]:
        for n in range(count):
            part = file.content[n * pieces.PART : (n + 1) * pieces.PART]
            yield pieces.piece_name(key, n), pieces.seal_piece(key, n, part)

    file_hash = pieces.file_hash([h(piece) for _, piece in sealed()])
    ref = FileRef(file.name, file.type, len(file.content), count, key, file_hash, file.cleaned)
    return ref, sealed()


def file_name(name: str) -> str:
    """A name as a post may carry it: 1 to 255 bytes, no controls, invisible marks or slashes (SPEC 4.1)."""
    whole = name.encode("utf-8", "replace").decode("utf-8")
    plain = "".join(c for c in whole if unicodedata.category(c) not in ("Cc", "Cf", "Zl", "Zp") and c not in "/\\")
    stem, dot, ending = (plain or "file").rpartition(".")
    if not dot or len(ending) > 16:
        stem, ending = plain or "file", ""
    else:
        ending = dot + ending
    while len((stem + ending).encode()) > _LONGEST_NAME:
        stem = stem[:-1]
    return stem + ending
