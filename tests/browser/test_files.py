"""Files of a report and of an answer: previews, several goes, what is done to each, warnings, and progress."""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.browser.pages import CHECK, FILES, FILES_ROW, IDENTITY, WHAT, ReporterSite
from tests.browser.photos import CAMERA, damaged, photo
from tests.browser.site import LiveSite
from tests.support.photos import real_photos

CLEANED = "Hidden details taken out"
CHOICE = "We cannot clean this file"
LOOKING = "Looking for hidden details"
DRAWN = """canvas => {
  const pen = new OffscreenCanvas(160, 160).getContext('2d');
  if (canvas.width) pen.drawImage(canvas, 0, 0);
  return pen.getImageData(0, 0, 160, 160).data.some(n => n % 255);
}"""
RED = (200, 30, 30)

DECODES_HEIC = """
  const real = createImageBitmap;
  window.createImageBitmap = async (source, ...rest) => {
    if (!(source instanceof Blob)) return real(source, ...rest);
    const start = new Uint8Array(await source.slice(4, 8).arrayBuffer());
    if (String.fromCharCode(...start) !== 'ftyp') return real(source, ...rest);
    const canvas = new OffscreenCanvas(640, 480);
    const pen = canvas.getContext('2d');
    pen.fillStyle = 'rgb(200, 30, 30)';
    pen.fillRect(0, 0, 640, 480);
    return real(canvas);
  };
"""
"""As in Safari: this Chromium decodes no HEIC. What it decodes is one red sheet."""

WHITE_FILES = """
  const made = HTMLCanvasElement.prototype.toBlob;
  HTMLCanvasElement.prototype.toBlob = function (done, ...rest) {
    const sheet = document.createElement('canvas');
    [sheet.width, sheet.height] = [this.width, this.height];
    sheet.getContext('2d').fillStyle = 'white';
    sheet.getContext('2d').fillRect(0, 0, sheet.width, sheet.height);
    made.call(sheet, done, ...rest);
  };
"""
NOISE = """
  const { getImageData } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.getImageData = function (...at) {
    const read = getImageData.apply(this, at);
    crypto.getRandomValues(read.data);
    return read;
  };
"""
WAITS = """
  const read = Blob.prototype.arrayBuffer;
  window.gate = new Promise((open) => { window.openGate = open; });
  Blob.prototype.arrayBuffer = async function () { await window.gate; return read.call(this); };
"""


def _heic(path: Path) -> Path:
    """The boxes that a HEIC begins with, one of them saying 640x480."""
    size = struct.pack(">I4sIII", 20, b"ispe", 0, 640, 480)
    path.write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + size + CAMERA.encode())
    return path


