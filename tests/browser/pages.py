"""The reporter's site as a person uses it: by what they read and press, never by ids.

site = ReporterSite(phone, live.url).open()
site.begin().skip().skip().write("What happened")...
"""

import re
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, expect

CHECK = "Check your answers"
CODE = "Write down your twelve words"
SAFE = "Your report is safe with us"
NOTICE_SAFE = "Your notice is safe with us"
DANGER = "Is anyone in danger right now?"
ABOUT = "What is it about?"
WHAT = "What happened?"
WHO = "Who is it about?"
INVOLVES = "Does it involve any of these people?"
KEEP_FROM = "Is there anyone who must not see this report?"
AT_RISK = "Is a child at risk, or an adult who needs care or support?"
SOURCE = "How do you know?"
WHEN = "When did it happen?"
WHERE = "Where or how did it happen?"
PLACE = "Which kind of place was it?"
AFFECTED = "Is anyone else involved or affected?"
KNOWN = "Did anyone in charge already know?"
KNOWERS = "How many people know what you have told us?"
WORRIED = "Are you worried about what might happen to you?"
WISH = "What would you like to happen?"
FILES = "Add files"
FILES_ROW = "Files"
IDENTITY = "Do you want to tell us who you are?"
REACH = "Who are you, and how can we reach you?"
NOTICE_KIND = "What do you want to tell us about?"
QUESTIONS = (
    DANGER, ABOUT, WHAT, WHO, INVOLVES, KEEP_FROM, AT_RISK, SOURCE, WHEN, WHERE, AFFECTED, KNOWN, KNOWERS, WORRIED,
    WISH, FILES, IDENTITY,
)  # fmt: skip
"""Those that everyone is asked, in order."""
ADVICE = (
    "Talk to someone first", "Which way is right for you", "What you can report",
    "If someone is at risk, or you are struggling", "How to stay anonymous", "How you are protected",
    "Your legal protection", "What happens next", "False reports", "If someone reports you",
)  # fmt: skip
"""The pages of advice that the start page leads to; link and heading are the same."""
STATEMENTS = {"Privacy": "Privacy notice", "Accessibility": "Accessibility statement"}
"""Those that every page leads to, with their headings."""


