"""An officer abroad, on a slow and broken line, with three photos.

Given a phone on 400 kbit/s with 400 ms of delay, and a line that is cut in the middle of a photo,
when the officer writes what happened, adds three photos and sends,
then progress is shown, sending goes on by itself, the words are shown, and all three photos arrive without their place.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import CHECK, CODE, FILES, WHAT, ReporterSite
from tests.browser.photos import photo
from tests.browser.site import LiveSite
from tests.support.browser import slow_network
from tests.support.cutproxy import CutProxy
from tests.support.photos import PICTURES, metadata_of, real_photos, same_picture

TEXT = "I am posted abroad. The money for informants goes somewhere else."
SIZES = ((800, 600), (1000, 800), (640, 480))  # about 190, 300 and 120 kB


@pytest.fixture
def line(live: LiveSite) -> Iterator[CutProxy]:
    with CutProxy(live.port) as proxy:
        yield proxy


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    """Three photos: the smallest real ones where CANDOUR_SAMPLES names some, else made here."""
    real = [path for path in real_photos() if path.suffix.lower() in PICTURES]
    if len(real) >= len(SIZES):
        return sorted(real, key=lambda path: path.stat().st_size)[: len(SIZES)]
    return [photo(tmp_path / f"photo-{n}.jpg", size) for n, size in enumerate(SIZES, 1)]


def test_an_overseas_officer_sends_three_photos_over_a_slow_line_that_breaks(
    phone: Page, live: LiveSite, line: CutProxy, photos: list[Path]
) -> None:
    # Given
    slow_network(phone)
    site = ReporterSite(phone, line.url).open()
    line.cut_request("POST /pieces", after=100_000)

    # When
    site.begin().skip_to(WHAT).write(TEXT).go_on().skip_to(FILES).add_files(*photos).go_on().skip_to(CHECK)
    site.press("Seal and send")

    # Then
    expect(phone.get_by_text("Sending your files", exact=True).first).to_be_visible()
    expect(site.visible("[data-sending-files] li")).to_have_text([re.compile(re.escape(one.name)) for one in photos])
    expect(phone.get_by_text("It has not been sent yet. Keep this page open.")).to_be_visible()
    expect(site.visible("[data-lost]")).to_contain_text("We lost the connection. We keep trying.")
    expect(site.visible("[data-lost]")).to_be_hidden()
    expect(phone.get_by_role("heading", level=1)).to_have_text(CODE, timeout=120_000)
    pieces = [one for one in line.passed if one.request.startswith("POST /pieces")]
    assert [one.status for one in pieces if not one.heard] == [0]
    stored = [one.request for one in pieces if one.heard]
    assert len(stored) == len(set(stored))

    (post,) = live.psu.thread_of_words(site.words()).posts
    report = post.post.report
    assert report is not None
    assert report.answers["what"].text == TEXT
    assert [ref.name for ref in post.post.files] == [path.name for path in photos]
    for ref, path in zip(post.post.files, photos, strict=True):
        content = live.psu.file(ref)
        assert ref.cleaned
        assert metadata_of(content) == []
        assert same_picture(path.read_bytes(), content)
