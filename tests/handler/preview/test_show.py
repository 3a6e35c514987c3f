"""What is shown of a file: pixels and letters that the console made, or a refusal that comes quickly."""

import io
import time
from pathlib import Path

import pytest
from PIL import Image

from handler.errors import Refused
from handler.preview.show import NoPoppler, NoSuchPage, NotShown, PhoneFormat, SoundOrFilm, TooLarge, show
from tests.handler.preview.hostile import POLYGLOTS, REFUSED, SCRIPTED, pdf, picture
from tests.support.photos import metadata_of, photo_with_place, real_photos

QUICKLY = 20  # seconds; on a still machine each takes less than one


def opened(content: bytes) -> Image.Image:
    made = Image.open(io.BytesIO(content), formats=["PNG"])
    made.load()
    return made


@pytest.mark.parametrize("kind", ["jpeg", "png", "gif", "webp"])
def test_a_picture_is_drawn_anew(kind: str) -> None:
    made = opened(show("x", picture(kind)).picture)
    assert made.size == (400, 300)
    assert made.getpixel((200, 290)) > made.getpixel((200, 10))  # type: ignore[operator]


def test_a_photo_comes_out_upright_and_without_its_place(tmp_path: Path) -> None:
    photo = photo_with_place(tmp_path / "x.jpg").read_bytes()
    assert metadata_of(photo)
    shown = show("x.jpg", photo).picture
    assert metadata_of(shown) == []
    assert b"Canary" not in shown
    assert opened(shown).size == (200, 320)


def test_a_large_picture_comes_out_small() -> None:
    assert opened(show("x", picture(size=(8000, 6000))).picture).size == (1600, 1200)


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_file_is_refused_quickly(name: str) -> None:
    began = time.monotonic()
    with pytest.raises(Refused) as refusal:
        show("x.jpg", REFUSED[name])
    assert time.monotonic() - began < QUICKLY
    assert "cannot be shown" in str(refusal.value) or refusal.type is NotShown


@pytest.mark.parametrize("name", POLYGLOTS)
def test_of_a_file_that_is_two_things_only_the_pixels_are_left(name: str) -> None:
    began = time.monotonic()
    shown = show("x.html", POLYGLOTS[name])
    assert time.monotonic() - began < QUICKLY
    assert SCRIPTED not in shown.picture
    assert b"PK\x03\x04" not in shown.picture
    assert metadata_of(shown.picture) == []
    assert max(opened(shown.picture).size) <= 1600
    assert shown.picture.endswith(b"IEND\xaeB`\x82")


@pytest.mark.parametrize("path", real_photos(), ids=lambda path: path.name)
def test_real_photos_are_shown_without_metadata_or_refused(path: Path) -> None:
    if path.suffix.lower() == ".heic":
        with pytest.raises(PhoneFormat):
            show(path.name, path.read_bytes())
        return
    made = show(path.name, path.read_bytes()).picture
    assert metadata_of(made) == []
    assert max(opened(made).size) <= 1600


def test_pages_of_a_pdf() -> None:
    content = pdf(12)
    first, tenth = show("x.pdf", content), show("x.pdf", content, 10)
    assert (first.page, first.pages, first.more) == (1, 10, True)
    assert opened(first.picture).getpixel((5, 5)) != opened(tenth.picture).getpixel((5, 5))
    for page in (0, 11, -1):
        with pytest.raises(NoSuchPage):
            show("x.pdf", content, page)


def test_pdf_without_poppler_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoPoppler):
        show("x.pdf", pdf())
    assert show("x.png", picture("png")).picture  # with limits only


def test_plain_text_has_letters_only() -> None:
    shown = show("notes.TXT", b"\xef\xbb\xbfone\r\ntwo <b>\x1b[31m\xff " + "\u202eevil".encode())
    assert shown.text == "one\ntwo <b>�[31m� �evil"
    with pytest.raises(Refused):
        show("notes.txt", b"a\0b")


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"ID3" + bytes(50), SoundOrFilm),
        (b"RIFF\0\0\0\0WAVEfmt ", SoundOrFilm),
        (b"\0\0\0\x20ftypisom", SoundOrFilm),
        (b"\0\0\0\x20ftypheic", PhoneFormat),
        (b"MZ" + bytes(50), NotShown),
        (b"\xff\xd8\xff" + bytes(65 << 20), TooLarge),
    ],
)
def test_what_is_not_shown_says_why(content: bytes, refusal: type[Refused]) -> None:
    with pytest.raises(refusal):
        show("x.jpg", content)
