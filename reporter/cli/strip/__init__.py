"""Metadata off pictures, before anything is sealed (SPEC 5.1). What the bytes say decides, not the name."""

from __future__ import annotations

from dataclasses import dataclass

from reporter.cli.strip import jpeg, png, webp


@dataclass(frozen=True)
class Cleaned:
    """A picture without its metadata, and its media type."""

    content: bytes
    type: str


def clean(content: bytes) -> Cleaned | None:
    """The picture cleaned; None for another format. Raises DamagedFile for a picture that does not parse."""
    if content.startswith(b"\xff\xd8\xff"):
        return Cleaned(jpeg.clean(content), "image/jpeg")
    if content.startswith(png.SIGNATURE):
        return Cleaned(png.clean(content), "image/png")
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return Cleaned(webp.clean(content), "image/webp")
    return None
