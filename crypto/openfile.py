"""Opening a file from its pieces (SPEC 5)."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crypto.errors import BadHash, BadLength, BadPadding, BadPiece
from crypto.pieces import PIECE, check_count, file_hash
from crypto.post import FileRef
from crypto.secret import ContentKey
from crypto.suite import h


def open_file(ref: FileRef, pieces: Sequence[bytes]) -> bytes:
    """The file's bytes. Raises BadCount, BadLength, BadHash, BadPiece, BadPadding."""
    check_count(ref)
    if len(pieces) != ref.count or any(len(piece) != PIECE for piece in pieces):
        raise BadLength("piece")
    if file_hash([h(piece) for piece in pieces]) != ref.hash:
        raise BadHash("file")
    plain = b"".join(open_piece(ref.key, n, piece) for n, piece in enumerate(pieces))
    if plain.count(0, ref.size) != len(plain) - ref.size:
        raise BadPadding("file")
    return plain[: ref.size]


def open_piece(key: ContentKey, n: int, piece: bytes) -> bytes:
    """The 262,128 bytes of one piece. Raises BadPiece."""
    try:
        return AESGCM(key.expose()).decrypt(n.to_bytes(12, "big"), piece, None)
    except (InvalidTag, ValueError) as error:
        raise BadPiece(str(n)) from error
