"""A mistyped word.

Given someone who comes back with twelve words on a piece of paper,
when they mistype one of them,
then the page names that word and the likely right one, and once it is mended their replies are there.
"""

from playwright.sync_api import Page, expect

from tests.browser.pages import ReporterSite
from tests.browser.site import LiveSite


def _slip(word: str) -> str:
    """The word with its first two letters swapped, which no word of the list is."""
    return word[1] + word[0] + word[2:] if word[0] != word[1] else "q" + word


def test_a_mistyped_word_is_named_and_mended(phone: Page, live: LiveSite) -> None:
    # given a report, and a reply to it
    site = ReporterSite(phone, live.url).open().report("x")
    words = site.send()
    site.finish(words).press("Clear the screen")
    live.psu.reply(live.psu.thread_of_words(words), "Thank you. Which day was it?")
    live.publish()

    # when the fifth word is mistyped
    wrong = [*words[:4], _slip(words[4]), *words[5:]]
    site.open().check_replies(wrong).expect_heading("Check for replies")

    # then it is named, at the field and on top, and what was typed is still there
    (said,) = site.errors()
    assert f"Word 5, “{wrong[4]}”, is not one of ours." in said
    expect(phone.get_by_role("textbox")).to_have_value(" ".join(wrong))
    assert phone.title() == "Error: Staff information"

    # and once it is mended, the reply is there
    site.write(" ".join(words)).go_on().expect_heading("Your replies")
    assert "Thank you. Which day was it?" in site.messages()
    assert phone.title() == "Staff information"
