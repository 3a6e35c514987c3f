"""The offline page as a person uses it: saved to a disk and opened from there."""

from pathlib import Path

from playwright.sync_api import Page, expect

HEADING = "Report a concern about someone at work (whistleblowing)"


class OfflinePage:
    """`requests` and `complaints` are all that the page asked of anyone and that the browser said of it."""

    def __init__(self, page: Page, path: Path) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(f"{request.method} {request.url}"))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(path.as_uri())
        self.expect_heading(HEADING)
        self.requests = [one for one in self.requests if not one.startswith("GET file:")]

    def expect_heading(self, text: str) -> "OfflinePage":
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)
        return self

    def write(self, text: str) -> "OfflinePage":
        self.page.get_by_role("textbox", name="What happened?").fill(text)
        return self

    def choose(self, label: str, path: Path) -> "OfflinePage":
        self.page.get_by_label(label, exact=True).set_input_files(path)
        return self

    def press(self, name: str) -> "OfflinePage":
        self.page.get_by_role("button", name=name, exact=True).click()
        return self

    def save(self, button: str, path: Path) -> Path:
        """Presses the button and keeps the file that it saves."""
        with self.page.expect_download() as download:
            self.press(button)
        assert download.value.suggested_filename == "notes.bin"
        download.value.save_as(path)
        return path

    def words(self) -> list[str]:
        """The twelve words on the page that shows them."""
        return self.page.locator("[data-page]:not([hidden]) ol").get_by_role("listitem").all_inner_texts()

    def pointers(self) -> list[str]:
        """What the page says may point to the reporter, or to someone who was harmed."""
        return [one.inner_text() for one in self.page.locator("[data-hints] li").all() if one.is_visible()]
