"""Reports by phone, letter or in person: the same cases as from the site, with words that work there, or without."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import select

from crypto.board import Kind
from crypto.code import derive, parse_words
from crypto.post import decode_post
from crypto.proof import content_hash, parse_proof
from handler.audit.tables import AuditEntry
from handler.cases.listing import open_case
from handler.cases.questionnaires import in_words
from handler.cases.reading import read_case
from handler.cases.records import CaseBox, first_report
from handler.cases.replies import NoWords, send_message, send_status
from handler.cases.tables import Case, CaseRecord, Thread
from handler.errors import NotAllowed
from handler.intake import entering, questions
from handler.intake.entering import Entered, Entry, enter, give_words
from handler.intake.questions import Given
from handler.keys.keyring import case_purpose
from handler.lifecycle import conflict, facts
from handler.lifecycle.acts import Step, move
from handler.lifecycle.recording import keep_note
from handler.lifecycle.tables import CaseClock
from reporter import questionnaire
from tests.handler.founded import Person
from tests.handler.reporters import Reporter, Site
from tests.handler.web.casepages import browser_of

TODAY = "2026-11-18"
STORY = "A woman rang. Her manager asks for money."


@pytest.fixture
def hana(site: Site) -> Person:
    return site.console.add_person("Hana Okafor", "handler")


def entry(site: Site, *, words: bool = True, **answers: Given | str) -> Entry:
    given = {name.replace("_", "-"): Given((), a) if isinstance(a, str) else a for name, a in answers.items()}
    return Entry(site.desk().random(16), "phone", TODAY, {"what": Given((), STORY), **given}, words)


def caller(site: Site, made: Entered) -> Reporter:
    """Somebody who types the words that were read out to them."""
    code = parse_words(" ".join(made.words))
    return Reporter(derive(code, site.console.settings.console.site_id, ("psu",)), site)


def case(site: Site, made: Entered) -> Case:
    with site.console.databases.console.read() as console:
        return console.get_one(Case, made.case_id)


def running(site: Site, case_id: bytes) -> set[str]:
    with site.console.databases.console.read() as console:
        chosen = select(CaseClock.kind).where(CaseClock.case_id == case_id, CaseClock.done.is_(None))
        return set(console.scalars(chosen))


def test_the_form_asks_what_the_site_asks_with_the_same_ids_and_choices() -> None:
    known = {question.id: question for question in questionnaire.load_forms()["report"].questions}
    for question in questions.asked():
        theirs = known[question.id]
        assert (question.kind, question.heading) == (theirs.kind, theirs.heading)
        assert [key for key, _, _ in question.options] == [answer.id for answer in theirs.answers]
        assert question.routing == theirs.routing
    assert {"affected", "known-before"} <= {question.id for question in questions.asked()}
    assert questions.version() == questionnaire.load_forms()["report"].version


def test_a_caller_with_words_reads_the_proof_and_the_acknowledgement_and_answers(any_site: Site) -> None:
    site = any_site
    hana = site.console.add_person("Hana Okafor", "handler")
    made = enter(site.desk(hana), entry(site))
    assert len(made.words) == 12
    reporter = caller(site, made)
    assert reporter.keys.audience == 1
    site.cycle()
    proof, acknowledgement = reporter.told()
    assert (proof.kind, acknowledgement.kind) == (Kind.PROOF, Kind.ACKNOWLEDGEMENT)
    shown = parse_proof(proof.data)
    with site.console.databases.console.read() as console:
        raw = CaseBox(made.case_id, site.desk(hana).case_key(made.case_id)).open(first_report(console, made.case_id))
    assert shown.sign_public == reporter.keys.sign_public == decode_post(raw).sign
    assert shown.content_hash == content_hash(shown.salt, raw)
    assert site.deliver(reporter.follow_up("It was on Tuesday.")).filed == 1
    send_message(site.desk(hana), made.case_id, "Thank you.")
    site.cycle()
    assert reporter.texts() == ["Thank you."]
    view = read_case(site.desk(hana), made.case_id)
    assert [one.text for one in view.entries if not one.ours] == ["It was on Tuesday."]


def test_it_is_the_same_case_as_from_the_site_with_its_channel_and_day(site: Site, hana: Person) -> None:
    danger = {"danger": Given(("yes",)), "knowers": Given(("only-me",)), "at-risk": Given(("maybe",), "At home.")}
    given = Entry(bytes(16), "letter", "2026-11-02", {"what": Given((), STORY), **danger}, with_words=True)
    made = enter(site.desk(hana), given)
    row = case(site, made)
    assert (row.channel, row.stream, row.urgency, row.place) == ("letter", "report", 0, 0)
    assert row.flags == "danger-now at-risk-maybe source-exposure"
    assert row.day == date(2026, 11, 2).toordinal() - date(1970, 1, 1).toordinal()
    assert row.received == int(site.console.clock())
    assert running(site, made.case_id) == {"open", "feedback", "referral"}
    report = read_case(site.desk(hana), made.case_id).report.answers
    assert report is not None
    assert set(report.routing) == {"danger", "at-risk"}
    words = {line.heading: line for line in in_words(site.console.settings, report)}
    assert words["Is anyone in danger right now?"].choices == ("Yes",)
    assert words["What happened?"].text == STORY


def test_whom_the_caller_names_is_kept_out_even_the_person_who_took_the_call(site: Site, hana: Person) -> None:
    made = enter(site.desk(hana), entry(site, keep_from="Hana who answers your phone"))
    with pytest.raises(NotAllowed):
        site.desk(hana).case_key(made.case_id)
    with site.console.databases.keyring.read() as wraps:
        assert hana.user_id not in site.console.services.keyring(wraps).holders(case_purpose(made.case_id))


def test_without_words_there_is_nothing_to_answer_on_and_the_acknowledgement_is_recorded(
    any_site: Site,
) -> None:
    site = any_site
    hana = site.console.add_person("Hana Okafor", "handler")
    desk = site.desk(hana)
    made = enter(desk, entry(site, words=False))
    assert made.words == ()
    with site.console.databases.console.read() as console:
        assert console.scalars(select(Thread)).all() == []
    for send, words in ((send_message, "Hello."), (send_status, "looking")):
        with pytest.raises(NoWords, match="by the channel they used"):
            send(desk, made.case_id, words)
    assert {"acknowledge", "acknowledge-limit"} < running(site, made.case_id)
    keep_note(desk, made.case_id, "acknowledgement", {"how": "Rang back the same day."})
    assert not {"acknowledge", "acknowledge-limit"} & running(site, made.case_id)
    with site.console.databases.console.read() as console:
        assert "acknowledgement" in facts.recorded(console, made.case_id, desk.now(), desk.deadlines)


def test_words_given_later_work_as_well(any_site: Site) -> None:
    site = any_site
    hana = site.console.add_person("Hana Okafor", "handler")
    made = enter(site.desk(hana), entry(site, words=False))
    later = give_words(site.desk(hana), made.case_id)
    assert not {"acknowledge", "acknowledge-limit"} & running(site, made.case_id)
    reporter = caller(site, later)
    site.cycle()
    assert [message.kind for message in reporter.told()] == [Kind.PROOF, Kind.ACKNOWLEDGEMENT]
    assert site.deliver(reporter.follow_up("One thing more.")).filed == 1
    with pytest.raises(entering.HasWords):
        give_words(site.desk(hana), made.case_id)


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({"channel": "site"}, entering.NoChannel),
        ({"channel": "pigeon"}, entering.NoChannel),
        ({"day": "2026-11-19"}, entering.NoSuchDay),
        ({"day": "yesterday"}, entering.NoSuchDay),
        ({"answers": {"what": Given((), " ")}}, questions.NotAnswered),
        ({"answers": {"what": Given((), "x" * 20_001)}}, questions.NotAnswered),
        ({"answers": {"what": Given((), "x"), "danger": Given(("perhaps",))}}, questions.NotAnswered),
        ({"answers": {"what": Given((), "x"), "danger": Given(("yes", "no"))}}, questions.NotAnswered),
        ({"answers": {"what": Given((), "x"), "about": Given(("drugs", "unsure"))}}, questions.NotAnswered),
    ],
)
def test_what_is_not_in_order_makes_no_case(
    site: Site, hana: Person, changed: dict[str, str], refused: type[Exception]
) -> None:
    form = {"form": bytes(16), "channel": "phone", "day": TODAY, "answers": {"what": Given((), STORY)}}
    with pytest.raises(refused):
        enter(site.desk(hana), Entry(**{**form, **changed}, with_words=True))  # type: ignore[arg-type]
    with site.console.databases.console.read() as console:
        assert console.scalars(select(Case)).all() == []


def test_forms_sent_at_the_same_moment_make_one_case_each_and_the_same_form_makes_one(any_site: Site) -> None:
    site = any_site
    forms = [entry(site), entry(site), entry(site)]
    desk = site.desk()

    def send(filled: Entry) -> str:
        try:
            return enter(desk, filled).number
        except entering.EnteredAlready:
            return "already"

    with ThreadPoolExecutor(6) as pool:
        numbers = list(pool.map(send, [*forms, *forms]))
    assert sorted(numbers) == ["PSU-2026-0001", "PSU-2026-0002", "PSU-2026-0003", *["already"] * 3]
    for case_id in all_cases(site):
        assert read_case(desk, case_id).report.answers is not None, "its key is the one it was sealed under"


def test_who_neither_handles_nor_takes_in_enters_nothing(site: Site) -> None:
    decider = site.console.add_person("Dana Obi", "senior-decider")
    with pytest.raises(NotAllowed):
        enter(site.desk(decider), entry(site))


def form_of(page: str) -> str:
    return re.findall(r'name="form" value="([0-9a-f]{32})"', page)[0]


def words_on(page: str) -> list[str]:
    return re.findall(r"<strong>([a-z]+)</strong>", page[page.index('id="words"') : page.index("</ol>")])


def test_the_page_shows_the_words_once_and_nothing_keeps_them(site: Site, hana: Person) -> None:
    browser = browser_of(site, hana)
    page = browser.get("/intake/new")
    form = {"form": form_of(page.text), "channel": "phone", "day": TODAY, "what-text": STORY, "words": "yes"}
    missing = browser.post("/intake/new", {**form, "what-text": ""})
    assert missing.status_code == 400
    assert 'href="#what-text"' in missing.text
    answer = browser.post("/intake/new", form)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    words = words_on(answer.text)
    assert len(words) == 12
    parse_words(" ".join(words))
    again = browser.post("/intake/new", form)
    assert again.status_code == 400
    assert "Entered already, as PSU-2026-0001" in again.text
    assert words[0] + " " + words[1] not in again.text
    assert browser.get("/intake/cleared").status_code == 303
    with site.console.databases.console.read() as console:
        kept = b"".join(row.sealed for row in console.scalars(select(CaseRecord)))
        kept += b"".join(row.entry for row in console.scalars(select(AuditEntry)))
        assert len(console.scalars(select(Case)).all()) == 1
    files = b"".join(path.read_bytes() for path in site.console.settings.home.rglob("*") if path.is_file())
    code = parse_words(" ".join(words)).expose()
    for raw in (code, code.hex().encode(), " ".join(words).encode(), ",".join(words).encode()):
        assert raw not in kept
        assert raw not in files
    box = CaseBox((case_id := all_cases(site)[0]), site.desk(hana).case_key(case_id))
    with site.console.databases.console.read() as console:
        opened = b"".join(box.open(row) for row in console.scalars(select(CaseRecord)))
    assert code.hex().encode() not in opened


def all_cases(site: Site) -> list[bytes]:
    with site.console.databases.console.read() as console:
        return list(console.scalars(select(Case.id)))


def test_every_page_of_a_case_copes_with_a_person_who_has_no_words(site: Site, hana: Person) -> None:
    desk = site.desk(hana)
    made = enter(desk, entry(site, words=False))
    open_case(desk, made.case_id, "new")
    conflict.confirm(desk, made.case_id, ticked=True)
    browser, path = browser_of(site, hana), f"/cases/{made.case_id.hex()}"
    page = browser.get(path).text
    assert "This person has no words: answer by the channel they used, and record it." in page
    assert 'name="text"' not in page
    assert 'name="status"' not in page
    parts = "records history access assessment step/assessing record/acknowledgement words"
    for part in parts.split():
        assert browser.get(f"{path}/{part}").status_code == 200, part
    refused = browser.post(f"{path}/reply", {"text": "Hello."}, page=path)
    assert refused.status_code == 400
    assert "has no words" in refused.text
    assert move(desk, made.case_id, Step("assessing", {}, {})).waits is None
    given = browser.post(f"{path}/words", {})
    assert given.status_code == 200
    assert len(words_on(given.text)) == 12
    assert 'name="text"' in browser.get(path).text
    assert browser.post(f"{path}/words", {}).status_code == 400
