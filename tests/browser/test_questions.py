"""The questions as one person after another meets them: what is asked and left out, and what the phone points to."""

from pathlib import Path

from playwright.sync_api import Page, expect

from crypto.post import Answer
from reporter.build import build
from tests.browser.pages import (
    AFFECTED,
    CHECK,
    FILES_ROW,
    IDENTITY,
    INVOLVES,
    KEEP_FROM,
    KNOWERS,
    PLACE,
    QUESTIONS,
    REACH,
    SOURCE,
    WHAT,
    WHEN,
    WHERE,
    ReporterSite,
)
from tests.browser.site import LiveSite


def test_the_way_to_the_end_from_what_happened_asks_only_who_is_involved(phone: Page, live: LiveSite) -> None:
    """Given haste; then the one question that decides who can open it still comes before the check page."""
    site = ReporterSite(phone, live.url).open().begin().skip().skip().expect_heading(WHAT)
    site.write("He shows the file to friends.").press("Skip to the end").expect_heading(INVOLVES)
    site.tick("Someone who might read this report").go_on().expect_heading(CHECK)
    assert "These people can open it: the independent recipient" in site.text()
    assert site.answers()[FILES_ROW] == "Not answered"
    site.change(INVOLVES).back().expect_heading(CHECK)
    assert live.independent.thread_of_words(site.send()).posts[0].post.report is not None


def test_the_way_to_the_end_asks_nothing_twice(phone: Page, live: LiveSite) -> None:
    site = ReporterSite(phone, live.url).open().begin().skip_to(WHAT)
    site.press("Skip to the end")
    assert site.errors() == ["Write what happened. A few words are enough."]
    site.write("x").press("Skip to the end").expect_heading(INVOLVES).skip().expect_heading(CHECK)
    site.change(WHAT).press("Skip to the end").expect_heading(CHECK)


def test_an_error_is_gone_for_who_leaves_by_a_link_and_comes_back(phone: Page, live: LiveSite) -> None:
    site = ReporterSite(phone, live.url).open().begin().skip_to(WHAT).go_on()
    assert site.errors() == ["Write what happened. A few words are enough."]
    phone.get_by_role("contentinfo").get_by_role("link", name="How you are protected").click()
    site.expect_heading("How you are protected").back().expect_heading(WHAT)
    expect(phone.get_by_role("alert")).to_have_count(0)
    expect(phone.locator(".govuk-error-message:visible")).to_have_count(0)


def test_everything_can_be_skipped_but_what_happened(phone: Page, live: LiveSite) -> None:
    site = ReporterSite(phone, live.url).open().begin()
    for heading in QUESTIONS:
        site.expect_heading(heading)
        expect(phone.get_by_role("link", name="Back", exact=True)).to_be_visible()
        if heading == WHAT:
            expect(phone.get_by_role("button", name="Skip this question")).to_be_hidden()
            expect(site.visible("form").get_by_role("link", name="Talk to someone first")).to_be_visible()
            site.write("x").go_on()
        else:
            site.skip()
    site.expect_heading(CHECK)
    assert {text for heading, text in site.answers().items() if heading != WHAT} == {"Not answered"}


def test_a_page_that_an_answer_calls_for_is_asked_at_once_even_when_the_answer_is_changed_later(
    phone: Page, live: LiveSite
) -> None:
    site = ReporterSite(phone, live.url).open().begin().skip_to(WHAT).write("x").go_on().skip_to(WHERE)
    site.tick("On social media").go_on().expect_heading(AFFECTED).skip_to(CHECK)
    assert PLACE not in site.answers()
    site.change(WHERE).tick("In our own building").go_on().expect_heading(PLACE).tick("Overseas").go_on()
    site.expect_heading(CHECK)
    assert site.answers()[PLACE] == "Overseas"
    site.change(IDENTITY).tick("Yes").go_on().expect_heading(REACH).write("Jo, 07700 900123").go_on()
    site.expect_heading(CHECK).change(IDENTITY).tick("No, I want to stay anonymous").go_on().expect_heading(CHECK)
    assert REACH not in site.answers()
    report = live.psu.thread_of_words(site.send()).posts[0].post.report
    assert report is not None
    assert report.answers["where"].choices == ("site", "social-media")
    assert report.answers["place"].choices == ("overseas",)
    assert "reach" not in report.answers


