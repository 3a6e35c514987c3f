"""New words: taken once, handed over in one publication, and nobody stranded."""

import pytest
import sqlalchemy as sa

from crypto.board import Kind
from crypto.proof import parse_proof
from crypto.thread import INDICES
from handler.cases.reading import Entry, read_case
from handler.cases.replies import send_message
from handler.cases.tables import Thread
from handler.pickup.pull import pull_envelopes
from tests.handler.caselist import page
from tests.handler.founded import FoundedConsole
from tests.handler.reporters import Reporter, Site


@pytest.fixture
def reporter(site: Site) -> Reporter:
    """Whose report was opened and answered on the board."""
    made = Reporter.new(site)
    site.deliver(made.report("The first."))
    site.cycle()
    return made


def case_id(site: Site) -> bytes:
    with site.console.databases.console.read() as console:
        return page(console).cases[0].id


def entries(site: Site) -> list[Entry]:
    return list(read_case(site.desk(), case_id(site)).entries)


def from_reporter(site: Site) -> list[tuple[str, str]]:
    return [(entry.heading, entry.text) for entry in entries(site) if not entry.ours]


def test_handover_and_the_note_to_the_old_words_come_in_one_publication(any_site: Site) -> None:
    reporter = Reporter.new(any_site)
    any_site.deliver(reporter.report())
    any_site.cycle()
    site = any_site
    newer = reporter.newer_words()
    site.deliver(reporter.follow_up("and I take new words", successor=newer))
    assert newer.told() == []
    site.cycle()
    (handover,) = newer.told(Kind.HANDOVER)
    assert [message.kind for message in reporter.told(Kind.SUPERSEDED)] == [Kind.SUPERSEDED]
    proof = parse_proof(handover.data)
    assert proof.sign_public == newer.keys.sign_public
    assert proof.thread_id == newer.keys.thread("psu").id


def test_replies_that_waited_or_were_not_confirmed_move_to_the_new_words(site: Site, reporter: Reporter) -> None:
    send_message(site.desk(), case_id(site), "On the board, never confirmed.")
    site.cycle()
    taking = reporter.newer_words()
    post = reporter.follow_up("new words", successor=taking, seen=False)
    send_message(site.desk(), case_id(site), "Still waiting.")
    site.drop.take(post)
    site.console.clock.forward(1)
    pull_envelopes(site.console.databases.console, site.drop)
    site.open()
    for _ in range(3):
        site.cycle()
    assert sorted(taking.texts()) == ["On the board, never confirmed.", "Still waiting."]


def test_confirmed_replies_stay_behind(site: Site, reporter: Reporter) -> None:
    send_message(site.desk(), case_id(site), "Read before.")
    site.cycle()
    newer = reporter.newer_words()
    site.deliver(reporter.follow_up("new words", successor=newer))
    site.cycle()
    site.cycle()
    assert newer.texts() == []


def test_old_words_are_heard_until_the_new_ones_are_used(site: Site, reporter: Reporter) -> None:
    newer = reporter.newer_words()
    site.deliver(reporter.follow_up("new words", successor=newer))
    site.cycle()
    site.deliver(reporter.follow_up("again with the old"))
    site.deliver(newer.follow_up("now the new"))
    site.deliver(reporter.follow_up("old, too late"))
    assert from_reporter(site) == [
        ("Added by the reporter", "new words"),
        ("Added by the reporter, with old words", "again with the old"),
        ("Added by the reporter", "now the new"),
        ("Words not in force", "old, too late"),
    ]


def test_old_words_fall_silent_when_the_handover_leaves_the_board(console: FoundedConsole) -> None:
    site = Site.published(console, hold=4)
    reporter = Reporter.new(site)
    site.deliver(reporter.report())
    newer = reporter.newer_words()
    site.deliver(reporter.follow_up("new words", successor=newer))
    for _ in range(site.console.settings.console.policy.hold * 2 + 4):
        site.cycle()
    site.deliver(reporter.withdraw())
    assert from_reporter(site)[-1][0] == "Words not in force"
    with site.console.databases.console.read() as session:
        assert page(session).cases[0].flags == ""


def test_a_second_successor_is_told_that_it_is_not_in_force(site: Site, reporter: Reporter) -> None:
    first, second = reporter.newer_words(), reporter.newer_words()
    site.deliver(reporter.follow_up("one", successor=first))
    site.deliver(reporter.follow_up("two", successor=second))
    site.cycle()
    site.cycle()
    assert [message.kind for message in second.told()] == [Kind.NOT_IN_FORCE]
    assert [message.kind for message in first.told()] == [Kind.HANDOVER]
    assert ("Added by the reporter, with old words", "two") in from_reporter(site)
    site.deliver(second.follow_up("under words that lost"))
    assert from_reporter(site)[-1] == ("Words not in force", "under words that lost")


def test_the_same_successor_sent_twice_is_taken_once(site: Site, reporter: Reporter) -> None:
    newer = reporter.newer_words()
    site.deliver(reporter.follow_up("one", successor=newer))
    batch = site.deliver(reporter.follow_up("the same again", successor=newer))
    assert (batch.filed, batch.quarantined) == (1, 0)
    site.cycle()
    site.cycle()
    assert [message.kind for message in newer.told()] == [Kind.HANDOVER]


def test_words_of_another_report_are_no_successor(site: Site, reporter: Reporter) -> None:
    other = Reporter.new(site)
    site.deliver(other.report("another"))
    batch = site.deliver(reporter.follow_up("mine are yours", successor=other))
    assert (batch.filed, batch.quarantined) == (0, 1)


def test_replies_after_the_handover_reach_the_new_words_only(site: Site, reporter: Reporter) -> None:
    newer = reporter.newer_words()
    site.deliver(reporter.follow_up("new words", successor=newer))
    send_message(site.desk(), case_id(site), "For the new words.")
    site.cycle()
    site.cycle()
    assert newer.texts() == ["For the new words."]
    assert reporter.texts() == []


def test_new_words_are_taken_and_the_batch_goes_on_when_the_old_thread_has_no_place_for_a_notice(
    any_site: Site,
) -> None:
    site = any_site
    reporter, other = Reporter.new(site), Reporter.new(site)
    site.deliver(reporter.report(), other.report())
    with site.console.databases.console.write() as console:
        console.execute(sa.update(Thread).values(next_notice=INDICES))
    newer = reporter.newer_words()
    batch = site.deliver(reporter.follow_up("new words", successor=newer), other.follow_up("and another"))
    assert (batch.filed, batch.left) == (2, 0)
    site.cycle()
    site.cycle()
    assert [message.kind for message in newer.told(Kind.HANDOVER)] == [Kind.HANDOVER]
    assert reporter.told(Kind.SUPERSEDED) == []
