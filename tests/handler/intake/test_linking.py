"""Cases merged into earlier ones: what moves, to whom replies go, who may, and what nobody sees."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from crypto.board import Kind
from crypto.errors import BadSeal
from crypto.post import Answer, Report
from crypto.proof import content_hash, parse_proof
from handler.approvals.tables import Approval
from handler.audit.tables import AuditEntry
from handler.cases.listing import open_case
from handler.cases.reading import read_case
from handler.cases.records import POST_KINDS, CaseBox
from handler.cases.replies import NoWords, RepliesHeld, send_message
from handler.cases.restricting import restrict
from handler.cases.sharing import NamedByReporter, share, take_away
from handler.cases.tables import Case, CaseRecord, Thread
from handler.errors import NotAllowed
from handler.intake import linking
from handler.intake.before import says_so
from handler.intake.entering import Entry, enter
from handler.intake.linking import LOST_WORDS, SAME_REPORT, Claim, Linked, link
from handler.intake.questions import Given
from handler.lifecycle import conflict, tasks
from handler.lifecycle.acts import Step, move
from handler.lifecycle.recording import keep_note
from handler.lifecycle.states import CaseStopped
from handler.lifecycle.tables import CaseClock
from tests.handler.founded import Person
from tests.handler.reporters import QUESTIONNAIRE, Reporter, Site, upload
from tests.handler.web.casepages import browser_of

LOST = Claim(LOST_WORDS, "They knew the room.", "Which room did you write of?", "The green one.")
SAME = Claim(SAME_REPORT, "The letter and the report tell the same.")
AGAIN = "I wrote before, in October, about the man in accounts. I lost my words."


def case_ids(site: Site) -> list[bytes]:
    with site.console.databases.console.read() as console:
        return list(console.scalars(select(Case.id).order_by(Case.sequence)))


def case(site: Site, case_id: bytes) -> Case:
    with site.console.databases.console.read() as console:
        return console.get_one(Case, case_id)


def look(site: Site, *ids: bytes, person: Person | None = None) -> None:
    """Opens cases for the day, without a conflict."""
    desk = site.desk(person)
    for case_id in ids:
        open_case(desk, case_id, "new")
        conflict.confirm(desk, case_id, ticked=True)


def two(site: Site) -> tuple[Reporter, Reporter, bytes, bytes]:
    """Old words with a reply, and the same person's new report."""
    old, new = Reporter.new(site), Reporter.new(site)
    site.deliver(old.report("The man in accounts takes money."))
    site.cycle()
    site.deliver(new.report(AGAIN))
    site.cycle()
    earlier, newer = case_ids(site)
    look(site, earlier, newer)
    return old, new, earlier, newer


def contents(site: Site, case_id: bytes) -> list[tuple[str, bytes]]:
    box = CaseBox(case_id, site.desk().case_key(case_id))
    with site.console.databases.console.read() as console:
        chosen = select(CaseRecord).where(CaseRecord.case_id == case_id, CaseRecord.kind.in_(POST_KINDS))
        return [(row.kind, box.open(row)) for row in console.scalars(chosen.order_by(CaseRecord.position))]


def test_after_lost_words_replies_go_to_the_new_ones_and_nothing_to_the_old(any_site: Site) -> None:
    site = any_site
    old, new, earlier, newer = two(site)
    desk = site.desk()
    site.deliver(old.follow_up("It goes on."))
    send_message(desk, earlier, "What the first report said.")
    before = contents(site, earlier) + contents(site, newer)
    assert link(desk, newer, earlier, LOST) == Linked(merged=True, unsent=1)
    assert contents(site, earlier) == before, "in order, with their kinds"
    send_message(desk, earlier, "Hello again.")
    site.cycle()
    site.cycle()
    assert new.texts() == ["Hello again."]
    assert old.texts() == []
    assert site.deliver(new.follow_up("Yes, it is me.")).filed == 1
    assert site.deliver(old.follow_up("I found the old words.")).filed == 1
    view = read_case(desk, earlier)
    said = [(one.heading, one.text) for one in view.entries if not one.ours and one.text]
    assert said == [
        ("Added by the reporter", "It goes on."),
        ("Added by the reporter", "Yes, it is me."),
        ("Words not in force", "I found the old words."),
    ]
    states = {one.text: one.delivery.state for one in view.entries if one.delivery is not None}
    assert states["What the first report said."] == "stopped"


