"""Pictures put together by hand, and what is left of them: SPEC 5.1."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from tests.vectors.vector import Vector, error, ok

_TURNED = bytes.fromhex("4d4d002a00000008000101120003000000010006000000000000")  # big-endian, orientation 6 alone


def cases() -> Iterator[Vector]:
    yield from _jpeg()
    yield from _png()
    yield from _webp()
    yield _vector("strip_good_other_format", b"%PDF-1.7\n%%EOF\n", None)


def _vector(name: str, file: bytes, left: bytes | str | None) -> Vector:
    """`left`: what is left of the file, None where the format cannot be cleaned, an error's name."""
    expect = error(left) if isinstance(left, str) else ok({"cleaned": False} if left is None else {"file": left.hex()})
    return Vector(name, "5.1", "strip", {"file": file.hex()}, expect)


def _exif(orientation: int) -> bytes:
    """Little-endian TIFF: maker, orientation, position."""
    entries = [(0x010F, 2, b"Me\0\0"), (0x0112, 3, bytes([orientation, 0, 0, 0])), (0x8825, 4, b"\x32\0\0\0")]
    body = b"".join(
        tag.to_bytes(2, "little") + kind.to_bytes(2, "little") + b"\1\0\0\0" + v for tag, kind, v in entries
    )
    return b"II*\0\x08\0\0\0" + len(entries).to_bytes(2, "little") + body + bytes(4)


def _segment(marker: int, payload: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(payload) + 2).to_bytes(2, "big") + payload


def _jpeg() -> Iterator[Vector]:
    soi, eoi = b"\xff\xd8", b"\xff\xd9"
    jfif = b"JFIF\0\1\2\1\0\x48\0\x48"
    app0 = _segment(0xE0, jfif + b"\0\0")
    tables = _segment(0xDB, bytes(65))
    frame = _segment(0xC0, b"\x08\0\1\0\1\1\1\x11\0")
    restart = _segment(0xDD, b"\0\1")
    huffman = _segment(0xC4, bytes(17))
    scan = _segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x12\xff\0\x34\xff\xd0\x56"
    picture = tables + frame + restart + huffman + scan
    exif, xmp = _segment(0xE1, b"Exif\0\0" + _exif(6)), _segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>")
    upright = _segment(0xE1, b"Exif\0\0" + _exif(1))
    turned = _segment(0xE1, b"Exif\0\0" + _TURNED)
    icc, iptc, comment = _segment(0xE2, b"ICC_PROFILE\0"), _segment(0xED, b"Photoshop 3.0\0"), _segment(0xFE, b"Me")
    adobe = b"Adobe\0\x64\0\0\0\0\1"

    yield _vector("strip_good_jpeg_plain", soi + app0 + picture + eoi, soi + app0 + picture + eoi)
    loud = soi + app0 + exif + xmp + icc + iptc + comment + picture + eoi
    yield _vector("strip_good_jpeg_everything", loud, soi + app0 + turned + picture + eoi)
    yield _vector("strip_good_jpeg_upright", soi + upright + picture + eoi, soi + picture + eoi)
    yield _vector("strip_good_jpeg_no_jfif", soi + exif + picture + eoi, soi + turned + picture + eoi)
    thumbnail = _segment(0xE0, jfif + b"\1\1\x11\x22\x33")
    yield _vector("strip_good_jpeg_thumbnail", soi + thumbnail + picture + eoi, soi + app0 + picture + eoi)
    yield _vector("strip_good_jpeg_trailer", soi + picture + eoi + b"motion", soi + picture + eoi)
    yield _vector("strip_good_jpeg_fill_bytes", soi + b"\xff\xff" + picture + eoi, soi + picture + eoi)
    long_adobe = _segment(0xEE, adobe + b"more") + picture
    yield _vector("strip_good_jpeg_adobe", soi + long_adobe + eoi, soi + _segment(0xEE, adobe) + picture + eoi)
    between = soi + picture + comment + scan + eoi
    yield _vector("strip_good_jpeg_comment_between_scans", between, soi + picture + scan + eoi)
    yield _vector("strip_jpeg_cut_off", soi + picture, "DamagedFile")
    yield _vector("strip_jpeg_no_frame", soi + tables + scan + eoi, "DamagedFile")
    yield _vector("strip_jpeg_no_scan", soi + tables + frame + eoi, "DamagedFile")
    yield _vector("strip_jpeg_segment_too_long", soi + b"\xff\xe1\xff\xff" + picture + eoi, "DamagedFile")
    yield _vector("strip_jpeg_segment_too_short", soi + b"\xff\xe1\0\1" + picture + eoi, "DamagedFile")
    yield _vector("strip_jpeg_no_marker", soi + b"\xff\xe1\0\2x" + picture + eoi, "DamagedFile")