class ReporterSite:
    """One visit. `requests` and `complaints` are all that the browser asked for and complained of."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", self._note_request)
        page.on("console", self._note_complaint)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith(("data:", "blob:")):
            self.requests.append(f"{request.method} {request.url.removeprefix(self.url)}")

    def _note_complaint(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    # -- moving about -----------------------------------------------------------------------------------------------

    def open(self) -> "ReporterSite":
        """The start page, once everything that it loads by itself has come."""
        with self.page.expect_response(lambda response: response.url.endswith("/state")):
            self.page.goto(self.url)
        self.page.wait_for_load_state("networkidle")
        return self

    @property
    def heading(self) -> str:
        """The one first-level heading that is shown."""
        return self.page.get_by_role("heading", level=1).inner_text()

    def expect_heading(self, text: str | re.Pattern[str]) -> "ReporterSite":
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)
        return self

    def expect_another_heading(self, text: str) -> "ReporterSite":
        expect(self.page.get_by_role("heading", level=1)).not_to_have_text(text)
        return self

    def press(self, *names: str) -> "ReporterSite":
        """A button or a link, by its whole name; the first that is there of several names."""
        wanted = re.compile(f"^({'|'.join(map(re.escape, names))})$")
        self.page.get_by_role("button", name=wanted).or_(self.page.get_by_role("link", name=wanted)).first.click()
        return self

    def leave(self) -> "ReporterSite":
        """By the red button."""
        self.page.get_by_role("button", name="Exit this page", exact=True).click()
        return self

    def back(self) -> "ReporterSite":
        return self.press("Back")

    def text(self) -> str:
        """All that is shown of the page."""
        return self.page.get_by_role("main").inner_text()

    def errors(self) -> list[str]:
        """The lines of the error summary."""
        return self.page.get_by_role("alert").get_by_role("listitem").all_inner_texts()

    # -- a report ---------------------------------------------------------------------------------------------------

    def begin(self) -> "ReporterSite":
        """To the first question."""
        return self.press("Start now").press("Continue").expect_heading(DANGER)

    def begin_notice(self) -> "ReporterSite":
        """From the start page to the first question of a manager's notice."""
        self.press("For managers: what was dealt with in your team").press("Continue")
        return self.expect_heading(NOTICE_KIND)

    def skip(self) -> "ReporterSite":
        return self.press("Skip this question")

    def skip_to(self, heading: str) -> "ReporterSite":
        """Skips question after question until this one is asked."""
        for _ in QUESTIONS:
            if self.heading == heading:
                return self
            before = self.heading
            self.skip()
            self.expect_another_heading(before)
        return self.expect_heading(heading)

    def go_on(self) -> "ReporterSite":
        return self.press("Continue")

    def tick(self, *answers: str) -> "ReporterSite":
        for answer in answers:
            self.page.locator("[data-page]:not([hidden])").get_by_label(answer, exact=True).check()
        return self

    def write(self, text: str) -> "ReporterSite":
        """Into the page's text box."""
        self.page.get_by_role("textbox").fill(text)
        return self

    def add_files(self, *paths: Path) -> "ReporterSite":
        """Into the page's file input; waits until each is in the list, or a page asks about it."""
        field = self.visible("[data-files]")
        field.set_input_files([str(path) for path in paths])
        expect(self.page.locator("[data-file-list][aria-busy=true]")).to_have_count(0)
        return self

    def files(self) -> list[str]:
        """Names of the files in the list that is shown."""
        return self.page.locator("[data-page]:not([hidden]) [data-file-list] strong").all_inner_texts()

    def report(self, text: str, involves: Sequence[str] = (), files: Sequence[Path] = ()) -> "ReporterSite":
        """From the start page to "Check your answers", the other questions skipped."""
        self.begin().skip_to(WHAT).write(text).go_on().skip_to(INVOLVES)
        if involves:
            self.tick(*involves).go_on().expect_heading(KEEP_FROM)
        if not files:
            return self.skip_to(SOURCE).skip_to_the_end()
        self.skip_to(FILES).add_files(*files).go_on()
        return self.skip_to(CHECK)

    def skip_to_the_end(self) -> "ReporterSite":
        """From one of the later questions, with what is ticked and typed there, to "Check your answers"."""
        return self.press("Skip to the end").expect_heading(CHECK)

    def answers(self) -> dict[str, str]:
        """What the check page shows, by question."""
        rows = self.visible("dl").locator(".govuk-summary-list__row").all()
        return {row.locator("dt").inner_text(): row.locator("dd").first.inner_text() for row in rows}

    def change(self, heading: str) -> "ReporterSite":
        """From "Check your answers" to a question."""
        row = self.visible(".govuk-summary-list__row").filter(has=self.page.locator("dt", has_text=heading))
        row.get_by_role("button").click()
        return self.expect_heading(heading)

    def pointers(self) -> list[str]:
        """What the check page says may point to the reporter, or to someone who was harmed."""
        return self.visible("[data-hints] [data-text]").all_inner_texts()

    def send(self) -> list[str]:
        """Seals and sends; the twelve words that are shown when the drop has stored it."""
        self.press("Seal and send").expect_heading(CODE)
        return self.words()

    def words(self) -> list[str]:
        """The twelve words on the page that shows them."""
        return self.visible("ol").get_by_role("listitem").all_inner_texts()

    def type_two(self, words: Sequence[str]) -> "ReporterSite":
        """Types the two words asked for, and goes on."""
        for field in self.page.get_by_role("textbox").all():
            label = field.evaluate("field => field.labels[0].textContent")
            field.fill(words[int(label.split()[-1]) - 1])
        return self.go_on()

    def finish(self, words: Sequence[str]) -> "ReporterSite":
        """From the code page to the last page."""
        return self.press("I have written them down").type_two(words).expect_heading(SAFE)

    # -- replies ----------------------------------------------------------------------------------------------------

    def check_replies(self, words: Sequence[str] | str) -> "ReporterSite":
        """From the start page: types the words."""
        self.press("Check for replies").expect_heading("Check for replies")
        return self.write(words if isinstance(words, str) else " ".join(words)).go_on()

    def messages(self) -> list[str]:
        """The texts of the replies that are shown, the newest first."""
        return self.page.get_by_role("article").locator("p").all_inner_texts()

    def answer(self, text: str, files: Sequence[Path] = ()) -> list[str]:
        """Writes an answer; the new words that are then shown."""
        self.press("Write an answer", "Add to your report").expect_heading("Write to us").write(text)
        if files:
            self.add_files(*files)
        self.go_on().expect_heading("Your new words")
        return self.words()

    def take_new_words(self, words: Sequence[str]) -> "ReporterSite":
        return self.press("I have written them down").type_two(words).expect_heading("Sent")

    def keep_words(self) -> "ReporterSite":
        return self.press("Keep my old words").expect_heading("Sent")

    # -- small things -----------------------------------------------------------------------------------------------

    def visible(self, selector: str) -> Locator:
        """What the selector finds on the page that is shown."""
        return self.page.locator(f"[data-page]:not([hidden]) {selector}")

    def wider_than_the_screen(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
