"""Looking into a file by its pages: never without asking, for that session and that minute only, nothing kept."""

import re

import pytest
import sqlalchemy as sa

from handler.cases.files import download
from handler.pickup.cycle import piece_store
from handler.preview.tables import FileView
from tests.handler.founded import Browser, FoundedConsole
from tests.handler.preview.hostile import REFUSED, SCRIPTED, pdf, picture
from tests.handler.reporters import Reporter, Site, upload
from tests.handler.web.casepages import browser_of, case_id_of
from tests.handler.web.test_case_walk import CasePages

FILES = {
    "photo.jpg": picture(),
    "bomb.png": REFUSED["30,000 by 30,000"],
    "papers.pdf": pdf(3),
    "notes.txt": b"It was <b>him</b> " + SCRIPTED,
}


@pytest.fixture
def site(console: FoundedConsole) -> Site:
    return Site.published(console)


@pytest.fixture
def pages(site: Site) -> CasePages:
    reporter = Reporter.new(site)
    site.deliver(reporter.report("With files.", files=[upload(site, name, FILES[name]) for name in FILES]))
    return CasePages(site, browser_of(site, site.console.supervisor)).open()


def path_of(pages: CasePages, place: int) -> str:
    found = re.search(rf'href="({pages.path}/preview/[0-9a-f]+/{place})"', pages.text())
    assert found is not None
    return found.group(1)


def picture_on(text: str) -> str:
    (found,) = re.findall(r'<img [^>]*src="([^"]+)"', text)
    return str(found)


def views(site: Site) -> int:
    with site.console.databases.console.read() as console:
        return len(console.scalars(sa.select(FileView)).all())


def test_nothing_is_shown_before_one_press(pages: CasePages, site: Site) -> None:
    assert "<img" not in pages.text()
    warning = pages.browser.get(path_of(pages, 0))
    assert "<img" not in warning.text
    assert "Do not look further" in warning.text
    assert f"{pages.path}/seal/" in warning.text
    assert views(site) == 0
    shown = pages.browser.post(path_of(pages, 0), {"page": "1"})
    assert "Stop looking and seal it" in shown.text
    answer = pages.browser.get(picture_on(shown.text))
    assert (answer.status_code, answer.content_type) == (200, "image/png")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.data.startswith(b"\x89PNG")
    assert answer.data != FILES["photo.jpg"]


def test_every_look_and_every_download_is_in_the_audit(pages: CasePages, site: Site) -> None:
    pages.browser.post(path_of(pages, 0), {"page": "1"})
    pages.browser.post(path_of(pages, 1), {"page": "1"})  # refused, and looked at all the same
    store = piece_store(site.console.settings)
    record_id = bytes.fromhex(path_of(pages, 0).split("/")[4])
    download(site.desk(), store, case_id_of(site), record_id, 0)
    with site.console.databases.console.read() as console:
        entries = b"".join(console.execute(sa.text("SELECT entry FROM audit_entries")).scalars())
    assert (entries.count(b'"file shown"'), entries.count(b'"file downloaded"'), views(site)) == (2, 1, 3)


def test_the_picture_is_for_that_session_and_that_minute_only(pages: CasePages, site: Site) -> None:
    path = path_of(pages, 0)
    shown = picture_on(pages.browser.post(path, {"page": "1"}).text)
    other = Browser(site.console.app())
    assert other.get(shown).status_code == 303  # not signed in
    site.console.clock.forward(30)
    again = browser_of(site, site.console.supervisor)  # the same person, another session
    assert again.get(shown).status_code == 404
    assert pages.browser.get(shown).status_code == 200
    site.console.clock.forward(1)
    assert pages.browser.get(shown).status_code == 404
    assert pages.browser.get(shown[:-2]).status_code == 404


def test_a_bomb_is_refused_in_plain_words_and_leaves_nothing(pages: CasePages, site: Site) -> None:
    before = sorted(path for path in site.console.settings.home.rglob("*"))
    answer = pages.browser.post(path_of(pages, 1), {"page": "1"})
    assert answer.status_code == 400
    assert "it unpacks to more than the console takes" in answer.text
    assert "<img" not in answer.text
    assert sorted(path for path in site.console.settings.home.rglob("*")) == before


def test_pages_of_a_pdf_one_press_each(pages: CasePages) -> None:
    path = path_of(pages, 2)
    first = pages.browser.post(path, {"page": "1"}).text
    assert "Page 1 of 3" in first
    second = pages.browser.post(path, {"page": "2"}).text
    assert "Page 2 of 3" in second
    assert pages.browser.get(picture_on(first)).data != pages.browser.get(picture_on(second)).data
    assert pages.browser.post(path, {"page": "9"}).status_code == 400


def test_a_text_is_shown_escaped(pages: CasePages) -> None:
    shown = pages.browser.post(path_of(pages, 3), {"page": "1"}).text
    assert "It was &lt;b&gt;him&lt;/b&gt; &lt;script&gt;" in shown
    assert SCRIPTED.decode() not in shown


def test_without_the_cases_key_or_a_reason_there_is_no_preview(pages: CasePages, site: Site) -> None:
    path = path_of(pages, 0)
    late = browser_of(site, site.console.add_person("Lena Late", "handler"))
    assert late.get(path).status_code == 303  # to the question why
    assert late.client.post(path).status_code in (400, 403)
    assert views(site) == 0


def test_the_page_says_when_there_is_no_sandbox(pages: CasePages, monkeypatch: pytest.MonkeyPatch) -> None:
    path = path_of(pages, 0)
    assert "no sandbox" not in pages.browser.get(path).text
    monkeypatch.setenv("PATH", "/nowhere")
    assert "no sandbox" in pages.browser.get(path).text
    shown = pages.browser.post(path, {"page": "1"})
    assert pages.browser.get(picture_on(shown.text)).data.startswith(b"\x89PNG")
