"""What the pages look like to those who see them otherwise: small and large, in other colours, without motion."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.browser.axe import faults_by_axe
from tests.browser.pages import DANGER, ReporterSite
from tests.browser.site import LiveSite
from tests.support.browser import phone_context, screenshot

SHOW = "name => document.querySelectorAll('[data-page]').forEach(one => one.hidden = one.dataset.page !== name)"
LOOKS = Path(__file__).parent / "looks"
TEXT_SPACING = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important }
        * { letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
        p { margin-bottom: 2em !important }`);
    document.adoptedStyleSheets = [sheet];
}"""
LARGE_TEXT = "document.documentElement.style.fontSize = '200%'"
"""Text twice as large, as those set it in their browser who need it."""

SQUEEZED = (LOOKS / "squeezed.js").read_text()
SMALL = (LOOKS / "small.js").read_text()
"""WCAG 2.5.8: 24x24 px, or as much room around; what is pressed most has 44. Links in running text may be smaller."""
MOVING = (LOOKS / "moving.js").read_text()

SQUEEZES = {
    "320 px": (320, 640, ""),
    "360 px": (360, 740, ""),
    "400 %": (320, 256, ""),
    "text spacing": (320, 640, TEXT_SPACING),
    "text of 200 %": (390, 844, LARGE_TEXT),
}


@pytest.fixture(scope="module")
def start(chromium: Browser, live: LiveSite) -> Iterator[Page]:
    """The site's one document, all pages of which the tests show in turn."""
    context = chromium.new_context()
    yield ReporterSite(context.new_page(), live.url).open().page
    context.close()


@pytest.fixture(scope="module")
def offline(chromium: Browser, live: LiveSite) -> Iterator[Page]:
    """The offline page from a disk."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto((live.built.folder / "offline.html").as_uri())
    yield page
    context.close()


@pytest.mark.parametrize("squeeze", SQUEEZES.values(), ids=SQUEEZES.keys())
@pytest.mark.parametrize("document", ["start", "offline"])
def test_nothing_is_cut_covered_or_scrolled_sideways(
    document: str, squeeze: tuple[int, int, str], request: pytest.FixtureRequest
) -> None:
    page: Page = request.getfixturevalue(document)
    width, height, change = squeeze
    page.set_viewport_size({"width": width, "height": height})
    if change:
        page.evaluate(change)
    try:
        assert page.evaluate(SQUEEZED) == []
    finally:
        page.evaluate("document.adoptedStyleSheets = []; document.documentElement.style.fontSize = ''")


@pytest.mark.parametrize("document", ["start", "offline"])
def test_every_control_is_large_enough_for_a_finger(document: str, request: pytest.FixtureRequest) -> None:
    page: Page = request.getfixturevalue(document)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate(SMALL) == []


@pytest.mark.parametrize("document", ["start", "offline"])
def test_every_section_of_a_document_passes_axe(document: str, request: pytest.FixtureRequest) -> None:
    """Those of the site's own document: test_states.py, as people reach them."""
    page: Page = request.getfixturevalue(document)
    faults = {}
    names = page.evaluate("[...document.querySelectorAll('[data-page]')].map(page => page.dataset.page)")
    for name in names if document == "offline" else names[:1]:
        page.evaluate(
            SHOW,
            name,
        )
        screenshot(page, f"{document}-{name}")
        faults[name] = faults_by_axe(page)
    assert {name: found for name, found in faults.items() if found} == {}


def test_without_scripts_the_document_passes_axe(phone: Page, live: LiveSite) -> None:
    """As it stands where scripts are off; the checker itself needs them, so the page's own script is taken out."""

    def no_scripts(route: Route) -> None:
        answer = route.fetch()
        text = re.sub("</?noscript>", "", answer.text())
        route.fulfill(response=answer, body=re.sub('<script type="module".*?</script>', "", text))

    phone.route(f"{live.url}/", no_scripts)
    phone.goto(live.url)
    screenshot(phone, "site-no-scripts")
    assert faults_by_axe(phone, several_headings=True) == []
    for width in (320, 390):
        phone.set_viewport_size({"width": width, "height": 844})
        assert not ReporterSite(phone, live.url).wider_than_the_screen()


def test_the_answers_to_a_sealed_file_pass_axe(phone: Page, live: LiveSite, tmp_path: Path) -> None:
    wrong = tmp_path / "letter.txt"
    wrong.write_bytes(b"not sealed")
    context = phone_context(phone.context.browser, java_script_enabled=False)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(live.url)
    page.get_by_label("Sealed file", exact=True).set_input_files(wrong)
    with page.expect_response("**/sealed") as answer:
        page.get_by_role("button", name="Hand it in").click()
    body = answer.value.text()
    context.close()
    phone.route("**/*", lambda route: route.fulfill(body=body, content_type="text/html"))
    phone.goto(live.url)
    screenshot(phone, "site-sealed")
    assert faults_by_axe(phone) == []


def test_in_forced_colours_what_is_chosen_focused_or_to_fill_in_is_still_seen(
    chromium: Browser, live: LiveSite
) -> None:
    context = phone_context(chromium, forced_colors="active")
    page = context.new_page()
    site = ReporterSite(page, live.url).open().begin()
    yes = page.get_by_role("radio", name="Yes", exact=True)
    around = page.locator(".govuk-radios__item:visible").first
    plain = around.screenshot()
    yes.check()
    page.locator("h1:visible").focus()
    chosen = around.screenshot()
    yes.focus()
    assert len({plain, chosen, around.screenshot()}) == 3
    screenshot(page, "site-forced-colours")

    button = page.get_by_role("button", name="Continue")
    unfocused = button.screenshot()
    button.focus()
    assert button.screenshot() != unfocused
    for part in (button, page.get_by_role("button", name="Exit this page")):
        assert part.evaluate("one => parseFloat(getComputedStyle(one).borderTopWidth)") > 0
    site.skip_to("What happened?").go_on()
    assert site.errors()
    box = page.get_by_role("textbox")
    assert box.evaluate("one => parseFloat(getComputedStyle(one).borderTopWidth)") > 0
    screenshot(page, "site-forced-colours-error")
    context.close()


def test_a_dark_scheme_leaves_the_text_readable_and_no_motion_means_none(chromium: Browser, live: LiveSite) -> None:
    context = phone_context(chromium, color_scheme="dark", reduced_motion="reduce")
    page = context.new_page()
    site = ReporterSite(page, live.url).open()
    assert faults_by_axe(page) == []
    assert page.evaluate(MOVING) == 0
    site.begin().expect_heading(DANGER)
    assert faults_by_axe(page) == []
    screenshot(page, "site-dark")
    context.close()
