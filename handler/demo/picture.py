"""A small picture without any subject, for a report that has a file."""

import struct
import zlib


def png(width: int = 320, height: int = 200) -> bytes:
    """Two soft colours that run into each other (PNG, 8-bit RGB)."""
    rows = b"".join(
        b"\0" + b"".join(bytes((90 + 120 * x // width, 110 + 80 * y // height, 150)) for x in range(width))
        for y in range(height)
    )
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
