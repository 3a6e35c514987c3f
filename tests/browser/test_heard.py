"""A report by someone who sees nothing: by roles, names and states alone, and with each step said."""

from playwright.sync_api import Page, expect

from reporter import questionnaire
from reporter.questionnaire import Question
from tests.browser.heard import HeardSite
from tests.browser.pages import CHECK, CODE, DANGER, FILES, IDENTITY, INVOLVES, QUESTIONS, SAFE, WHAT, ReporterSite
from tests.browser.site import LiveSite

CALM = {DANGER: "No", INVOLVES: "The Director General", IDENTITY: "Yes"}
"""Which answer to give where not the first: no way aside, another reader, the last question too."""


def _begin(phone: Page, live: LiveSite) -> HeardSite:
    ReporterSite(phone, live.url).open()
    site = HeardSite(phone)
    site.press("button", "Start now").expect_heading("Before you start")
    return site.press("button", "Continue").expect_heading(DANGER)


def _answers(site: HeardSite, question: Question) -> None:
    """The question's first answer, and something in each of its text boxes; nothing where files are asked for."""
    if question.kind in ("radios", "checkboxes"):
        group = site.find("group", question.heading)
        assert question.hint in group.description
        labels = [CALM[question.heading]] if question.heading in CALM else [question.answers[0].text]
        site.choose("radio" if question.kind == "radios" else "checkbox", labels[0])
    for box in site.things("textbox"):
        assert box.name in (question.heading, question.text.label if question.text else "")
        site.type(box.name, f"Heard: {question.id}")
    if question.kind == "text":
        assert question.hint in site.find("textbox", question.heading).description


def test_the_whole_form_is_filled_from_the_accessibility_tree_alone(phone: Page, live: LiveSite) -> None:
    asked = {question.heading: question for question in questionnaire.load().questions}
    site = _begin(phone, live)
    heading, met = DANGER, []
    while heading != CHECK:
        met.append(heading)
        _answers(site, asked[heading])
        site.press("button", "Continue")
        heading = site.expect_another_heading(heading)
    assert set(QUESTIONS) <= set(met)
    assert {"Change What happened?", "Change Who is it about?"} <= {one.name for one in site.things("button")}
    assert any("These people can open it" in text for text in site.read())

    site.press("button", "Seal and send").expect_heading(CODE)
    words = [text for text in site.read() if text.isalpha() and text.islower()]
    assert len(words) == 12
    site.press("button", "I have written them down").expect_heading("Type two of your words")
    for box in site.things("textbox"):
        site.type(box.name, words[int(box.name.split()[-1]) - 1])
    site.press("button", "Continue").expect_heading(SAFE)

    thread = live.independent.thread_of_words(words)
    report = thread.posts[0].post.report
    assert report is not None
    given = {**report.answers, **report.routing}
    assert set(given) >= {asked[name].id for name in QUESTIONS if name not in (FILES,)}
    assert given["what"].text == "Heard: what"


def test_an_error_is_said_tied_to_its_field_and_taken_back_when_mended(phone: Page, live: LiveSite) -> None:
    site = _begin(phone, live)
    heading = DANGER
    while heading != WHAT:
        site.press("button", "Skip this question")
        heading = site.expect_another_heading(heading)
    hint = site.find("textbox", WHAT).description
    message = "Write what happened. A few words are enough."

    site.press("button", "Continue")
    assert site.find("heading", "There is a problem")
    assert site.things("alert")
    assert site.find("link", message)
    expect(phone.locator(":focus")).to_contain_text("There is a problem")
    assert phone.title() == "Error: Staff information"
    box = site.find("textbox", WHAT)
    assert box.description == f"{hint} Error: {message}"
    assert box.states["invalid"] == "true"

    site.press("link", message)
    assert site.focused().node == box.node
    site.type(WHAT, "x").press("button", "Continue")
    site.expect_another_heading(WHAT)
    assert phone.title() == "Staff information"
    phone.go_back()
    site.expect_heading(WHAT)
    box = site.find("textbox", WHAT)
    assert box.description == hint
    assert box.states["invalid"] == "false"
