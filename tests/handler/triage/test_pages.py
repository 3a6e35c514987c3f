"""The pages of an assessment, as a handler's browser gets them."""

import html
from collections.abc import Iterator

import pytest

from handler.lifecycle import facts
from handler.lifecycle.acts import Step, move
from handler.lifecycle.states import NotYetRecorded
from handler.triage.assessment import read, save
from handler.triage.sections import SECTIONS
from tests.handler.founded import Browser
from tests.handler.lifecycle.test_moving import share
from tests.handler.reporters import Reporter, Site
from tests.handler.triage import forms
from tests.handler.triage.forms import PLAIN, Form, form
from tests.handler.web.casepages import browser_of, case_id_of

WORDS = "He takes <b>money</b> for names."


@pytest.fixture
def browser(site: Site) -> Iterator[Browser]:
    """The supervisor's, with a case that waits to be opened."""
    site.deliver(Reporter.new(site).report(WORDS, {"about": "systems"}))
    yield browser_of(site, site.console.supervisor)


def path(site: Site) -> str:
    return f"/cases/{case_id_of(site).hex()}"


def opened(site: Site, browser: Browser) -> str:
    """The address of the assessment, after the reason and the conflict check."""
    case = path(site)
    assert browser.post(f"{case}/open", {"reason": "new", "words": ""}, page=case).status_code == 303
    assert browser.post(f"{case}/conflict", {"clear": "yes"}, page=case).status_code == 303
    return f"{case}/assessment"


def fill(browser: Browser, where: str, section: str, answers: Form) -> None:
    answer = browser.post(f"{where}/{section}", dict(answers))
    assert answer.status_code == 303, answer.text


def test_an_assessment_is_not_shown_before_it_was_said_why(site: Site, browser: Browser) -> None:
    where = f"{path(site)}/assessment"
    for page in (where, f"{where}/thrive"):
        answer = browser.get(page)
        assert (answer.status_code, answer.headers["Location"]) == (303, path(site))
    assert browser.post(f"{where}/danger", dict(forms.danger()), page=path(site)).status_code == 403
    opened(site, browser)
    assert browser.get(where).status_code == 200
    assert browser.get(f"{where}/rumours").status_code == 404


def test_a_whole_triage_through_the_forms_lets_the_case_go_to_its_decision(site: Site, browser: Browser) -> None:
    where, case_id, desk = opened(site, browser), case_id_of(site), site.desk()
    move(desk, case_id, Step("assessing", {}, {}))
    with pytest.raises(NotYetRecorded) as refusal:
        move(desk, case_id, Step("decision", {}, {}))
    assert len(refusal.value.missing) == 14
    fill(browser, where, "danger", forms.danger())
    fill(browser, where, "thrive", forms.thrive("medium", "A <i>quiet</i> word"))
    fill(browser, where, "grade", forms.grades(read(desk, case_id), "She saw it.", information="A"))
    for section, answers in PLAIN.items():
        fill(browser, where, section, answers)
    fill(browser, where, "score", forms.score("8", "4", uplifts=["power"], position="Another force is nearer."))
    page = browser.get(where).text
    assert "Harm 8 x likelihood 4 = risk 32, High" in page
    assert "With Medium confidence that is P2" in page
    assert "Raised by one, once: The subject is senior to the victim" in page
    assert '<strong class="govuk-tag govuk-tag--red">P1</strong>' in page
    assert "A &lt;i&gt;quiet&lt;/i&gt; word" in page
    assert "Police Investigations and Review Commissioner (PIRC)" in page
    assert "The secondee’s own appropriate authority under the 2002 Act" in html.unescape(page)
    with pytest.raises(NotYetRecorded) as refusal:
        move(desk, case_id, Step("decision", {}, {}))
    assert refusal.value.missing == ("deconfliction", "care")
    with desk.databases.console.write() as console:
        facts.note(console, case_id, ["deconfliction", "care"], by=desk.unlocked.user_id, now=desk.now())
    assert "Nothing. The case can go to a supervisor’s decision." in browser.get(where).text
    move(desk, case_id, Step("decision", {}, {}))


def test_a_form_with_gaps_names_each_keeps_what_was_written_and_saves_nothing(site: Site, browser: Browser) -> None:
    where = opened(site, browser)
    answers = forms.thrive("high", "Two officers, one wing.")
    del answers["harm-level"]
    answers["risk-text"] = [""]
    answer = browser.post(f"{where}/thrive", dict(answers))
    assert answer.status_code == 400
    assert '<a href="#harm-level">Harm: choose a level</a>' in answer.text
    assert '<a href="#risk-text">Risk: write why, even where there is no risk</a>' in answer.text
    assert answer.text.count("Two officers, one wing.") == 5
    assert answer.text.count(" checked") == 5
    early = browser.post(f"{where}/score", dict(forms.score("6", "4", words="Early.")))
    assert early.status_code == 400
    assert "Grade every item of the reporter first" in early.text
    assert "Early." in early.text
    assert read(site.desk(), case_id_of(site)).versions == {}


def test_earlier_versions_and_the_supervisors_priority_are_shown(site: Site, browser: Browser) -> None:
    where, case_id, desk = opened(site, browser), case_id_of(site), site.desk()
    for words in ("The first view.", "The second view."):
        save(desk, case_id, "thrive", forms.thrive(words=words))
    page = browser.get(f"{where}/thrive").text
    assert page.index("Versions") < page.rindex("The second view.") < page.rindex("The first view.")
    save(desk, case_id, "grade", forms.grades(read(desk, case_id)))
    save(desk, case_id, "score", forms.score())
    fill(browser, where, "override", form(priority="P1", words="A trial begins on Monday."))
    page = browser.get(where).text
    assert "A supervisor set P1 in place of P3" in page
    assert "A trial begins on Monday." in page
    handler = site.console.add_person("Hana Handler", "handler")
    share(site, case_id, handler)
    theirs = browser_of(site, handler)
    opened(site, theirs)
    page = theirs.get(f"{where}/override").text
    assert "Only a supervisor fills this in." in page
    assert "A trial begins on Monday." in page
    refused = theirs.post(f"{where}/override", dict(form(priority="P4", words="No.")), page=f"{where}/score")
    assert refused.status_code == 400
    assert "Only a supervisor sets another priority" in refused.text


def test_each_list_explains_itself_proposes_what_the_ticks_point_to_and_never_asks_of_reputation(
    site: Site, browser: Browser
) -> None:
    where = opened(site, browser)
    pages = {section.id: html.unescape(browser.get(f"{where}/{section.id}").text) for section in SECTIONS}
    assert "What the reporter ticked points to: misusing force systems." in pages["category"]
    assert "Passing on information to people who must not have it" in pages["category"]
    assert "reveal misogyny, sexism, antipathy towards women" in pages["conduct"]
    assert "First-hand: the source saw or heard it." in pages["grade"]
    assert "Who or what is threatened, by whom" in pages["thrive"]
    for page in (browser.get(where).text, *pages.values()):
        assert "reputation" not in page.lower()
        assert "MoRiLE score" not in page
