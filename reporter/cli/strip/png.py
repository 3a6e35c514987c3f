"""PNG without its metadata (SPEC 5.1)."""

from __future__ import annotations

import zlib

from crypto.errors import DamagedFile
from reporter.cli.strip import exif

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEPT = set(b"IHDR PLTE tRNS gAMA cHRM sRGB sBIT bKGD hIST acTL fcTL fdAT IDAT IEND".split())


def clean(content: bytes) -> bytes:
    """The same picture, with the chunks that draw it alone. Raises DamagedFile."""
    kept = [SIGNATURE]
    kind, image, turned, at = b"", False, 0, len(SIGNATURE)
    while kind != b"IEND":
        if at + 12 > len(content):
            raise DamagedFile("cut off")
        end = at + 12 + int.from_bytes(content[at : at + 4], "big")
        if end > len(content):
            raise DamagedFile("chunk")
        kind, body = content[at + 4 : at + 8], content[at + 4 : end - 4]
        image = image or kind == b"IDAT"
        if (kind == b"IHDR") != (at == len(SIGNATURE)) or (kind == b"IEND" and not image):
            raise DamagedFile("order of chunks")
        if kind in _KEPT:
            if zlib.crc32(body) != int.from_bytes(content[end - 4 : end], "big"):
                raise DamagedFile("checksum")
            kept.append(content[at:end])
        elif kind == b"eXIf" and not turned:
            turned = exif.orientation(body[4:])
        at = end
    if turned > exif.UPRIGHT:
        kept.insert(2, _chunk(b"eXIf", exif.only(turned)))
    return b"".join(kept)


def _chunk(kind: bytes, data: bytes) -> bytes:
    body = kind + data
    return len(data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")
