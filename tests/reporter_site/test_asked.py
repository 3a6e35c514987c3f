"""What the inspection asked of the reporter's site and one look at the built pages can tell (docs/REQUIREMENTS.md)."""

import re
from html import unescape

import pytest

from reporter import facts, questionnaire
from reporter.build import Built
from tests.reporter_site.reading import pages

CLIENT = questionnaire.DEFAULT.parent / "client"


@pytest.fixture(scope="module")
def html(built: Built) -> str:
    return (built.folder / "index.html").read_text(encoding="utf-8")


def _section(html: str, page: str) -> str:
    """A page's HTML, with plain spaces in phone numbers."""
    found = re.search(rf'<section class="[^"]*" data-page="{page}".*?</section>', html, re.DOTALL)
    assert found, f"there is no page {page}"
    return found[0].replace("\u00a0", " ")


def _links(html: str, page: str) -> set[str]:
    return set(re.findall(r'data-go="([a-z-]+)"', _section(html, page)))


def test_no_field_is_for_an_e_mail_address_or_a_phone_number(html: str) -> None:
    kinds = set(re.findall(r'<input[^>]* type="([a-z]+)"', html)) | set(re.findall(r'inputmode="([a-z]+)"', html))
    assert kinds <= {"radio", "checkbox", "file", "text"}
    assert set(re.findall(r'autocomplete="([a-z-]+)"', html)) <= {"off"}


def test_no_page_asks_for_a_country_a_grade_or_a_team() -> None:
    for form in questionnaire.load_forms().values():
        for question in form.questions:
            asked = f"{question.id} {question.heading} {question.text.label if question.text else ''}".lower()
            assert not re.search(r"countr|grade|which team|your team|your sex|your age|how old", asked), asked


def test_nothing_asks_for_a_permission_or_wants_to_be_installed(html: str) -> None:
    sources = "".join(path.read_text() for path in [*CLIENT.glob("app/*.js"), *CLIENT.glob("lib/**/*.js")])
    wanted = r"Notification|serviceWorker|PushManager|geolocation|getUserMedia|requestPermission|beforeinstallprompt"
    assert re.findall(wanted, sources) == []
    assert 'rel="manifest"' not in html


def test_the_first_question_is_two_presses_away_and_the_first_of_them_is_on_the_start_page(html: str) -> None:
    assert "before" in _links(html, "start")
    assert 'data-act="begin"' in _section(html, "before")
    assert next(iter(questionnaire.load().questions)).id == "danger"


ADVICE = {
    "other-ways", "which-route", "meanings", "help", "anonymous", "protected", "legal", "next",
    "false-reports", "accused",
}  # fmt: skip


def test_the_start_page_leads_to_all_advice_and_every_link_to_a_page_that_there_is(html: str) -> None:
    assert _links(html, "start") >= ADVICE
    named = set(re.findall(r'data-page="([^"]+)"', html))
    assert set(re.findall(r'data-go="([^"]+)"', html)) <= named
    for page in ADVICE | {"before", "accessibility", "privacy"}:
        assert "data-advice" in _section(html, page)


def test_talk_to_someone_first_stands_at_the_start_and_beside_what_happened(html: str) -> None:
    assert "other-ways" in _links(html, "start")
    assert "other-ways" in _links(html, "what")
    for name in ("protect-phone", "support-officers", "eap", "unions", "networks"):
        assert facts.load().english(name) in _section(html, "other-ways").replace("\n", " ")


def test_choosing_a_grievance_stops_no_report(html: str) -> None:
    assert "before" in _links(html, "which-route")
    assert "A grievance never stops you from reporting here." in pages(html)["which-route"]


def test_the_hours_are_said_and_no_one_is_said_to_be_there_day_and_night(html: str) -> None:
    hours, nights = facts.load().english("hours"), facts.load().english("out-of-hours")
    for page in ("help", "next"):
        assert hours in pages(html)[page]
        assert nights in pages(html)[page]
    assert not re.search(r"24/7|24 hours|round the clock|at any time of day", html)


def test_what_the_agency_sees_of_its_own_systems_is_said_before_the_first_question_and_in_the_advice(html: str) -> None:
    for page in ("before", "notice"):
        assert "Do not use work equipment, work Wi-Fi or a work VPN." in pages(html)[page]
    assert "On them we can promise you nothing" in pages(html)["anonymous"]


def test_what_to_report_is_one_plain_list_without_a_rule_by_number(html: str) -> None:
    said = pages(html)["meanings"] + " ".join(questionnaire.load().texts())
    assert not re.search(r"\b(section|regulation|paragraph|article|policy no)\b|[0-9]{4}/[0-9]+|§", said.lower())


