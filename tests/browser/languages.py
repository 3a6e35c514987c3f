"""The reporter's site in another language, told what to press and what to expect in English.

site = TranslatedSite(phone, live.url, "cy").open()
site.begin().write("Beth ddigwyddodd")...
"""

import re
from collections.abc import Sequence

from playwright.sync_api import Page, expect

from reporter import languages, texts
from tests.browser.pages import ReporterSite


class TranslatedSite(ReporterSite):
    """One visit in a language of translations/. Texts of the site go in and come out in English."""

    def __init__(self, page: Page, url: str, code: str) -> None:
        super().__init__(page, url)
        self.language = languages.load(code)
        self._said: dict[str, set[str]] = {}
        self._english: dict[str, str] = {}
        for text in texts.collect():
            said = self.language.translate(text.english, text.context)
            self._said.setdefault(text.english, set()).add(said)
            self._english.setdefault(said, text.english)

    def says(self, english: str) -> str:
        """The one translation of a text. Raises AssertionError where it depends on the question, or is none."""
        assert len(self._said[english]) == 1, english
        return next(iter(self._said[english]))

    def open(self) -> "TranslatedSite":
        """The start page in this language, by its address."""
        with self.page.expect_response(lambda response: response.url.endswith("/state")):
            self.page.goto(self.url + self.language.address)
        self.page.wait_for_load_state("networkidle")
        return self

    @property
    def heading(self) -> str:
        return self._english[super().heading]

    def expect_heading(self, text: str | re.Pattern[str]) -> "TranslatedSite":
        assert isinstance(text, str)
        expect(self.page.get_by_role("heading", level=1)).to_have_text(self.says(text))
        return self

    def expect_another_heading(self, text: str) -> "TranslatedSite":
        expect(self.page.get_by_role("heading", level=1)).not_to_have_text(self.says(text))
        return self

    def press(self, *names: str) -> "TranslatedSite":
        super().press(*(said for name in names for said in self._said[name]))
        return self

    def leave(self) -> "TranslatedSite":
        self.page.get_by_role("button", name=self.says("Exit this page"), exact=True).click()
        return self

    def tick(self, *answers: str) -> "TranslatedSite":
        for answer in answers:
            said = re.compile(rf"^\s*({'|'.join(map(re.escape, self._said[answer]))})\s*$")
            self.page.locator("[data-page]:not([hidden])").get_by_label(said).check()
        return self

    def change(self, heading: str) -> "TranslatedSite":
        super().change(self.says(heading))
        return self

    def errors(self) -> list[str]:
        return [self._english.get(line, line) for line in super().errors()]

    def answers(self) -> dict[str, str]:
        return {self._english.get(question, question): answer for question, answer in super().answers().items()}

    def answer(self, text: str, files: Sequence[object] = ()) -> list[str]:
        assert not files
        self.press("Write an answer", "Add to your report").expect_heading("Write to us").write(text)
        return self.go_on().expect_heading("Your new words").words()
