"""Photos as a phone takes them, made by the tests: with a place, a camera's name and a turned sensor in them."""

from io import BytesIO
from pathlib import Path

import piexif
from PIL import Image

CAMERA = "Canary Camera 7"
TURNED = 6  # the phone was held upright: turn by 90 degrees to look at it


def photo(path: Path, size: tuple[int, int] = (320, 200)) -> Path:
    """A JPEG with GPS, a camera's name, a thumbnail and orientation 6."""
    picture = Image.new("RGB", size)
    picture.putdata([(x % 256, y % 256, (x * y) % 256) for y in range(size[1]) for x in range(size[0])])
    small = BytesIO()
    picture.resize((64, 40)).save(small, "JPEG")
    degrees = ((51, 1), (29, 1), (30, 1))
    exif = piexif.dump(
        {
            "0th": {piexif.ImageIFD.Model: CAMERA, piexif.ImageIFD.Orientation: TURNED},
            "Exif": {piexif.ExifIFD.DateTimeOriginal: "2026:11:01 10:00:00"},
            "GPS": {piexif.GPSIFD.GPSLatitudeRef: "N", piexif.GPSIFD.GPSLatitude: degrees},
            "1st": {piexif.ImageIFD.Make: CAMERA},
            "thumbnail": small.getvalue(),
        }
    )
    picture.save(path, "JPEG", quality=90, exif=exif)
    return path


def damaged(path: Path) -> Path:
    """The first third of a photo."""
    photo(path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 3])
    return path
