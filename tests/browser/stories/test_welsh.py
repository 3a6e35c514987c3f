"""A report in Welsh.

Given someone who thinks in Welsh,
when they choose it on the start page, report, write down the words and come back for the reply,
then every page on the way is in Welsh, its dates too, and what goes over the wire is what English visits send.
"""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from crypto.board import Kind
from reporter import texts
from tests.browser.axe import faults_by_axe
from tests.browser.languages import TranslatedSite
from tests.browser.pages import INVOLVES, QUESTIONS, SAFE, SOURCE, WHAT, ReporterSite
from tests.browser.site import LiveSite
from tests.support.browser import PHONE_HEIGHT, phone_context, screenshot

TEXT = "Mae’r rheolwr yn dangos ffeiliau i’w ffrindiau. Fi yw’r unig un sy’n gwybod. Ffoniwch 07700 900123."
REPLY = "Diolch. Pa fis oedd hi?"
MONTHS = "Ionawr|Chwefror|Mawrth|Ebrill|Mai|Mehefin|Gorffennaf|Awst|Medi|Hydref|Tachwedd|Rhagfyr"
DAY = re.compile(rf"\b\d{{1,2}} ({MONTHS}) \d{{4}}\b")
WIDTHS = (320, 390)
Look = Callable[[str], None]


@pytest.fixture
def site(phone: Page, live: LiveSite) -> TranslatedSite:
    return TranslatedSite(phone, live.url, "cy")


@pytest.fixture
def look(site: TranslatedSite) -> Look:
    """A look at the page that is shown: its language, what axe finds, its width, its title, the way out."""

    def look(name: str) -> None:
        page = site.page
        page.set_viewport_size({"width": 390, "height": PHONE_HEIGHT})
        screenshot(page, f"welsh-{name}")
        found = faults_by_axe(page)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": PHONE_HEIGHT})
            found += [f"wider than {width} px"] if site.wider_than_the_screen() else []
        assert found == [], name
        assert page.locator("html").get_attribute("lang") == "cy"
        assert page.title().endswith(site.says("Staff information"))
        assert page.get_by_role("button", name=site.says("Exit this page"), exact=True).is_visible()
        assert english_left(site) == [], name

    return look


def english_left(site: TranslatedSite) -> list[str]:
    """English texts of the site that are shown, and that are no text of the Welsh one."""
    lines = {line.strip() for line in site.page.get_by_role("main").inner_text().splitlines()}
    known = {text.english for text in texts.collect() if not text.context}
    return sorted(line for line in lines & known if line not in {site.language.translate(one) for one in known})


def test_a_report_in_welsh_is_answered_in_welsh(site: TranslatedSite, look: Look, live: LiveSite, phone: Page) -> None:
    # given the English start page
    ReporterSite(phone, live.url).open()

    # when they choose Welsh, which is written in Welsh
    link = phone.get_by_role("link", name="Cymraeg", exact=True)
    assert link.evaluate("link => [link.lang, link.hreflang]") == ["cy", "cy"]
    with phone.expect_response(lambda response: response.url.endswith("/state")):
        link.click()
    look("start")

    # and report
    site.begin()
    look("danger")
    site.skip_to(WHAT).go_on()
    assert site.errors() == ["Write what happened. A few words are enough."]
    look("what-error")
    expect(site.visible("[data-room]")).to_have_text(re.compile(r"Lle ar ôl: tua \d+,\d+ o lythrennau"))
    site.write(TEXT).go_on().skip_to(INVOLVES)
    look("involves")
    site.skip_to(SOURCE).skip_to_the_end()
    assert "Gall y bobl hyn ei agor: yr uned safonau proffesiynol." in site.text()
    assert site.answers()[WHAT] == TEXT
    assert any("07700 900123" in pointer for pointer in site.pointers())
    look("check")
    words = site.send()

    # then the words are shown, which alone are English, and the day to come back is Welsh
    assert site.visible("ol").get_attribute("lang") == "en"
    assert DAY.search(site.text())
    look("code")
    site.finish(words)
    look("done")

    # and the handler reads it and answers
    thread = live.psu.thread_of_words(words)
    report = thread.posts[0].post.report
    assert report is not None
    assert report.answers["what"].text == TEXT
    live.psu.acknowledge(thread)
    live.psu.reply(thread, "question", Kind.STATUS)
    live.psu.reply(thread, REPLY)
    live.publish()

    # and the reply is found under a Welsh heading with a Welsh date
    site.open().check_replies(" ".join([*words[:11], "afal"])).expect_heading("Check for replies")
    look("words-error")
    site.write(" ".join(words)).go_on().expect_heading("Your replies")
    assert REPLY in site.messages()
    headings = site.page.get_by_role("article").get_by_role("heading").all_inner_texts()
    assert headings
    assert all(DAY.search(heading) and "yr uned safonau proffesiynol" in heading for heading in headings)
    assert "Mae gennym gwestiwn i chi." in site.text()
    look("inbox")

    # and they answer, and take new words
    new = site.answer("Ym mis Mai.")
    look("new-words")
    site.take_new_words(new)
    look("answer-sent")
    assert site.complaints == []


