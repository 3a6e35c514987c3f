"""Posters and cards as PDF: the same for everyone, with the site's bare address and nothing that tells who scanned.

The same address, pins and texts give the same bytes on the same machine; only fonts differ between machines.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import segno
from jinja2 import FileSystemLoader

from reporter.facts import Facts
from reporter.fingerprint import words
from reporter.languages import Language
from reporter.templates import environment
from reporter.texts import POSTERS

SHEETS = ("poster", "card")
QUIET = 4  # modules of white around a QR code (ISO/IEC 18004)
_WIDTHS = {"poster": (180.0, 40.0), "card": (77.0, 14.0)}  # mm that the address may take; points at most
_LETTER = 0.585  # width of a bold letter in ems, generously
_POINT = 25.4 / 72  # mm
_ONION = (145.0, 14.0)


class NoPango(Exception):
    """Posters need the library Pango, which this machine has not. On Debian: apt-get install libpango-1.0-0
    libpangoft2-1.0-0 libharfbuzz-subset0"""


@dataclass(frozen=True)
class Place:
    """Where the site is: its address, and its onion address or nothing, both as `offline.checked` gives them."""

    address: str
    onion: str = ""


def make(place: Place, pins: Mapping[str, Any], language: Language, facts: Facts) -> dict[str, bytes]:
    """Each sheet's PDF by its file's name. Raises NoPango."""
    return {language.file(sheet, ".pdf"): pdf(page(sheet, place, pins, language, facts)) for sheet in SHEETS}


def page(sheet: str, place: Place, pins: Mapping[str, Any], language: Language, facts: Facts) -> str:
    """One sheet as HTML."""
    templates = environment(language, facts).overlay(loader=FileSystemLoader(POSTERS))
    return templates.get_template(f"{sheet}.html").render(
        language=language,
        address=place.address,
        onion=place.onion,
        size=fitting(place.address, *_WIDTHS[sheet]),
        onion_size=fitting(place.onion, *_ONION),
        qr=qr(place.address),
        fingerprint=words(pins),
    )


def qr(text: str) -> str:
    """A QR code of exactly this text, as the address of a picture."""
    return str(segno.make(text, error="m", micro=False).svg_data_uri(border=QUIET))


def fitting(text: str, width: float, most: float) -> float:
    """The size in points at which the text fits into `width` mm, `most` at most."""
    return round(min(most, width / (_POINT * _LETTER * max(1, len(text)))), 1)


def pdf(html: str) -> bytes:
    """The same bytes for the same page: no date, and an identifier made of the page. Raises NoPango."""
    try:
        from weasyprint import HTML
    except OSError as problem:
        raise NoPango(" ".join((NoPango.__doc__ or "").split())) from problem
    identifier = hashlib.sha256(html.encode()).hexdigest()[:32].encode()
    made: bytes = HTML(string=html).write_pdf(pdf_identifier=identifier, pdf_variant="pdf/ua-1")
    return made


def write(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Writes the files; where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files]