def _png_chunk(kind: bytes, data: bytes = b"") -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


def _png() -> Iterator[Vector]:
    begin = b"\x89PNG\r\n\x1a\n" + _png_chunk(b"IHDR", bytes.fromhex("00000001000000010800000000"))
    gamma, end = _png_chunk(b"gAMA", b"\0\0\xb1\x8f"), _png_chunk(b"IEND")
    image = _png_chunk(b"IDAT", zlib.compress(b"\0\x7f"))
    private = [
        (b"tEXt", b"Author\0Me"),
        (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x/>"),
        (b"tIME", bytes(7)),
        (b"iCCP", b"x\0\0"),
    ]
    loud = b"".join(_png_chunk(*chunk) for chunk in [*private, (b"prVt", b"?")])
    turned = _png_chunk(b"eXIf", _TURNED)
    yield _vector("strip_good_png_plain", begin + gamma + image + end, begin + gamma + image + end)
    everything = begin + loud + gamma + _png_chunk(b"eXIf", _exif(6)) + image + end + b"trailer"
    yield _vector("strip_good_png_everything", everything, begin + turned + gamma + image + end)
    upright = begin + _png_chunk(b"eXIf", _exif(1)) + image + end
    yield _vector("strip_good_png_upright", upright, begin + image + end)
    damaged_text = bytearray(_png_chunk(b"tEXt", b"Author\0Me"))
    damaged_text[-1] ^= 1
    yield _vector("strip_good_png_damaged_text", begin + bytes(damaged_text) + image + end, begin + image + end)
    yield _vector("strip_png_bad_crc", begin + image[:-1] + bytes([image[-1] ^ 1]) + end, "DamagedFile")
    yield _vector("strip_png_cut_off", begin + image + end[:-1], "DamagedFile")
    yield _vector("strip_png_no_image", begin + end, "DamagedFile")
    yield _vector("strip_png_header_twice", begin + begin[8:] + image + end, "DamagedFile")


def _riff(*chunks: bytes) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _webp_chunk(kind: bytes, data: bytes) -> bytes:
    return kind + len(data).to_bytes(4, "little") + data + bytes(len(data) % 2)


def _webp() -> Iterator[Vector]:
    picture, size = _webp_chunk(b"VP8 ", b"\1\2\3"), bytes(6)
    icc, xmp = _webp_chunk(b"ICCP", b"profile"), _webp_chunk(b"XMP ", b"<x/>")

    def extended(flags: int) -> bytes:
        return _webp_chunk(b"VP8X", bytes([flags, 0, 0, 0]) + size)

    def exif(tiff: bytes) -> bytes:
        return _webp_chunk(b"EXIF", tiff)

    alpha = _webp_chunk(b"ALPH", b"\0\1")
    yield _vector("strip_good_webp_plain", _riff(picture), _riff(picture))
    loud = _riff(extended(0x3C), icc, alpha, picture, exif(_exif(6)), xmp, _webp_chunk(b"prvt", b"?"))
    yield _vector("strip_good_webp_everything", loud + b"trailer", _riff(extended(0x18), alpha, picture, exif(_TURNED)))
    prefixed = _riff(extended(0x08), picture, exif(b"Exif\0\0" + _exif(6)))
    yield _vector("strip_good_webp_prefixed_exif", prefixed, _riff(extended(0x08), picture, exif(_TURNED)))
    upright = _riff(extended(0x08), picture, exif(_exif(1)))
    yield _vector("strip_good_webp_upright", upright, _riff(extended(0), picture))
    yield _vector("strip_good_webp_exif_without_header", _riff(picture, exif(_exif(6))), _riff(picture))
    animation = _webp_chunk(b"ANIM", bytes(6))
    inner = _webp_chunk(b"ANMF", bytes(16) + alpha + picture)
    noisy = _webp_chunk(b"ANMF", bytes(16) + alpha + xmp + animation + picture)
    moving = _riff(extended(0x02), animation, noisy)
    yield _vector("strip_good_webp_animation", moving, _riff(extended(0x02), animation, inner))
    yield _vector("strip_webp_cut_off", _riff(picture)[:-1], "DamagedFile")
    yield _vector("strip_webp_no_picture", _riff(xmp), "DamagedFile")
    yield _vector("strip_webp_short_header", _riff(_webp_chunk(b"VP8X", bytes(9)), picture), "DamagedFile")
    yield _vector("strip_webp_chunk_too_long", _riff(picture[:4] + b"\xff\0\0\0" + picture[8:]), "DamagedFile")
    yield _vector("strip_webp_short_frame", _riff(extended(2), _webp_chunk(b"ANMF", bytes(15))), "DamagedFile")
