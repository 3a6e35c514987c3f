"""Files as pieces of one size (SPEC 5). A piece is 262,144 bytes whatever is in it."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crypto.errors import BadCount, TooLarge
from crypto.post import FileRef
from crypto.secret import ContentKey
from crypto.suite import h, kdf

PIECE = 262144  # bytes of a sealed piece
PART = 262128  # bytes of a file in it
NAME = 16
LADDER = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)  # pieces a file may have


def ladder(size: int) -> int:
    """The number of pieces for a file of `size` bytes. Raises TooLarge above 512."""
    for count in LADDER:  # spec: 5
        if size <= count * PART:
            return count
    raise TooLarge(f"{size} bytes")


def seal_piece(key: ContentKey, n: int, part: bytes) -> bytes:
    """Piece n (from 0) of a file: its part of up to 262,128 bytes, filled with zeros and sealed to 262,144."""
    if len(part) > PART:
        raise ValueError("a part is 262,128 bytes at most")
    return AESGCM(key.expose()).encrypt(n.to_bytes(12, "big"), part.ljust(PART, b"\0"), None)  # spec: 5


def piece_name(key: ContentKey, n: int) -> bytes:
    """The 16 bytes under which piece n is stored."""
    return kdf(key.expose(), "piece", n.to_bytes(4, "big"), NAME)


def piece_names(ref: FileRef) -> list[bytes]:
    """The names of every piece of a file. Raises BadCount."""
    check_count(ref)
    return [piece_name(ref.key, n) for n in range(ref.count)]


def file_hash(piece_hashes: Sequence[bytes]) -> bytes:
    """H over the hashes of the pieces, in order."""
    return h(*piece_hashes)


def check_count(ref: FileRef) -> None:
    """Raises BadCount where count is not the least of the ladder that holds size."""
    try:
        fits = ref.count == ladder(ref.size)
    except TooLarge:
        fits = False
    if not fits:
        raise BadCount
