"""What can be shown of a file: a picture drawn anew, a page of a PDF as a picture, a text. Everything else is refused.

What a file is goes by its first bytes, never by its name. Everything is decoded in the sandbox, and what
comes out has nothing but pixels or letters.
"""

import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import PIL

from handler.errors import Refused
from handler.sandbox.run import INSIDE, Limits, Program, Unreadable, run

MOST = 64 << 20  # bytes of a file that is looked into
MOST_PAGES = 10
PDF_SIDE = 1600  # pixels
PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")
HEIF = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")
SOUNDS = (b"ID3", b"OggS", b"fLaC", b"\xff\xfb", b"\xff\xf3", b"\x1aE\xdf\xa3", b"#!AMR")
TEXTS = (".txt", ".text", ".csv", ".log", ".md")
SMALL = Limits(output=1 << 20)


class SoundOrFilm(Refused):
    """The console plays no sound and no film. Listen to it or watch it on a machine that is meant for that."""


class PhoneFormat(Refused):
    """This is a picture in a format of phones (HEIC) that the console cannot show."""


class NotShown(Refused):
    """The console shows pictures, PDF and plain text only, and this is none of them, whatever its name says."""


class TooLarge(Refused):
    """This file is too large to be shown here: 64 MB is the most."""


class NoSuchPage(Refused):
    """There is no such page among the first ten of this file."""


@dataclass(frozen=True)
class Shown:
    """`picture`: a PNG that the console drew, or empty where there is `text`. `page` of `pages`: of a PDF."""

    picture: bytes = field(default=b"", repr=False)
    text: str = field(default="", repr=False)
    page: int = 1
    pages: int = 1
    more: bool = False  # the file has more pages than are shown


def show(name: str, content: bytes, page: int = 1) -> Shown:
    """Raises SoundOrFilm, PhoneFormat, NotShown, TooLarge, NoSuchPage, Unreadable, TooSlow, TooMuch, NoPoppler."""
    if len(content) > MOST:
        raise TooLarge
    if content.startswith(PICTURES) or (content.startswith(b"RIFF") and content[8:12] == b"WEBP"):
        return Shown(picture=redrawn(content))
    if content.startswith(b"%PDF-"):
        return _page(content, page)
    if content[4:8] == b"ftyp":
        raise PhoneFormat if content[8:12] in HEIF else SoundOrFilm
    if content.startswith(SOUNDS) or content.startswith(b"RIFF"):
        raise SoundOrFilm
    if name.lower().endswith(TEXTS):
        return Shown(text=run(Program(INSIDE / "words.py"), content, SMALL).decode())
    raise NotShown


def redrawn(content: bytes) -> bytes:
    """A picture as a PNG of at most 1,600 pixels a side, without metadata. Raises Unreadable, TooSlow, TooMuch."""
    package = Path(PIL.__file__).parent
    beside = package.parent / "pillow.libs"
    packages = (package, beside) if beside.exists() else (package,)
    return run(Program(INSIDE / "pictures.py", packages=packages), content)


def _page(content: bytes, page: int) -> Shown:
    """Drawn by poppler, which runs no script of a document; and drawn anew after that."""
    found = re.search(rb"^Pages:\s+(\d{1,9})\s*$", run(_poppler("pdfinfo", "-"), content, SMALL), re.MULTILINE)
    if found is None or not int(found[1]):
        raise Unreadable
    total = int(found[1])
    pages = min(total, MOST_PAGES)
    if not 1 <= page <= pages:
        raise NoSuchPage
    number = str(page)
    draw = _poppler("pdftoppm", "-png", "-singlefile", "-scale-to", str(PDF_SIDE), "-f", number, "-l", number, "-")
    return Shown(picture=redrawn(run(draw, content)), page=page, pages=pages, more=total > pages)


class NoPoppler(Refused):
    """PDF cannot be shown here: the program for it is not installed. Tell an administrator (poppler-utils)."""


def _poppler(name: str, *arguments: str) -> Program:
    found = shutil.which(name)
    if found is None:
        raise NoPoppler
    reads = (Path("/usr/share/poppler"), Path("/usr/share/fonts"), Path("/etc/fonts"))
    return Program(Path(found), arguments, reads)