def test_the_newer_case_is_over_and_points_to_the_earlier(any_site: Site) -> None:
    site = any_site
    _, new, earlier, newer = two(site)
    desk = site.desk()
    tasks.add(desk, newer, "Ring HR.", "2026-12-01")
    send_message(desk, newer, "It waits.")
    keep_note(desk, newer, "reply-hold", {"hold": "yes", "why": "They are watched."})
    keep_note(desk, newer, "words-known", {"known": "no", "why": "They have newer words."})
    link(desk, newer, earlier, LOST)
    with pytest.raises(RepliesHeld):
        send_message(desk, earlier, "A hold goes along.")
    keep_note(desk, earlier, "reply-hold", {"hold": "no", "why": "They are watched no more."})
    site.cycle()
    assert new.texts() == ["It waits."]
    row = case(site, newer)
    assert (row.sides, row.ended, row.due) == ("merged", True, None)
    with site.console.databases.console.read() as console:
        running = select(CaseClock).where(CaseClock.case_id == newer, CaseClock.done.is_(None))
        assert console.scalars(running).all() == []
        (pointer,) = linking.pointers(console, newer)
        (back,) = linking.pointers(console, earlier)
        box = CaseBox(earlier, desk.case_key(earlier))
        assert [task.text for task in tasks.tasks_of(console, box, 0)] == ["Ring HR."]
        assert linking.claims(console, box) == [LOST]
        kept = b"".join(one.sealed for one in console.scalars(select(CaseRecord)))
        audit = [one.entry.decode() for one in console.scalars(select(AuditEntry))]
        assert {one.case_id for one in console.scalars(select(Thread))} == {earlier}
    assert (pointer.case_id, pointer.earlier, pointer.merged) == (earlier, True, True)
    assert (back.case_id, back.earlier) == (newer, False)
    assert b"green" not in kept
    assert any("merged into an earlier case" in one and newer.hex() in one for one in audit)
    assert any("a later case merged in" in one and earlier.hex() in one for one in audit)
    assert not any("green" in one for one in audit)
    with pytest.raises(NoWords):
        send_message(desk, newer, "Hello.")
    with pytest.raises(CaseStopped):
        move(desk, newer, Step("assessing", {}, {}))
    with pytest.raises(CaseStopped):
        link(desk, newer, earlier, LOST)
    assert read_case(desk, newer).report.answers is not None, "what came stays to be read"


def test_what_the_newer_says_of_urgency_and_files_holds_for_the_earlier(site: Site) -> None:
    old, new = Reporter.new(site), Reporter.new(site)
    site.deliver(old.report("One."))
    ref = upload(site, "photo.jpeg", b"x" * 1000)
    site.deliver(new.report(AGAIN, {"danger": "yes"}, [ref]))
    earlier, newer = case_ids(site)
    look(site, earlier, newer)
    link(site.desk(), newer, earlier, LOST)
    row = case(site, earlier)
    assert (row.flags, row.urgency, row.place, row.unread) == ("danger-now", 0, 0, True)
    browser = browser_of(site, site.console.supervisor)
    view = read_case(site.desk(), earlier)
    second = next(one for one in view.entries if one.files)
    path = f"/cases/{earlier.hex()}"
    got = browser.post(f"{path}/files/{second.record_id.hex()}/0", {}, page=path)
    assert got.data == b"x" * 1000


def test_new_words_of_a_merged_thread_are_proved_by_its_own_report(site: Site) -> None:
    _, new, earlier, newer = two(site)
    raw = contents(site, newer)[0][1]
    link(site.desk(), newer, earlier, LOST)
    newest = new.newer_words()
    site.deliver(new.follow_up("Still here.", successor=newest))
    site.cycle()
    (handover,) = newest.told(Kind.HANDOVER)
    proof = parse_proof(handover.data)
    assert proof.content_hash == content_hash(proof.salt, raw)


def test_two_people_with_words_are_only_marked_and_each_goes_on_in_their_own_case(any_site: Site) -> None:
    site = any_site
    one, other, earlier, newer = two(site)
    before = contents(site, earlier)
    assert link(site.desk(), newer, earlier, SAME) == Linked(merged=False, unsent=0)
    assert contents(site, earlier) == before
    assert (case(site, newer).sides, case(site, newer).ended) == ("", False)
    for case_id, text in ((earlier, "To one."), (newer, "To the other.")):
        send_message(site.desk(), case_id, text)
    site.cycle()
    assert (one.texts(), other.texts()) == (["To one."], ["To the other."])
    with pytest.raises(linking.LinkedAlready):
        link(site.desk(), newer, earlier, SAME)


