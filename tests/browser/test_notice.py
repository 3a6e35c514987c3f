"""A manager tells what was dealt with, by a form of its own and by the same sealed way as a report."""

from pathlib import Path

from playwright.sync_api import Page, expect

from crypto.code import parse_words
from crypto.post import Answer
from reporter import questionnaire
from tests.browser.pages import CHECK, INVOLVES, NOTICE_KIND, NOTICE_SAFE, WHAT, ReporterSite
from tests.browser.site import LiveSite

STORY = "He shouted at a clerk twice. I spoke to him."


def test_a_manager_tells_what_was_dealt_with_and_gets_an_answer(phone: Page, live: LiveSite) -> None:
    """Given a manager who says what was done; when the notice is sent; then it is there, and a reply comes back."""
    site = ReporterSite(phone, live.url).open()
    loaded = list(site.requests)
    site.begin_notice().tick("Something that was dealt with informally").go_on()
    site.expect_heading("What kind of behaviour was it?").tick("Bullying").go_on()
    site.expect_heading(WHAT).write(STORY).go_on()
    site.expect_heading("Whose behaviour was it?").tick("One person, and I know who").write(
        "Team leader, floor 3"
    ).go_on()
    site.expect_heading(INVOLVES).tick("None of these").go_on()
    site.expect_heading("What was done about it?").tick("Someone talked to them about it").go_on()
    site.expect_heading("When was it dealt with?").tick("In the last month").go_on()
    site.expect_heading("Was anyone harmed, or could it be part of a pattern?").tick("It has happened before").go_on()
    site.expect_heading("Do you want to give your name and role?").write("Jo Bloggs, office manager").go_on()
    site.expect_heading(CHECK)
    assert "These people can open it: the professional standards unit." in site.text()
    assert site.answers()["Whose behaviour was it?"] == "One person, and I know who\nTeam leader, floor 3"
    assert site.requests == loaded
    words = site.send()
    assert site.requests == [*loaded, "POST /envelopes"]
    assert "Your notice is safe with us." in site.text()
    assert "Your report is safe with us." not in site.text()
    site.press("I have written them down").type_two(words).expect_heading(NOTICE_SAFE)

    thread = live.psu.thread_of_words(words)
    report = thread.posts[0].post.report
    assert report is not None
    assert report.questionnaire == questionnaire.load_forms()[questionnaire.NOTICE].version
    assert report.routing == {"notice-involves": Answer(("none",), "")}
    assert report.answers == {
        "notice-kind": Answer(("resolved",), ""),
        "notice-about": Answer(("bullying",), ""),
        "notice-what": Answer((), STORY),
        "notice-who": Answer(("one",), "Team leader, floor 3"),
        "notice-done": Answer(("talk",), ""),
        "notice-when": Answer(("month",), ""),
        "notice-affected": Answer(("before",), ""),
        "notice-name": Answer((), "Jo Bloggs, office manager"),
    }
    live.psu.reply(thread, "Thank you. When did it happen before?")
    live.publish()
    site.open().check_replies(words).expect_heading("Your replies")
    assert site.messages() == ["Thank you. When did it happen before?"]
    assert site.complaints == []


def test_a_notice_about_those_who_would_read_it_goes_elsewhere_and_needs_no_name(phone: Page, live: LiveSite) -> None:
    site = ReporterSite(phone, live.url).open().begin_notice().skip().skip().expect_heading(WHAT)
    site.write("A grievance about the unit was upheld.").press("Skip to the end").expect_heading(INVOLVES)
    site.tick("Professional standards, anti-corruption or vetting staff").go_on().expect_heading(CHECK)
    assert "These people will not be able to open it: the professional standards unit" in site.text()
    words = site.send()
    assert live.psu.collect() == []
    report = live.independent.thread_of_words(words).posts[0].post.report
    assert report is not None
    assert report.answers == {"notice-what": Answer((), "A grievance about the unit was upheld.")}
    assert parse_words(" ".join(words)).audience == 2


def test_the_two_forms_do_not_mix(phone: Page, live: LiveSite, tmp_path: Path) -> None:
    """Given half a report with a file; then a notice takes nothing of it, and Back finds the report again."""
    attached = tmp_path / "list.pdf"
    attached.write_bytes(b"%PDF-1.4 a list")
    site = (
        ReporterSite(phone, live.url).open().begin().skip_to(WHAT).write("Of the report").go_on().skip_to("Add files")
    )
    site.visible("[data-files]").set_input_files(attached)
    site.press("Send it as it is").expect_heading("Add files").go_on().skip_to(CHECK)
    phone.get_by_role("contentinfo").get_by_role("link", name="Start page").click()
    site.begin_notice().skip_to(WHAT)
    assert phone.get_by_role("textbox").input_value() == ""
    site.write("Of the notice").press("Skip to the end").skip().expect_heading(CHECK)
    assert site.answers()[WHAT] == "Of the notice"
    assert "Files" not in site.answers()
    for heading in (INVOLVES, WHAT, "What kind of behaviour was it?", NOTICE_KIND):
        site.back().expect_heading(heading)
    site.back().expect_heading("Tell us what was dealt with in your team")
    phone.go_back()
    phone.go_back()
    site.expect_heading(CHECK)
    assert site.answers()[WHAT] == "Of the report"
    assert site.answers()["Files"] == "list.pdf"
    phone.go_forward()
    phone.go_forward()
    site.expect_heading("Tell us what was dealt with in your team").go_on().skip_to(WHAT)
    site.press("Skip to the end").expect_heading(CHECK)
    report = live.psu.thread_of_words(site.send()).posts[0].post.report
    assert report is not None
    assert report.answers["notice-what"].text == "Of the notice"
    assert report.files == ()


def test_what_may_point_to_a_manager_is_shown_unless_the_name_is_given(phone: Page, live: LiveSite) -> None:
    site = ReporterSite(phone, live.url).open().begin_notice().skip().tick("Bullying").go_on()
    site.write("In my team of 3 he mocks Priya Shah.").press("Skip to the end").skip().expect_heading(CHECK)
    victim = "Is this the name of someone who was harmed? They may not want to be named: “Priya Shah”"
    assert site.pointers() == ["A small team is easy to search: “my team of 3”", victim]
    site.change("Do you want to give your name and role?").write("Jo Bloggs").go_on().expect_heading(CHECK)
    assert site.pointers() == [victim]
    site.press("Change who it involves").expect_heading(INVOLVES)


def test_the_way_in_says_what_it_is_not_for(phone: Page, live: LiveSite) -> None:
    site = ReporterSite(phone, live.url).open().press("For managers: what was dealt with in your team")
    assert "how you yourself are treated at work" in site.text()
    site.press("Write a report instead").expect_heading("Before you start")
    expect(phone.get_by_role("button", name="Continue", exact=True)).to_be_visible()