def test_what_a_welsh_visit_asks_and_sends_is_what_an_english_one_does(live: LiveSite, chromium: Browser) -> None:
    """Given the same report in both languages; then the requests differ in the address of the first page alone."""
    visits = []
    for code in ("en", "cy"):
        context = phone_context(chromium)
        page = context.new_page()
        lengths: list[int] = []
        page.on("request", lambda request, lengths=lengths: lengths.append(len(request.post_data_buffer or b"")))
        site = TranslatedSite(page, live.url, code).open()
        site.report("Caffi").send()
        asked = [re.sub(r"^GET /(cy)?$", "GET first", request) for request in site.requests]
        visits.append((asked, [length for length in lengths if length]))
        context.close()
    assert visits[0] == visits[1]


def test_every_page_of_the_welsh_document_fits_a_small_phone_and_passes_axe(live: LiveSite, phone: Page) -> None:
    site = TranslatedSite(phone, live.url, "cy").open()
    names = phone.evaluate("[...document.querySelectorAll('[data-page]')].map(page => page.dataset.page)")
    assert len(names) > len(QUESTIONS)
    wide = []
    for name in names:
        phone.evaluate(
            """name => {
                for (const page of document.querySelectorAll('[data-page]')) page.hidden = page.dataset.page !== name;
            }""",
            name,
        )
        phone.set_viewport_size({"width": 320, "height": PHONE_HEIGHT})
        wide += [name] if site.wider_than_the_screen() else []
    assert wide == []
    phone.evaluate(
        """() => {
            for (const page of document.querySelectorAll('[data-page]')) page.hidden = false;
            for (const [n, label] of document.querySelectorAll('[data-typed] label').entries())
                label.textContent = `Gair ${n + 1}`;
        }"""
    )
    assert faults_by_axe(phone, several_headings=True) == []


def test_without_scripts_a_sealed_file_is_answered_in_welsh(live: LiveSite, chromium: Browser) -> None:
    context = phone_context(chromium, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live.url}/cy")
    said = TranslatedSite(page, live.url, "cy").says
    page.get_by_label(said("Sealed file")).set_input_files(
        {"name": "x.bin", "mimeType": "application/octet-stream", "buffer": b"x"}
    )
    page.get_by_role("button", name=said("Hand it in"), exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(said("Not stored"))
    assert page.locator("html").get_attribute("lang") == "cy"
    page.get_by_role("link", name=said("Start page"), exact=True).click()
    assert page.url == f"{live.url}/cy"
    context.close()


def test_the_welsh_offline_page_seals_and_sends_from_a_disk(live: LiveSite, phone: Page, tmp_path: Path) -> None:
    saved = Path(shutil.copy(live.built.folder / "offline.cy.html", tmp_path))
    site = TranslatedSite(phone, live.url, "cy")
    phone.goto(saved.as_uri())
    site.expect_heading("Report a concern about someone at work (whistleblowing)")
    phone.set_viewport_size({"width": 320, "height": PHONE_HEIGHT})
    assert not site.wider_than_the_screen()
    assert faults_by_axe(phone) == []
    phone.get_by_role("textbox", name=site.says(WHAT)).fill(TEXT)
    site.press("Seal and send").expect_heading(SAFE)
    words = site.words()
    assert english_left(site) == []
    report = live.psu.thread_of_words(words).posts[0].post.report
    assert report is not None
    assert report.answers["what"].text == TEXT
    assert site.complaints == []