def test_all_twelve_kinds_of_corruption_are_explained(html: str) -> None:
    listed = re.search(r"Twelve kinds of corruption</h2>\s*(<dl.*?</dl>)", _section(html, "meanings"), re.DOTALL)
    assert listed
    assert listed[1].count("<dt>") == listed[1].count("<dd>") == 12


def test_who_saw_it_happen_to_someone_else_is_welcome_and_need_name_no_one(html: str) -> None:
    assert "If you saw it happen to someone else, that is enough." in pages(html)["which-route"]
    assert "you need not name them" in pages(html)["anonymous"]
    source = next(question for question in questionnaire.load().questions if question.id == "source")
    assert source.answers[0].id == "saw"


def test_no_grade_is_out_of_reach(html: str) -> None:
    involves = next(question for question in questionnaire.load().questions if question.id == "involves")
    assert {"senior-leader", "standards-staff", "director-general"} <= {answer.id for answer in involves.answers}
    assert "any grade" in pages(html)["which-route"]


def test_just_keep_a_record_is_a_wish_like_any_other() -> None:
    wish = next(question for question in questionnaire.load().questions if question.id == "wish")
    assert "record" in {answer.id for answer in wish.answers}


def test_the_seven_things_that_the_law_protects_are_listed(html: str) -> None:
    legal = pages(html)["legal"]
    for said in ("It is not legal advice", "sexual harassment (on the list by name since 6 April 2026)"):
        assert said in legal
    seven = _section(html, "legal").split("these seven things:")[1].split("</ul>")[0]
    assert seven.count("<li>") == 7


def test_the_managers_notice_is_a_press_away_wherever_one_is(html: str) -> None:
    footer = html.split('<footer class="site-footer">')[1].split("</footer>", maxsplit=1)[0]
    assert 'data-go="notice"' in footer
    assert "notice" in _links(html, "which-route")
    assert "notice" in _links(html, "start")


def test_every_page_of_advice_can_be_reached_by_links_alone(html: str) -> None:
    footer = set(re.findall(r'data-go="([a-z-]+)"', html.split('<footer class="site-footer">')[1]))
    seen: set[str] = set()
    ahead = {"start", *footer}
    while ahead:
        page = ahead.pop()
        seen.add(page)
        ahead |= _links(html, page) - seen
    assert set(re.findall(r'data-page="([^"]+)" data-advice', html)) <= seen


HARD_CASES = {
    "what must never be sent: secrets": ("before", "Do not include anything marked SECRET or TOP SECRET"),
    "what must never be sent: what a lawyer said": ("before", "or what your own lawyer told you"),
    "how to bring what is secret": ("which-route", "Do not write it here."),
    "pictures of children": ("files", "Do not add pictures of children"),
    "pictures of children in an answer": ("answer", "Do not add pictures of children"),
    "a child who reports": ("help", "You are under 18"),
    "former staff, partners, family, the public": ("which-route", "You can report if you work here, if you did before"),
    "a reporter in despair": ("help", "So if you may harm yourself, please phone now."),
    "withdrawing before a reply": ("nothing", "Withdraw my report"),
    "withdrawing where replies could not be checked": ("unchecked", "Withdraw my report"),
    "withdrawing after a reply": ("inbox", "Withdraw my report"),
    "withdrawing what was read": ("withdraw", "we may still have to act on it"),
    "words that someone else found": ("nothing", "New words protect you if someone finds the old ones."),
    "words that were lost": ("lost", "Write a new report. Say in it that you wrote before"),
    "someone who is forced to write": ("code", "that someone is watching you"),
    "a report to learn of others": ("next", "We never say if there are other reports."),
    "a report about all who could read it": ("no-route", "Northern Ireland: the Police Ombudsman"),
    "who is named wants to see it": ("privacy", "We leave out what would show who told us."),
    "a court": ("protected", "A court can order us to show what we have."),
    "a phone call is not anonymous": ("other-ways", "A call may show your number"),
    "a manager's report by its other name": ("done-notice", "“your report” means this notice"),
}


@pytest.mark.parametrize(("page", "said"), HARD_CASES.values(), ids=HARD_CASES.keys())
def test_a_hard_case_meets_words_for_it(page: str, said: str, html: str) -> None:
    assert said in " ".join(unescape(re.sub(r"<[^>]+>", " ", _section(html, page))).split())


def test_the_offline_page_says_what_must_never_be_sent(built: Built) -> None:
    offline = (built.folder / "offline.html").read_text(encoding="utf-8")
    assert "Do not include anything marked SECRET or TOP SECRET" in offline
    assert "or what your own lawyer told you" in offline
