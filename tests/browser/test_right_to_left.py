"""A language that is written from right to left, added by its file alone: the pages turn round with it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page

from reporter import catalogues, languages, texts
from tests.browser.axe import faults_by_axe
from tests.browser.pages import ReporterSite
from tests.browser.site import LiveSite
from tests.support.browser import screenshot
from tests.support.processes import Processes

WIDTHS = (320, 390)
SAID = {
    "Staff information": "معلومات للموظفين",
    "Start now": "ابدأ الآن",
    "Before you start": "قبل أن تبدأ",
    "Continue": "متابعة",
    "Back": "رجوع",
    "Is anyone in danger right now?": "هل هناك شخص في خطر الآن؟",
    "What is it about?": "ما موضوع البلاغ؟",
    "What happened?": "ماذا حدث؟",
    "Exit this page": "غادر هذه الصفحة",
    "There is a problem": "هناك مشكلة",
    "Write what happened. A few words are enough.": "اكتب ما حدث. تكفي بضع كلمات.",
}


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, module_processes: Processes) -> LiveSite:
    """A site in English and in some Arabic."""
    folder = tmp_path_factory.mktemp("rtl")
    path = catalogues.update("ar", texts.collect(), folder)
    content = path.read_text(encoding="utf-8")
    for english, arabic in SAID.items():
        content = content.replace(f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{arabic}"')
    path.write_text(content, encoding="utf-8")
    assert languages.load("ar", folder).direction == "rtl"
    return LiveSite(tmp_path_factory.mktemp("live"), module_processes, folder)


@pytest.fixture
def site(phone: Page, live: LiveSite) -> Iterator[ReporterSite]:
    """From the English start page by the link to the other language."""
    site = ReporterSite(phone, live.url).open()
    with phone.expect_response(lambda response: response.url.endswith("/state")):
        site.press("العربية")
    yield site
    assert site.complaints == []


def _left_of(one: Locator, other: Locator) -> bool:
    first, second = one.bounding_box(), other.bounding_box()
    assert first and second
    return first["x"] + first["width"] / 2 < second["x"] + second["width"] / 2


def _look(site: ReporterSite, name: str) -> list[str]:
    found = faults_by_axe(site.page)
    for width in WIDTHS:
        site.page.set_viewport_size({"width": width, "height": 844})
        found += [f"wider than {width} px"] if site.wider_than_the_screen() else []
    screenshot(site.page, f"site-rtl-{name}")
    return [f"{name}: {fault}" for fault in found]


def test_pages_run_from_right_to_left(site: ReporterSite) -> None:
    page = site.page
    assert page.locator("html").evaluate("html => [html.lang, html.dir]") == ["ar", "rtl"]
    found = _look(site, "start")
    site.press("ابدأ الآن").expect_heading("قبل أن تبدأ")
    found += _look(site, "before")
    site.press("متابعة").expect_heading("هل هناك شخص في خطر الآن؟")
    found += _look(site, "danger")
    radio = site.visible(".govuk-radios__item").first
    assert _left_of(radio.locator("label"), radio.locator("input"))
    assert _left_of(page.get_by_role("main"), site.visible(".govuk-back-link"))
    site.press("متابعة").expect_heading("ما موضوع البلاغ؟")
    found += _look(site, "about")
    box = site.visible(".govuk-checkboxes__item").first
    assert _left_of(box.locator("label"), box.locator("input"))
    site.press("متابعة").expect_heading("ماذا حدث؟")
    site.press("متابعة")
    found += _look(site, "what-error")
    assert site.errors() == ["اكتب ما حدث. تكفي بضع كلمات."]
    assert found == []


def test_another_language_is_offered_until_something_is_written(site: ReporterSite) -> None:
    english = site.page.get_by_role("link", name="English", exact=True)
    assert english.evaluate("link => [link.lang, link.hreflang]") == ["en", "en"]
    site.press("ابدأ الآن").expect_heading("قبل أن تبدأ")
    assert english.is_visible()
    site.press("متابعة").expect_heading("هل هناك شخص في خطر الآن؟")
    assert not english.is_visible()
    site.press("رجوع").expect_heading("قبل أن تبدأ")
    assert not english.is_visible()
    site.page.reload()
    english.click()
    site.expect_heading("Report a concern about someone at work (whistleblowing)")