@pytest.mark.parametrize("letter_first", [True, False])
def test_a_letter_and_a_report_of_the_same_become_one_case_with_one_way_back(site: Site, *, letter_first: bool) -> None:
    reporter = Reporter.new(site)

    def letter() -> None:
        enter(site.desk(), Entry(b"f" * 16, "letter", "2026-11-18", {"what": Given((), "A letter.")}, with_words=False))

    def report() -> None:
        site.deliver(reporter.report("The same."))

    for act in (letter, report) if letter_first else (report, letter):
        act()
    earlier, newer = case_ids(site)
    look(site, earlier, newer)
    assert link(site.desk(), newer, earlier, SAME).merged
    assert len(contents(site, earlier)) == 2
    send_message(site.desk(), earlier, "Thank you both.")
    site.cycle()
    site.cycle()
    assert reporter.texts() == ["Thank you both."]


@pytest.mark.parametrize(
    ("claim", "refused"),
    [
        (replace(LOST, kind="hunch"), linking.NotAKind),
        (replace(LOST, reason=" "), linking.NoReason),
        (replace(LOST, asked=""), linking.NoChallenge),
        (replace(LOST, answered=""), linking.NoChallenge),
        (replace(SAME, reason="x" * 5001), linking.NoReason),
    ],
)
def test_it_must_be_said_why(site: Site, claim: Claim, refused: type[Exception]) -> None:
    _, _, earlier, newer = two(site)
    with pytest.raises(refused):
        link(site.desk(), newer, earlier, claim)
    assert case(site, newer).sides == ""


def test_only_into_an_earlier_case_that_was_opened(site: Site) -> None:
    _, _, earlier, newer = two(site)
    for pair in ((earlier, newer), (newer, newer)):
        with pytest.raises(linking.NotEarlier):
            link(site.desk(), *pair, LOST)
    hana = site.console.add_person("Hana Okafor", "handler")
    for case_id in (earlier, newer):
        share(site.desk(), case_id, hana.user_id)
    look(site, newer, person=hana)
    with pytest.raises(linking.NotOpened):
        link(site.desk(hana), newer, earlier, LOST)


def test_without_both_keys_there_is_no_such_case(any_site: Site) -> None:
    site = any_site
    _, _, earlier, newer = two(site)
    hana = site.console.add_person("Hana Okafor", "handler")
    share(site.desk(), newer, hana.user_id)
    look(site, newer, person=hana)
    with pytest.raises(NotAllowed):
        link(site.desk(hana), newer, earlier, LOST)
    browser, path = browser_of(site, hana), f"/cases/{newer.hex()}/link"
    form = {"kind": LOST_WORDS, "reason": "r", "asked": "a", "answered": "b"}
    for number in ("PSU-2026-0001", "PSU-2026-0999"):
        answer = browser.post(path, {**form, "number": number})
        assert (answer.status_code, "no case of that number that is open to you" in answer.text) == (400, True)
    assert case(site, newer).sides == ""
    assert len(contents(site, earlier)) == 1


def test_who_is_kept_out_of_the_newer_case_does_not_come_in_by_the_earlier(any_site: Site) -> None:
    site = any_site
    hana = site.console.add_person("Hana Okafor", "handler")
    site.deliver(Reporter.new(site).report("One."))
    named = {"keep-from": Answer((), "Keep it from Hana Okafor")}
    site.deliver(Reporter.new(site).seal(Report(QUESTIONNAIRE, named, {"what": Answer((), AGAIN)})))
    earlier, newer = case_ids(site)
    look(site, earlier, newer)
    with pytest.raises(linking.KeptOut):
        link(site.desk(), newer, earlier, LOST)
    take_away(site.desk(), earlier, hana.user_id)
    link(site.desk(), newer, earlier, LOST)
    with pytest.raises(NamedByReporter):
        share(site.desk(), earlier, hana.user_id)
    with pytest.raises(NotAllowed):
        site.desk(hana).case_key(earlier)
    said = conflict.named(site.desk(), earlier)
    assert said.written == ("Keep it from Hana Okafor",)


@pytest.mark.parametrize(("claim", "said"), [(LOST, "Merged into"), (SAME, "The same matter as")])
def test_who_is_kept_out_of_the_earlier_case_reads_no_word_of_why_the_newer_was_linked(
    any_site: Site, claim: Claim, said: str
) -> None:
    site = any_site
    _, _, earlier, newer = two(site)
    hana = site.console.add_person("Hana Okafor", "handler")
    share(site.desk(), newer, hana.user_id)
    link(site.desk(), newer, earlier, claim)
    with pytest.raises(NotAllowed):
        site.desk(hana).case_key(earlier)
    box = CaseBox(newer, site.desk(hana).case_key(newer))
    with site.console.databases.console.read() as console:
        opened = [box.open(row) for row in console.scalars(select(CaseRecord).where(CaseRecord.case_id == newer))]
        assert linking.claims(console, CaseBox(earlier, site.desk().case_key(earlier))) == [claim]
    assert any(AGAIN.encode() in content for content in opened)
    for words in (claim.reason, claim.asked, claim.answered):
        assert not words or all(words.encode() not in content for content in opened)
    look(site, newer, person=hana)
    page = browser_of(site, hana).get(f"/cases/{newer.hex()}").text
    assert said in page
    assert claim.reason not in page


