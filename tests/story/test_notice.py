"""A manager's notice: by the reporter's phone to the real console, which shows it as what it is."""

from playwright.sync_api import Page

from handler.cases.questionnaires import in_words
from tests.browser.pages import CHECK, WHAT, ReporterSite
from tests.story.desk import cases, desk_of, open_everything, report_of
from tests.story.world import World

STORY = "A grievance about shouting was upheld."


def test_a_notice_is_a_case_with_its_own_questions_and_a_label(world: World, phone: Page) -> None:
    """Given a manager who tells the outcome of a grievance; then the console has its questions in words."""
    site = ReporterSite(phone, world.drop_url).open().begin_notice().tick("The outcome of a grievance").go_on()
    site.skip_to(WHAT).write(STORY).press("Skip to the end").skip().expect_heading(CHECK).send()
    world.publish()
    with desk_of(world.psu) as desk:
        open_everything(desk)
        view = cases(desk)[-1]
        told = {answered.heading: answered for answered in in_words(desk.settings, report_of(view))}
    assert view.case.flags.split() == ["grievance", "notice"]
    assert told["What do you want to tell us about?"].choices == ("The outcome of a grievance",)
    assert told[WHAT].text == STORY
