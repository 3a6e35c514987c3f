"""The one thing worth keeping of Exif: which way up the picture is (SPEC 5.1)."""

from __future__ import annotations

_ORIENTATION = 0x0112
UPRIGHT = 1


def orientation(tiff: bytes) -> int:
    """1 to 8. Damaged data has none, which is 1: it is dropped in any case."""
    if len(tiff) < 8 or tiff[:2] not in (b"II", b"MM"):
        return UPRIGHT

    def number(at: int, length: int) -> int:
        return int.from_bytes(tiff[at : at + length], "little" if tiff[:2] == b"II" else "big")

    start = number(4, 4)
    if start + 2 > len(tiff):
        return UPRIGHT
    found = UPRIGHT
    for n in range(number(start, 2)):
        at = start + 2 + 12 * n
        if at + 12 > len(tiff):
            break
        value = number(at + 8, 2)
        if number(at, 2) == _ORIENTATION and 1 <= value <= 8:
            found = value
    return found


def only(turned: int) -> bytes:
    """26 bytes of big-endian TIFF: one IFD with the orientation (2 to 8) alone."""
    entry = b"\x01\x12" + b"\0\3" + b"\0\0\0\1" + bytes([0, turned, 0, 0])
    return b"MM\0*" + b"\0\0\0\x08" + b"\0\1" + entry + bytes(4)
