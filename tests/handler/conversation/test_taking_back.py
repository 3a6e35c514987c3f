"""A reply that waits can be taken back by its writer, and only then; its indices are never taken again."""

import pytest
from sqlalchemy import select

from crypto.board import Kind
from handler.cases.reading import read_case
from handler.cases.replies import send_status
from handler.cases.tables import Case, CaseRecord, Thread
from handler.conversation.sending import Reply, send
from handler.conversation.takingback import NoSuchReply, NotYourReply, OnTheBoard, take_back
from handler.errors import NotAllowed
from handler.lifecycle import facts, timing
from handler.lifecycle.states import INVESTIGATING
from handler.lifecycle.tables import CaseClock
from handler.publication.tables import Message, Slot
from tests.handler.founded import FoundedConsole
from tests.handler.reporters import Reporter, Site
from tests.handler.web.casepages import case_id_of

DAY = 86_400


@pytest.fixture
def site(any_console: FoundedConsole) -> Site:
    return Site.published(any_console)


@pytest.fixture
def reporter(site: Site) -> Reporter:
    made = Reporter.new(site)
    site.deliver(made.report())
    site.cycle()
    return made


def said(site: Site, text: str = "Come to the side door.") -> bytes:
    """Queues a reply; its record's id."""
    return record_of(site, send(site.desk(), case_id_of(site), Reply(text)))


def record_of(site: Site, message_id: bytes) -> bytes:
    with site.console.databases.console.read() as console:
        return console.get_one(Message, message_id).record_id


def next_index(site: Site) -> int:
    with site.console.databases.console.read() as console:
        return console.scalars(select(Thread.next_index)).one()


def test_what_was_taken_back_never_reaches_the_reporter_and_its_indices_are_left_out(
    site: Site, reporter: Reporter
) -> None:
    before = next_index(site)
    record_id = said(site)
    assert take_back(site.desk(), case_id_of(site), record_id) == "Come to the side door."
    assert next_index(site) == before + 2, "the reply and its second copy"
    said(site, "Thank you.")
    for _ in range(3):
        site.cycle()
    assert reporter.texts() == ["Thank you."]
    with site.console.databases.console.read() as console:
        taken = console.scalars(select(Slot.tag_index).where(Slot.tag_index >= before)).all()
    assert sorted(index for index in taken if index is not None) == [before + 2, before + 3]


def test_the_words_stay_sealed_in_the_case_and_are_shown_as_taken_back(site: Site, reporter: Reporter) -> None:
    record_id = said(site)
    entry = next(one for one in read_case(site.desk(), case_id_of(site)).entries if one.record_id == record_id)
    assert entry.delivery is not None
    assert entry.delivery.undo
    take_back(site.desk(), case_id_of(site), record_id)
    entry = next(one for one in read_case(site.desk(), case_id_of(site)).entries if one.record_id == record_id)
    assert entry.text == "Come to the side door."
    assert entry.delivery is not None
    assert (entry.delivery.state, entry.delivery.undo) == ("taken back", False)
    with site.console.databases.console.read() as console:
        assert b"side door" not in console.get_one(CaseRecord, record_id).sealed


def test_on_the_board_it_cannot_be_taken_back(site: Site, reporter: Reporter) -> None:
    record_id = said(site)
    site.cycle()
    assert reporter.texts() == ["Come to the side door."]
    with pytest.raises(OnTheBoard):
        take_back(site.desk(), case_id_of(site), record_id)
    entry = next(one for one in read_case(site.desk(), case_id_of(site)).entries if one.record_id == record_id)
    assert entry.delivery is not None
    assert not entry.delivery.undo


def test_nor_when_a_first_part_of_it_is_there(site: Site, reporter: Reporter) -> None:
    record_id = said(site, "x" * 856 * 6)  # six places, of which a publication has four
    site.cycle()
    with pytest.raises(OnTheBoard):
        take_back(site.desk(), case_id_of(site), record_id)


def test_only_its_writer_takes_it_back_and_only_once(site: Site, reporter: Reporter) -> None:
    hana = site.console.add_person("Hana Handler", "handler")
    record_id = said(site)
    with pytest.raises(NotAllowed):
        take_back(site.desk(hana), case_id_of(site), record_id)
    site.deliver(Reporter.new(site).report())  # the second case is Hana's too
    with site.console.databases.console.read() as console:
        second = console.scalars(select(Case.id).where(Case.number == "PSU-2026-0002")).one()
    theirs = record_of(site, send(site.desk(hana), second, Reply("Thank you.")))
    with pytest.raises(NotYourReply):
        take_back(site.desk(), second, theirs)
    with pytest.raises(NoSuchReply):
        take_back(site.desk(hana), second, record_id)
    take_back(site.desk(hana), second, theirs)
    with pytest.raises(NoSuchReply):
        take_back(site.desk(hana), second, theirs)


def test_what_the_console_says_by_itself_is_not_taken_back(site: Site) -> None:
    site.deliver(Reporter.new(site).report())
    with site.console.databases.console.read() as console:
        chosen = select(Message.record_id).where(Message.kind == int(Kind.ACKNOWLEDGEMENT))
        record_id = console.scalars(chosen).one()
    with pytest.raises(NoSuchReply):
        take_back(site.desk(), case_id_of(site), record_id)


def test_a_status_is_what_it_was_before(site: Site, reporter: Reporter) -> None:
    case_id = case_id_of(site)
    send_status(site.desk(), case_id, "assessing")
    wrong = record_of(site, send_status(site.desk(), case_id, "finished"))
    assert take_back(site.desk(), case_id, wrong) == ""
    with site.console.databases.console.read() as console:
        assert console.get_one(Case, case_id).status == "assessing"
        first = console.scalars(
            select(Message.record_id).where(Message.kind == int(Kind.STATUS), Message.taken_back.is_(None))
        ).one()
    take_back(site.desk(), case_id, first)
    with site.console.databases.console.read() as console:
        assert console.get_one(Case, case_id).status == "received"
    site.cycle()
    assert reporter.told(Kind.STATUS) == []


def update_due(site: Site) -> int:
    with site.console.databases.console.read() as console:
        return console.get_one(CaseClock, (case_id_of(site), "update", 0)).due


def test_it_does_not_count_as_the_update_to_the_reporter(site: Site, reporter: Reporter) -> None:
    case_id, clock = case_id_of(site), site.console.clock
    with site.console.databases.console.write() as console:
        console.get_one(Case, case_id).state = INVESTIGATING
        timing.start(console, case_id, "update", int(clock.now))
    said(site, "We are looking into it.")
    site.cycle()
    first = update_due(site)
    clock.forward(20 * DAY)
    record_id = said(site)
    assert update_due(site) == int(clock.now) + 28 * DAY
    take_back(site.desk(), case_id, record_id)
    assert first - DAY <= update_due(site) <= first
    with site.console.databases.console.read() as console:
        assert "update" in facts.recorded(console, case_id, int(clock.now), site.desk().deadlines)


def test_with_no_other_there_was_no_update(site: Site, reporter: Reporter) -> None:
    take_back(site.desk(), case_id_of(site), said(site))
    with site.console.databases.console.read() as console:
        known = facts.recorded(console, case_id_of(site), int(site.console.clock.now), site.desk().deadlines)
    assert "update" not in known