def test_what_moved_opens_under_the_earlier_key_only(site: Site) -> None:
    _, _, earlier, newer = two(site)
    stale = CaseBox(newer, site.desk().case_key(newer))
    link(site.desk(), newer, earlier, LOST)
    with site.console.databases.console.read() as console:
        moved = console.scalars(select(CaseRecord).where(CaseRecord.case_id == earlier)).all()
        assert len(moved) > 5
        for row in moved:
            row.key_id = None  # so that the key itself is tried, whatever its name
            with pytest.raises(BadSeal):
                stale.open(row)
        assert console.scalars(select(Approval)).all() == []


def test_the_pages_warn_first_and_say_afterwards_where_it_goes_on(site: Site) -> None:
    _, _, earlier, newer = two(site)
    browser = browser_of(site, site.console.supervisor)
    path, into = f"/cases/{newer.hex()}", f"/cases/{earlier.hex()}"
    assert "repeat nothing here of what an earlier report said" in browser.get(path).text
    assert "repeat nothing here" not in browser.get(into).text
    form = browser.get(f"{path}/link").text
    assert "This cannot be undone" in form
    missing = browser.post(f"{path}/link", {"number": "psu-2026-0001", "kind": LOST_WORDS, "reason": "r"})
    assert missing.status_code == 400
    assert 'href="#asked"' in missing.text
    given = {"number": "psu-2026-0001", "kind": LOST_WORDS, "reason": "r", "asked": "a", "answered": "b"}
    done = browser.post(f"{path}/link", {**given})
    assert done.location == into
    merged = browser.get(path).text
    assert "Merged into" in merged
    assert "repeat nothing here" not in merged
    assert 'name="text"' not in merged
    taken_in = browser.get(into).text
    assert "Taken in" in taken_in
    assert "repeat nothing here" not in taken_in
    assert browser.get(f"{path}/link").status_code == 404
    for part in ("records", "history", "access", "assessment"):
        assert browser.get(f"{path}/{part}").status_code == 200
        assert browser.get(f"{into}/{part}").status_code == 200
    refused = browser.post(f"{path}/tasks", {"task": "More.", "due": "2026-12-01"}, page=path)
    assert refused.location == path
    assert "it can only be read" in browser.get(path).text
    with site.console.databases.console.read() as console:
        assert console.scalars(select(CaseRecord).where(CaseRecord.kind == tasks.TASK)).all() == []


@pytest.mark.parametrize(
    "text",
    [
        AGAIN,
        "I have already reported this.",
        "We reported it last year and heard nothing.",
        "I've lost my code",
        "This is about my first report.",
        "I wrote to you in May about the same man.",
        "Ysgrifennais atoch o’r blaen.",
    ],
)
def test_who_says_that_they_wrote_before_is_noticed(text: str) -> None:
    assert says_so([text])


@pytest.mark.parametrize(
    "text", ["He reported me to HR.", "It happened before.", "Nobody wrote it down.", "He has lost his temper.", ""]
)
def test_other_words_raise_no_warning(text: str) -> None:
    assert not says_so([text])


def test_a_restricted_case_is_not_opened_to_others_by_merging_it(any_site: Site) -> None:
    site = any_site
    _, _, earlier, newer = two(site)
    hana, omar = (site.console.add_person(name, "handler") for name in ("Hana Okafor", "Omar Said"))
    sam = site.console.supervisor
    for case_id in (earlier, newer):
        share(site.desk(), case_id, hana.user_id)
    share(site.desk(), earlier, omar.user_id)
    restrict(site.desk(), newer, [sam.user_id, hana.user_id])
    look(site, earlier, newer, person=hana)
    with pytest.raises(linking.ForFewer):
        link(site.desk(hana), newer, earlier, LOST)
    restrict(site.desk(), earlier, [sam.user_id, hana.user_id])
    assert link(site.desk(hana), newer, earlier, LOST).merged


def test_from_whom_the_newer_case_was_taken_away_does_not_read_it_in_the_earlier(site: Site) -> None:
    _, _, earlier, newer = two(site)
    hana = site.console.add_person("Hana Okafor", "handler")
    for case_id in (earlier, newer):
        share(site.desk(), case_id, hana.user_id)
    take_away(site.desk(), newer, hana.user_id)
    with pytest.raises(linking.KeptOut):
        link(site.desk(), newer, earlier, LOST)
