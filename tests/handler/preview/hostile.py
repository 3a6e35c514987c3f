"""Files that are made to do harm, and one of each kind that is not."""

import io
import struct
import zlib

from PIL import Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"
SCRIPTED = b"<script>fetch('https://example.invalid')</script>"


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int, height: int, pixels: bytes, *more: bytes) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return SIGNATURE + header + b"".join(more) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def zeros(length: int) -> bytes:
    """Compressed a thousandfold."""
    squeezer = zlib.compressobj(9)
    step = 1 << 20
    parts = [squeezer.compress(bytes(min(step, length - at))) for at in range(0, length, step)]
    return b"".join((*parts, squeezer.flush()))


def picture(kind: str = "jpeg", size: tuple[int, int] = (400, 300)) -> bytes:
    sink = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(sink, kind)
    return sink.getvalue()


def pdf(pages: int = 1) -> bytes:
    sink = io.BytesIO()
    sheets = [Image.new("RGB", (200, 300), (200, 20 * number % 255, 20)) for number in range(pages)]
    sheets[0].save(sink, "pdf", save_all=True, append_images=sheets[1:])
    return sink.getvalue()


def pdf_with_script() -> bytes:
    """It wants to run a script, to launch a program, and to be 300,000 points a side."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.launchURL('http://127.0.0.1'))"
        b"/Next<</S/Launch/F(/bin/sh)>>>>>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300000 300000]>>endobj\ntrailer<</Root 1 0 R>>"
    )


REFUSED: dict[str, bytes] = {
    "30,000 by 30,000": png(30_000, 30_000, zeros(1000)),
    "unpacks to more than it says, and stops short": png(3000, 3000, zeros(100)),
    "a text that unpacks to 256 MB": png(10, 10, zeros(310), chunk(b"zTXt", b"a\0\0" + zeros(1 << 28))),
    "truncated": picture()[:-2000],
    "no pixels": SIGNATURE,
    "a PDF that is none": b"%PDF-1.7 nonsense " * 100,
    "a web page called a picture": SCRIPTED,
    "a program": b"\x7fELF" + bytes(100),
    "a PDF that begins later": SCRIPTED + pdf(),
    "an archive": b"PK\x03\x04" + bytes(100),
    "nothing": b"",
}
POLYGLOTS: dict[str, bytes] = {
    "a picture with a web page behind it": picture("png") + SCRIPTED,
    "a picture with an archive behind it": picture("gif") + b"PK\x03\x04" + SCRIPTED,
    "a picture with a web page in its text": png(10, 10, zeros(310), chunk(b"tEXt", b"Comment\0" + SCRIPTED)),
    "a PDF with a script": pdf_with_script(),
    "more pixels than its size": png(100, 100, zeros(1 << 28)),
}