def test_staying_anonymous_is_chosen_from_the_start_and_the_other_answer_gives_a_name(
    phone: Page, live: LiveSite
) -> None:
    site = ReporterSite(phone, live.url).open().begin().skip_to(WHAT).write("x").go_on().skip_to(IDENTITY)
    expect(phone.get_by_label("No, I want to stay anonymous")).to_be_checked()
    site.tick("Yes").go_on().expect_heading(REACH).write("Jo Bloggs, jo@example.org").go_on().expect_heading(CHECK)
    expect(site.visible("[data-hinted]")).to_be_hidden()
    report = live.psu.thread_of_words(site.send()).posts[0].post.report
    assert report is not None
    assert report.answers["reach"].text == "Jo Bloggs, jo@example.org"


def test_whom_to_keep_it_from_is_read_with_the_answers_that_software_reads_first(phone: Page, live: LiveSite) -> None:
    site = ReporterSite(phone, live.url).open().begin().skip_to(WHAT).write("x").go_on().skip_to(INVOLVES)
    site.tick("The Director General").go_on().expect_heading(KEEP_FROM).write("The private office").go_on()
    site.skip_to(SOURCE).skip_to_the_end()
    report = live.independent.thread_of_words(site.send()).posts[0].post.report
    assert report is not None
    assert report.routing == {
        "involves": Answer(("director-general",), ""),
        "keep-from": Answer((), "The private office"),
    }


def test_what_may_point_to_the_reporter_is_shown_before_sending_and_blocks_nothing(phone: Page, live: LiveSite) -> None:
    site = ReporterSite(phone, live.url).open().begin().skip().tick("Sexual behaviour or harassment").go_on()
    site.write("In my team of 3 he follows Priya Shah. Ring 07700 900123.").go_on().skip_to(KNOWERS)
    site.tick("Only me").skip_to_the_end()
    assert site.pointers() == [
        "This looks like a phone number: “07700 900123”",
        "A small team is easy to search: “my team of 3”",
        "Is this the name of someone who was harmed? They may not want to be named: “Priya Shah”",
        "You told us that only you know this. What you wrote may point to you.",
    ]
    site.visible("[data-hints]").get_by_role("button", name=f"Change {WHAT}").first.click()
    site.expect_heading(WHAT).write("He follows a colleague.").go_on().expect_heading(CHECK)
    assert site.pointers() == ["You told us that only you know this. What you wrote may point to you."]
    site.change(WHAT).write("Ring 07700 900124.").go_on().expect_heading(CHECK)
    requests = [one for one in site.requests if one.startswith("POST")]
    assert requests == []
    site.send()
    assert "900124" not in phone.content()


def test_nothing_is_pointed_to_where_there_is_nothing(phone: Page, live: LiveSite) -> None:
    site = ReporterSite(phone, live.url).open().report("He took £1,200 in May.")
    expect(site.visible("[data-hinted]")).to_be_hidden()


def test_a_site_that_takes_no_files_asks_for_none(phone: Page, live: LiveSite, tmp_path: Path) -> None:
    for name in ("site.json", "settings.toml"):
        (tmp_path / name).write_bytes((live.folder / name).read_bytes() if name == "site.json" else b"files = false\n")
    bare = build(tmp_path)

    def page_without_files() -> str:
        return (bare.folder / "index.html").read_text()

    phone.route(f"{live.url}/", lambda route: route.fulfill(body=page_without_files(), content_type="text/html"))
    phone.route(
        f"{live.url}/assets/*",
        lambda route: route.fulfill(path=bare.folder / route.request.url.removeprefix(f"{live.url}/")),
    )
    site = ReporterSite(phone, live.url).open().begin().skip_to(WHAT).write("x").go_on().skip_to(WHEN).skip_to(CHECK)
    assert FILES_ROW not in site.answers()
    assert phone.locator("input[type=file][multiple]").count() == 0
    words = site.send()
    site.finish(words).press("Clear the screen")
    assert site.complaints == []