def _huge(path: Path) -> Path:
    """A small PNG that says it has 3,600,000,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60000, 60000, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 60001)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b""))
    return path


def _small(folder: Path, names: list[str]) -> list[Path]:
    for name in names:
        Image.new("RGB", (8, 8), RED).save(folder / name)
    return [folder / name for name in names]


def _to_files(site: ReporterSite) -> ReporterSite:
    return site.open().begin().skip_to(WHAT).write("See the photos").go_on().skip_to(FILES)


@pytest.fixture
def site(phone: Page, live: LiveSite) -> Iterator[ReporterSite]:
    """A visit in which the browser has nothing to complain of."""
    visit = ReporterSite(phone, live.url)
    yield visit
    assert visit.complaints == []


def _files_sent(site: ReporterSite, live: LiveSite) -> dict[str, tuple[str, bool, bytes]]:
    """Sends; of each file its type, whether it was cleaned, and its bytes."""
    words = site.go_on().skip_to(CHECK).send()
    files = live.psu.thread_of_words(words).posts[0].post.files
    return {ref.name: (ref.type, ref.cleaned, live.psu.file(ref)) for ref in files}


def test_several_photos_at_once_are_cleaned_and_shown_and_a_damaged_one_is_left_out(
    site: ReporterSite, live: LiveSite, tmp_path: Path
) -> None:
    photos = [path for path in real_photos() if path.suffix != ".HEIC" and not path.stem.startswith("corrupted")]
    good = photos or [photo(tmp_path / name) for name in ("desk.jpg", "door.jpg", "list.jpg")]
    _to_files(site).add_files(good[0], damaged(tmp_path / "broken.jpg"), *good[1:])
    assert site.files() == [path.name for path in good]
    assert site.errors() == ["“broken.jpg” is damaged, so it was left out. The rest of your report is kept."]
    expect(site.visible("[data-note]")).to_have_text([CLEANED] * len(good))
    expect(site.visible("[data-file-count]")).to_have_text(f"You have added {len(good)} of 16 files.")
    _wait_until_drawn(site, len(good))
    assert set(_files_sent(site, live)) == {path.name for path in good}


def _wait_until_drawn(site: ReporterSite, count: int) -> None:
    for _ in range(300):
        if sum(canvas.evaluate(DRAWN) for canvas in site.visible("canvas").all()) == count:
            return
        site.page.wait_for_timeout(50)
    raise AssertionError("not every preview was drawn")


def test_a_preview_is_no_address_and_is_wiped_when_its_file_goes(site: ReporterSite, tmp_path: Path) -> None:
    one, other = photo(tmp_path / "Canary-one.jpg"), photo(tmp_path / "Canary-two.jpg")
    _to_files(site).add_files(one, other)
    expect(site.page.get_by_text("You have added 2 of 16 files.")).to_have_count(2)  # seen and heard
    _wait_until_drawn(site, 2)
    assert "blob:" not in site.page.content()
    first, second = site.visible("canvas").element_handles()
    site.press("Remove Canary-one.jpg")
    assert site.files() == ["Canary-two.jpg"]
    expect(site.page.get_by_role("button", name="Remove Canary-two.jpg")).to_be_focused()
    assert (first.evaluate("canvas => canvas.width"), second.evaluate(DRAWN)) == (0, True)
    site.press("Skip this question").expect_heading(IDENTITY)
    assert second.evaluate("canvas => canvas.width") == 0
    assert "Canary" not in site.page.content()


def test_after_exit_there_is_no_preview_to_go_back_to(site: ReporterSite, tmp_path: Path) -> None:
    elsewhere = "https://www.bbc.co.uk/weather"
    site.page.route(f"{elsewhere}**", lambda route: route.fulfill(body="<h1>Weather</h1>", content_type="text/html"))
    _to_files(site).add_files(photo(tmp_path / "Canary.jpg"))
    _wait_until_drawn(site, 1)
    site.leave().page.wait_for_url(f"{elsewhere}**")
    site.page.go_back()
    expect(site.page.get_by_role("heading", level=1)).to_be_visible()
    assert site.page.locator("canvas").count() == 0
    assert "Canary" not in site.page.content()


def test_more_can_be_added_and_some_removed_while_others_are_cleaned_and_continue_waits(
    site: ReporterSite, tmp_path: Path
) -> None:
    site.page.add_init_script(WAITS)
    first = [photo(tmp_path / name) for name in ("a.jpg", "b.jpg")]
    field = _to_files(site).visible("[data-files]")
    field.set_input_files(first)
    field.set_input_files([photo(tmp_path / "c.jpg"), damaged(tmp_path / "d.jpg")])
    expect(site.visible("[data-note]")).to_have_text([LOOKING] * 4)
    site.press("Remove a.jpg").press("Remove d.jpg").go_on().expect_heading(FILES)
    site.page.evaluate("openGate()")
    site.expect_heading(IDENTITY).skip_to(CHECK)
    assert site.answers()[FILES_ROW] == "b.jpg\nc.jpg"


def test_continue_stays_where_a_file_that_it_waited_for_is_left_out(site: ReporterSite, tmp_path: Path) -> None:
    site.page.add_init_script(WAITS)
    _to_files(site).visible("[data-files]").set_input_files([damaged(tmp_path / "d.jpg"), photo(tmp_path / "e.jpg")])
    site.go_on().page.evaluate("openGate()")
    expect(site.visible("[data-note]")).to_have_text([CLEANED])
    assert "“d.jpg” is damaged" in site.errors()[0]
    site.expect_heading(FILES).go_on().expect_heading(IDENTITY)


def test_sixteen_files_are_the_most(site: ReporterSite, tmp_path: Path) -> None:
    pictures = _small(tmp_path, [f"{n}.png" for n in range(17)])
    _to_files(site).add_files(*pictures)
    assert site.errors() == ["You can send 16 files. The others were left out."]
    assert len(site.files()) == 16
    expect(site.visible("[data-file-count]")).to_have_text("You have added 16 of 16 files.")


def test_a_phone_may_offer_camera_gallery_and_papers(site: ReporterSite) -> None:
    field = _to_files(site).visible("[data-files]")
    assert field.evaluate("field => [field.multiple, field.accept, field.hasAttribute('capture')]") == [True, "", False]
    assert "Do not add pictures of children that show sexual acts" in site.text()


def test_a_picture_that_says_it_is_huge_is_not_decoded(site: ReporterSite, tmp_path: Path) -> None:
    site.page.add_init_script("window.createImageBitmap = async () => { window.decoded = true; };")
    _to_files(site).add_files(_huge(tmp_path / "bomb.png"))
    assert site.files() == ["bomb.png"]
    assert CLEANED in site.text()
    expect(site.visible("canvas")).to_be_hidden()
    assert site.page.evaluate("window.decoded") is None


def test_a_heic_that_the_browser_decodes_is_sent_as_a_clean_jpeg(
    site: ReporterSite, live: LiveSite, tmp_path: Path
) -> None:
    site.page.add_init_script(DECODES_HEIC)
    _to_files(site).add_files(_heic(tmp_path / "IMG_1.HEIC"))
    assert site.files() == ["IMG_1.jpg"]
    assert "Made into a JPEG, hidden details taken out" in site.text()
    _wait_until_drawn(site, 1)
    ((name, (kind, cleaned, content)),) = _files_sent(site, live).items()
    assert (name, kind, cleaned) == ("IMG_1.jpg", "image/jpeg", True)
    assert CAMERA.encode() not in content
    with Image.open(BytesIO(content)) as picture:
        assert picture.size == (640, 480)
        assert all(abs(a - b) < 8 for a, b in zip(picture.convert("RGB").tobytes()[:3], RED, strict=True))
        assert not picture.getexif()


@pytest.mark.parametrize("lie", [WHITE_FILES, NOISE], ids=["white files", "noise"])
def test_a_browser_that_does_not_give_back_what_was_drawn_sends_no_false_picture(
    site: ReporterSite, tmp_path: Path, lie: str
) -> None:
    site.page.add_init_script(DECODES_HEIC + lie)
    _to_files(site).visible("[data-files]").set_input_files(_heic(tmp_path / "IMG_1.HEIC"))
    site.expect_heading(CHOICE).press("Leave it out").expect_heading(FILES)
    assert site.files() == []


def test_a_heic_that_the_browser_cannot_decode_is_asked_about(
    site: ReporterSite, live: LiveSite, tmp_path: Path
) -> None:
    (heic,) = [path for path in real_photos() if path.suffix == ".HEIC"] or [_heic(tmp_path / "IMG_1.HEIC")]
    _to_files(site).visible("[data-files]").set_input_files([heic, photo(tmp_path / "desk.jpg")])
    site.expect_heading(CHOICE)
    assert "take a screenshot of the picture" in site.text()
    site.press("Send it as it is").expect_heading(FILES)
    expect(site.visible("[data-note]")).to_have_text(["Sent as it is, hidden details too", CLEANED])
    sent = _files_sent(site, live)
    assert (sent[heic.name][1:], sent["desk.jpg"][1]) == ((False, heic.read_bytes()), True)


WARNINGS = {
    "paper.pdf": (b"%PDF-1.7", "Documents carry names"),
    "list.docx": (b"PK\x03\x04", "Documents carry names"),
    "voice.m4a": (b"\0\0\0\x1cftypM4A ", "Your voice identifies you. So can the sounds around you."),
    "film.mov": (b"\0\0\0\x14ftypqt  ", "A video can also show your face"),
    "old.gif": (b"GIF89a", "A picture of this kind"),
    "data.bin": (b"12345678", "Files of this kind can hold hidden details"),
}


def test_each_kind_of_file_that_cannot_be_cleaned_is_asked_about_by_name_with_its_own_warning(
    site: ReporterSite, tmp_path: Path
) -> None:
    for name, (content, _) in WARNINGS.items():
        (tmp_path / name).write_bytes(content)
    _to_files(site).visible("[data-files]").set_input_files([tmp_path / name for name in WARNINGS])
    for name, (_, warning) in WARNINGS.items():
        expect(site.visible("[data-file-name]")).to_have_text(name)
        assert site.heading == CHOICE
        assert warning in site.text()
        expect(site.visible("[data-kind]:not([hidden])")).to_have_count(1)
        expect(site.page.get_by_role("heading", level=1)).to_have_accessible_description(name)
        first = site.visible("[data-act='leave-out'], [data-act='as-it-is']").first
        expect(first).to_have_text("Leave it out")
        site.press("Send it as it is" if name == "list.docx" else "Leave it out")
    site.expect_heading(FILES)
    expect(site.visible("[data-file-list] strong")).to_have_text(["list.docx"])


def test_going_back_from_the_question_leaves_the_file_out(site: ReporterSite, tmp_path: Path) -> None:
    (tmp_path / "paper.pdf").write_bytes(b"%PDF-1.7")
    _to_files(site).visible("[data-files]").set_input_files(tmp_path / "paper.pdf")
    site.expect_heading(CHOICE).back().expect_heading(FILES)
    expect(site.visible("[data-file-list] li")).to_have_count(0)


def test_each_file_shows_how_much_of_it_is_sent(site: ReporterSite, tmp_path: Path) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    large = tmp_path / "film.mp4"
    large.write_bytes(b"\0\0\0\x18ftypmp42" + b"\0" * 600_000)
    _to_files(site).visible("[data-files]").set_input_files([photo(tmp_path / "desk.jpg"), large])
    site.press("Send it as it is").expect_heading(FILES).go_on().skip_to(CHECK)
    site.page.route("**/pieces/**", hold)
    site.press("Seal and send").expect_heading("Sending")
    rows = site.visible("[data-sending-files] li")

    def shown(*notes: str) -> None:
        expect(rows.locator("[data-note]")).to_have_text(list(notes))

    shown("Part 1 of 1", "Waiting")
    _let_one_through(site, held)
    shown("Sent", "Part 1 of 4")
    _let_one_through(site, held)
    shown("Sent", "Part 2 of 4")
    expect(site.page.get_by_role("progressbar", name="film.mp4")).to_have_js_property("value", 1)
    for _ in range(3):
        _let_one_through(site, held)
    site.expect_heading("Write down your twelve words")
    assert "film.mp4" not in site.page.content()


def _let_one_through(site: ReporterSite, held: list[Route]) -> None:
    while not held:
        site.page.wait_for_timeout(20)
    held.pop().continue_()


def test_an_answer_takes_files_the_same_way(site: ReporterSite, tmp_path: Path) -> None:
    words = site.open().report("A report without files").send()
    site.open().check_replies(words).expect_heading("Nothing yet").press("Add to your report")
    site.expect_heading("Write to us").add_files(photo(tmp_path / "desk.jpg"))
    _wait_until_drawn(site, 1)
    assert "Do not add pictures of children that show sexual acts" in site.text()
    assert site.wider_than_the_screen() is False
    site.go_on().expect_heading("Your new words")
