"""A case on paper, by Chromium: the marking on top and at the foot of every sheet, and nothing that is pressed."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from handler.cases.listing import open_case
from handler.conversation.sending import Reply, send
from handler.lifecycle.acts import Step, move
from handler.lifecycle.conflict import confirm
from handler.lifecycle.recording import keep_note
from handler.lifecycle.tasks import add
from handler.triage import assessment
from tests.handler.reporters import Reporter, Site
from tests.handler.triage import forms
from tests.handler.web.casepages import case_id_of
from tests.handler.web.test_accessibility import address, page, site

__all__ = ["address", "page", "site"]

MARKING = "OFFICIAL-SENSITIVE"
STORY = "He takes money from people who want to know things, and two others know of it.\n\n" * 60


@pytest.fixture
def path(site: Site, address: str) -> str:
    site.deliver(Reporter.new(site).report(STORY))
    desk, case_id = site.desk(), case_id_of(site)
    open_case(desk, case_id, "new")
    confirm(desk, case_id, ticked=True)
    move(desk, case_id, Step("assessing", {}, {}))
    for n in range(8):
        send(desk, case_id, Reply(f"Thank you. This is answer number {n}. " * 12))
        keep_note(desk, case_id, "note", {"text": f"Note number {n}. " * 30})
    for name in ("category", "conduct", "protected", "jurisdiction"):
        assessment.save(desk, case_id, name, forms.PLAIN[name])
    assessment.save(desk, case_id, "thrive", forms.thrive(words="It may happen again. " * 40))
    add(desk, case_id, "Ring HR about the rota.", "2026-12-01")
    return f"{address}/cases/{case_id.hex()}"


def sheets(page: Page, tmp_path: Path) -> Sequence[list[str]]:
    """The lines of each sheet as it is printed."""
    made = tmp_path / "case.pdf"
    made.write_bytes(page.pdf(format="A4"))
    done = subprocess.run(["pdftotext", "-layout", made, "-"], check=True, capture_output=True)
    found = done.stdout.decode().removesuffix("\f").split("\f")
    return [[line.strip() for line in sheet.splitlines() if line.strip()] for sheet in found]


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("", "This is answer number 7."),
        ("/history", "Assessed: THRIVE"),
        ("/assessment", "It may happen again."),
        ("/records", "Ring HR about the rota."),
    ],
)
def test_every_sheet_is_marked_and_bears_no_button(
    page: Page, path: str, tmp_path: Path, part: str, words: str
) -> None:
    page.goto(path + part)
    pressed = set(page.locator("button, nav a, .govuk-button").all_inner_texts()) - {page.locator("h1").inner_text()}
    printed = sheets(page, tmp_path)
    assert len(printed) >= (1 if part == "/history" else 2)
    for sheet in printed:
        assert MARKING in sheet[0]
        assert MARKING in sheet[-1]
    text = "\n".join(line for sheet in printed for line in sheet)
    assert words in " ".join(text.split())
    lines = {line for sheet in printed for line in sheet}
    assert {one.strip() for one in pressed if one.strip()} & lines == set()
    for one in ("Send the reply", "Undo", "Add the task", "Fill in", "Recuse me", "Sign out", "Tell the reporter"):
        assert one not in text


def test_links_are_words_on_paper_and_the_list_of_cases_is_there(page: Page, path: str, address: str) -> None:
    page.emulate_media(media="print")
    page.goto(f"{address}/cases")
    expect(page.get_by_text("PSU-2026-0001", exact=True)).to_be_visible()
    page.goto(f"{path}/assessment")
    lines = page.eval_on_selector_all(
        "main a", "links => links.filter(a => a.offsetParent).map(a => getComputedStyle(a).textDecorationLine)"
    )
    assert lines
    assert set(lines) == {"none"}
