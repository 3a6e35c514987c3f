"""Photos for tests: one made here, with a place in it, and the real ones of the folder that CANDOUR_SAMPLES names."""

import io
import os
from pathlib import Path

import piexif
from PIL import Image, ImageChops, ImageOps

PICTURES = {".jpg", ".jpeg", ".png", ".webp"}
PLACE = {
    piexif.GPSIFD.GPSLatitudeRef: b"N",
    piexif.GPSIFD.GPSLatitude: ((51, 1), (28, 1), (4012, 100)),
    piexif.GPSIFD.GPSLongitudeRef: b"W",
    piexif.GPSIFD.GPSLongitude: ((0, 1), (7, 1), (531, 100)),
}
MAKER = b"CanaryPhones"
ORIENTATION = 6  # held upright


def photo_with_place(path: Path) -> Path:
    """A JPEG with GPS, a maker, a thumbnail, a comment's worth of XMP, and the orientation of an upright phone."""
    picture = Image.linear_gradient("L").resize((320, 200)).convert("RGB")
    small = io.BytesIO()
    picture.resize((64, 40)).save(small, "jpeg")
    exif = piexif.dump(
        {
            "0th": {piexif.ImageIFD.Make: MAKER, piexif.ImageIFD.Orientation: ORIENTATION},
            "Exif": {piexif.ExifIFD.DateTimeOriginal: b"2026:11:20 21:14:07"},
            "GPS": PLACE,
            "1st": {piexif.ImageIFD.Make: MAKER},
            "thumbnail": small.getvalue(),
        }
    )
    picture.save(path, "jpeg", exif=exif, comment=b"canary comment", quality=88)
    return path


def real_photos() -> list[Path]:
    """Those of CANDOUR_SAMPLES, or none where it is not set."""
    folder = os.environ.get("CANDOUR_SAMPLES")
    if not folder:
        return []
    return sorted(path for path in Path(folder).iterdir() if path.suffix.lower() in {*PICTURES, ".heic"})


def metadata_of(content: bytes) -> list[str]:
    """What a picture says besides its pixels and its orientation; empty where it is clean."""
    with Image.open(io.BytesIO(content)) as picture:
        picture.load()
        exif = dict(picture.getexif())
        exif.pop(piexif.ImageIFD.Orientation, None)
        plain = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "adobe", "adobe_transform", "exif", "loop",
                 "background", "timestamp", "duration", "gamma", "srgb", "chromaticity", "transparency", "dpi",
                 "progressive", "progression"}  # fmt: skip
        return [*map(str, exif), *(str(key) for key in picture.info if key not in plain)]


def same_picture(before: bytes, after: bytes) -> bool:
    """Whether both decode to the same pixels, seen the same way up."""
    with Image.open(io.BytesIO(before)) as one, Image.open(io.BytesIO(after)) as other:
        if one.getexif().get(piexif.ImageIFD.Orientation, 1) != other.getexif().get(piexif.ImageIFD.Orientation, 1):
            return False
        first, second = (ImageOps.exif_transpose(picture).convert("RGB") for picture in (one, other))
        return first.size == second.size and ImageChops.difference(first, second).getbbox() is None
