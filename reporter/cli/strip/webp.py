"""WebP without its metadata (SPEC 5.1)."""

from __future__ import annotations

from crypto.errors import DamagedFile
from reporter.cli.strip import exif

_PICTURES = {b"VP8 ", b"VP8L", b"ANMF"}
_KEPT = _PICTURES | {b"VP8X", b"ALPH", b"ANIM"}
_IN_A_FRAME = {b"VP8 ", b"VP8L", b"ALPH"}
_FRAME = 16  # bytes of an ANMF before the chunks in it
_ALPHA_AND_ANIMATION, _EXIF = 0x12, 0x08  # flags of VP8X

Chunk = tuple[bytes, bytes]


def clean(content: bytes) -> bytes:
    """The same picture, with the chunks that draw it alone. Raises DamagedFile."""
    size = int.from_bytes(content[4:8], "little")
    if size < 4 or 8 + size > len(content):
        raise DamagedFile("size")
    chunks = _split(content[12 : 8 + size])
    if not any(kind in _PICTURES for kind, _ in chunks):
        raise DamagedFile("no picture")
    turned = _orientation(chunks) if chunks[0][0] == b"VP8X" else exif.UPRIGHT
    kept = [_chunk(kind, _cleaned(kind, data, turned)) for kind, data in chunks if kind in _KEPT]
    if turned > exif.UPRIGHT:
        kept.append(_chunk(b"EXIF", exif.only(turned)))
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _orientation(chunks: list[Chunk]) -> int:
    tiff = next((data for kind, data in chunks if kind == b"EXIF"), b"")
    return exif.orientation(tiff.removeprefix(b"Exif\0\0"))


def _cleaned(kind: bytes, data: bytes, turned: int) -> bytes:
    if kind == b"VP8X":
        if len(data) < 10:
            raise DamagedFile("VP8X")
        flags = data[0] & _ALPHA_AND_ANIMATION | (_EXIF if turned > exif.UPRIGHT else 0)
        return bytes([flags, 0, 0, 0]) + data[4:10]
    if kind == b"ANMF":
        if len(data) < _FRAME:
            raise DamagedFile("ANMF")
        return data[:_FRAME] + b"".join(_chunk(k, d) for k, d in _split(data[_FRAME:]) if k in _IN_A_FRAME)
    return data


def _split(row: bytes) -> list[Chunk]:
    chunks, at = [], 0
    while at < len(row):
        if at + 8 > len(row):
            raise DamagedFile("cut off")
        end = at + 8 + int.from_bytes(row[at + 4 : at + 8], "little")
        if end > len(row):
            raise DamagedFile("chunk")
        chunks.append((row[at : at + 4], row[at + 8 : end]))
        at = end + (end - at) % 2
    return chunks


def _chunk(kind: bytes, data: bytes) -> bytes:
    return kind + len(data).to_bytes(4, "little") + data + bytes(len(data) % 2)
