"""Runs inside the sandbox: a picture on standard input, a small PNG without anything but pixels on standard output."""

import io
import sys

from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
MOST_PIXELS = 50_000_000  # of a telephone's largest photos; decoded they fit into the memory that this process has
SIDE = 1600  # pixels of what comes out
TOO_LARGE, BROKEN = 3, 4
"""Exit codes."""


def main() -> int:
    Image.MAX_IMAGE_PIXELS = None  # this module counts by itself
    try:
        with Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=FORMATS) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                return TOO_LARGE
            picture.draft("RGB", (SIDE, SIDE))  # a JPEG is decoded smaller at once
            picture.load()
            sys.stdout.buffer.write(_bare(picture))
    except MemoryError:
        return TOO_LARGE
    except Exception:  # whatever a decoder makes of a stranger's bytes
        return BROKEN
    return 0


def _bare(picture: Image.Image) -> bytes:
    """Of several pictures the first. Copied pixel by pixel into a new one, so that nothing else comes along."""
    turn = picture.getexif().get(0x0112, 1)
    seen = picture.convert("RGBA")
    seen.thumbnail((SIDE, SIDE))
    bare = Image.new("RGB", seen.size, "white")
    bare.paste(seen, mask=seen.getchannel("A"))
    turned = Image.Exif()
    turned[0x0112] = turn
    bare.info["exif"] = turned.tobytes()
    upright = ImageOps.exif_transpose(bare)
    sink = io.BytesIO()
    clean = Image.new("RGB", upright.size)
    clean.paste(upright)
    clean.save(sink, "png")
    return sink.getvalue()


if __name__ == "__main__":
    sys.exit(main())
