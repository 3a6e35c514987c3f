"""What is handed to a unit outside the site: sealed to that unit's own key, with the pieces of files as they are.

Whoever makes a parcel needs no file in clear for it: what is sealed anew is the content that has the files' keys. A
parcel does not prove who made it; its SHA-256 is told beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crypto.errors import BadKind, BadLength
from crypto.opening import XWingOpener
from crypto.pieces import NAME, PIECE
from crypto.secret import SeedXWing
from crypto.suite import h, seal_xwing

MAGIC = b"candour/1 parcel\0"
ID = 16
_LENGTH = 4


@dataclass(frozen=True)
class Parcel:
    """A parcel taken apart, its content opened. `pieces` by their names, each 262,144 bytes and still encrypted."""

    id: bytes  # 16
    content: bytes
    pieces: Mapping[bytes, bytes]


def fingerprint(public: bytes) -> bytes:
    """The 16 bytes by which people compare a unit's X-Wing key (1,216 bytes), read out as twelve words."""
    return h(b"candour/1 unit key\0", public)[:16]  # spec: 10.6


def parcel_head(public: bytes, parcel_id: bytes, content: bytes) -> bytes:
    """What a parcel begins with; its pieces follow. Raises BadField for a public key that is none."""
    info = _info(parcel_id)
    sealed = seal_xwing(public, info, content)  # spec: 10.6
    return info + len(sealed).to_bytes(_LENGTH, "big") + sealed


def parcel_piece(name: bytes, piece: bytes) -> bytes:
    """One piece under its name, which tells nothing without the file's key."""
    if (len(name), len(piece)) != (NAME, PIECE):
        raise ValueError("a piece is 262,144 bytes under a name of 16")
    return name + piece


def open_parcel(seed: SeedXWing, raw: bytes) -> Parcel:
    """Raises BadKind, BadLength, and BadSeal for what was sealed to another key or changed."""
    if raw[: len(MAGIC)] != MAGIC:
        raise BadKind("parcel")
    at = len(MAGIC) + ID
    first = at + _LENGTH + int.from_bytes(raw[at : at + _LENGTH], "big")
    if len(raw) < first or (len(raw) - first) % (NAME + PIECE):
        raise BadLength("parcel")
    content = XWingOpener(seed).open(raw[:at], raw[at + _LENGTH : first])
    rows = (raw[start : start + NAME + PIECE] for start in range(first, len(raw), NAME + PIECE))
    return Parcel(raw[len(MAGIC) : at], content, {row[:NAME]: row[NAME:] for row in rows})


def _info(parcel_id: bytes) -> bytes:
    if len(parcel_id) != ID:
        raise ValueError("an id is 16 bytes")
    return MAGIC + parcel_id
