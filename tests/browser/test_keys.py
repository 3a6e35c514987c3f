"""A report without a pointer: Tab, Space, Enter and the arrows reach everything, and the focus is always seen."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.pages import ABOUT, CHECK, CODE, DANGER, INVOLVES, SAFE, WHAT, ReporterSite
from tests.browser.site import LiveSite

MOST = 120  # presses of Tab on one page
STOP = (Path(__file__).parent / "looks" / "stop.js").read_text()


class Keys:
    """Hands that use keys only. Each stop of the focus is looked at."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tab(self) -> str:
        """The name of the next stop, or "" outside the page. Its focus is seen, in reach and further on."""
        self.page.keyboard.press("Tab")
        stop = self.page.evaluate(STOP)
        if stop is None:
            self.page.evaluate("globalThis.lastStop = null")
            return ""
        assert stop["seen"], f"no focus to see on {stop['name']}"
        assert stop["inside"], f"{stop['name']} has the focus off the screen"
        assert stop["onward"], f"the focus goes back to {stop['name']}"
        return str(stop["name"])

    def to(self, name: str) -> "Keys":
        """Tab until this is reached."""
        self.page.evaluate("globalThis.lastStop = null")
        passed = []
        for _ in range(MOST):
            passed.append(self.tab())
            if passed[-1] == name:
                return self
        raise AssertionError(f"{name} is not reached: {passed}")

    def press(self, name: str) -> "Keys":
        self.to(name)
        self.page.keyboard.press("Enter")
        return self

    def type(self, name: str, text: str) -> "Keys":
        self.to(name)
        self.page.keyboard.type(text)
        return self


def _expect(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def test_a_whole_report_with_keys_only(phone: Page, live: LiveSite) -> None:
    phone.set_viewport_size({"width": 1280, "height": 800})
    site = ReporterSite(phone, live.url).open()
    keys = Keys(phone).press("Start now")
    _expect(phone, "Before you start")
    keys.press("Continue")
    _expect(phone, DANGER)
    keys.to("Yes")
    phone.keyboard.press("ArrowDown")
    expect(phone.get_by_role("radio", name="No", exact=True)).to_be_checked()
    keys.press("Continue")
    _expect(phone, ABOUT)
    keys.to("Drugs")
    phone.keyboard.press("Space")
    expect(phone.get_by_role("checkbox", name="Drugs")).to_be_checked()
    keys.press("Continue")
    _expect(phone, WHAT)
    keys.type(WHAT, "By keys")
    phone.keyboard.press("Escape")
    expect(phone.get_by_role("textbox")).to_have_value("By keys")
    keys.press("Skip to the end")
    _expect(phone, INVOLVES)
    keys.press("Skip this question")
    _expect(phone, CHECK)
    keys.press("Seal and send")
    _expect(phone, CODE)
    words = site.words()
    keys.to("Print the words, or save a reminder")
    phone.keyboard.press("Space")
    keys.to("Save a reminder")
    keys.press("I have written them down")
    _expect(phone, "Type two of your words")
    for label in [one.inner_text() for one in site.visible("label").all()]:
        keys.type(label, words[int(label.split()[-1]) - 1])
    phone.keyboard.press("Enter")
    _expect(phone, SAFE)
    keys.press("Clear the screen")
    expect(phone.get_by_role("button", name="Start now")).to_be_visible()
    report = live.psu.thread_of_words(words).posts[0].post.report
    assert report is not None
    assert report.answers["what"].text == "By keys"
    assert report.answers["about"].choices == ("drugs",)


def test_the_focus_goes_round_the_whole_page_and_is_never_trapped(phone: Page, live: LiveSite) -> None:
    phone.set_viewport_size({"width": 1280, "height": 800})
    ReporterSite(phone, live.url).open()
    keys = Keys(phone)
    stops: list[str] = []
    while (name := keys.tab()) and len(stops) < MOST:
        stops.append(name)
    assert stops[:2] == ["Skip to main content", "Exit this page"]
    assert len(stops) < MOST
    assert stops.index("Start now") < stops.index("Check for replies")
    assert phone.evaluate('document.querySelectorAll(\'[tabindex]:not([tabindex="-1"], [tabindex="0"])\').length') == 0


def test_the_first_two_stops_lead_to_the_text_and_away(phone: Page, live: LiveSite) -> None:
    ReporterSite(phone, live.url).open().press("Start now").expect_heading("Before you start")
    Keys(phone).to("Skip to main content")
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", level=1)).to_be_focused()
