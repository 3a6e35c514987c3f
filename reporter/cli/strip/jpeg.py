"""JPEG without its metadata (SPEC 5.1)."""

from __future__ import annotations

from crypto.errors import DamagedFile
from reporter.cli.strip import exif

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_APP0, _APP1, _APP14 = 0xE0, 0xE1, 0xEE
_TABLES = {0xC4, 0xCC, 0xDB, 0xDC, 0xDD}  # DHT, DAC, DQT, DNL, DRI
_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JFIF = 12  # bytes of the payload before the size of the thumbnail
_ADOBE = 12


def clean(content: bytes) -> bytes:
    """The same picture, without what tells of its maker. Raises DamagedFile."""
    first: list[bytes] = []
    kept: list[bytes] = []
    turned, frame, scan, at = 0, False, False, 2
    while True:
        at = _marker(content, at)
        marker = content[at]
        if marker == _EOI:
            break
        payload, end = _payload(content, at)
        frame = frame or marker in _FRAMES
        if marker == _SOS:
            if not frame:
                raise DamagedFile("scan before frame")
            scan, stop = True, _end_of_scan(content, end)
            kept += [_segment(_SOS, payload), content[end:stop]]
            at = stop
            continue
        if marker in _TABLES | _FRAMES:
            kept.append(_segment(marker, payload))
        elif marker == _APP0 and payload.startswith(b"JFIF\0") and len(payload) >= _JFIF + 2 and not first:
            first.append(_segment(_APP0, payload[:_JFIF] + bytes(2)))
        elif marker == _APP14 and payload.startswith(b"Adobe") and len(payload) >= _ADOBE:
            kept.append(_segment(_APP14, payload[:_ADOBE]))
        elif marker == _APP1 and payload.startswith(b"Exif\0") and not turned:
            turned = exif.orientation(payload[6:])
        at = end
    if not scan:
        raise DamagedFile("no scan")
    if turned > exif.UPRIGHT:
        first.append(_segment(_APP1, b"Exif\0\0" + exif.only(turned)))
    return b"".join([bytes([0xFF, _SOI]), *first, *kept, bytes([0xFF, _EOI])])


def _marker(content: bytes, at: int) -> int:
    """Where the code of a marker stands that begins at `at`, after any fill bytes."""
    if content[at : at + 1] != b"\xff":
        raise DamagedFile("no marker")
    while content[at : at + 1] == b"\xff":
        at += 1
    if at >= len(content):
        raise DamagedFile("cut off")
    return at


def _payload(content: bytes, at: int) -> tuple[bytes, int]:
    """The payload of the segment whose marker code stands at `at`, and where it ends."""
    if content[at] < 0xC0 or 0xD0 <= content[at] <= _SOI:
        raise DamagedFile("marker")
    length = int.from_bytes(content[at + 1 : at + 3], "big")
    end = at + 1 + length
    if length < 2 or end > len(content):
        raise DamagedFile("segment")
    return content[at + 3 : end], end


def _end_of_scan(content: bytes, at: int) -> int:
    """Where the marker stands that ends a scan's data; stuffed bytes and restart markers belong to them."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise DamagedFile("cut off")
        following = content[at + 1]
        if following == 0xFF:
            at += 1
        elif following == 0 or 0xD0 <= following <= 0xD7:
            at += 2
        else:
            return at


def _segment(marker: int, payload: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(payload) + 2).to_bytes(2, "big") + payload
