"""The board: a constant rate, an order of urgency, nothing removed early, nothing lost by a crash."""

import pytest
import sqlalchemy as sa

from crypto.board import SLOT, Kind
from crypto.bulletin import parse_bulletin
from crypto.documents import parse_roster
from crypto.thread import FIRST_NOTICE
from handler.audit.log import current_head
from handler.cases.replies import RepliesHeld, send_message, send_status
from handler.cases.tables import Thread
from handler.errors import Refused
from handler.keys.certificates import revoked_ids
from handler.keys.certification import Certifier
from handler.lifecycle.recording import keep_note
from handler.pickup.alarms import alarms
from handler.publication import publish
from handler.publication.queue import HELD, QUEUED, RESERVE, Waiting, choose, last_publication
from handler.publication.resign import sign_again
from handler.publication.tables import Message, Slot
from tests.handler.caselist import page
from tests.handler.founded import FoundedConsole
from tests.handler.reporters import Reporter, Site

HANDOVER = b"handover"


@pytest.mark.parametrize(
    ("queue", "n", "chosen"),
    [
        ([], 4, []),
        ([Waiting(1, None), Waiting(2, None)], 1, [1]),
        ([Waiting(1, None), Waiting(2, HANDOVER), Waiting(3, HANDOVER)], 2, [1]),
        ([Waiting(1, None), Waiting(2, HANDOVER), Waiting(3, HANDOVER), Waiting(4, None)], 2, [1, 4]),
        ([Waiting(2, HANDOVER), Waiting(3, HANDOVER), Waiting(4, None)], 2, [2, 3]),
        ([Waiting(2, HANDOVER), Waiting(3, HANDOVER)], 1, [2]),
    ],
)
def test_slots_are_chosen_in_order_and_bundles_go_whole(queue: list[Waiting], n: int, chosen: list[int]) -> None:
    assert choose(queue, n) == chosen


def boards(site: Site) -> bytes:
    return site.drop.published["psu"][2]


def case_id(site: Site) -> bytes:
    with site.console.databases.console.read() as console:
        return page(console).cases[0].id


def raised(site: Site) -> list[str]:
    with site.console.databases.console.read() as console:
        return [alarm.key for alarm in alarms(console)]


def test_each_publication_adds_n_slots_and_the_oldest_leave_after_hold(console: FoundedConsole) -> None:
    site = Site.published(console, hold=3)
    lengths, seen = [], [boards(site)]
    for _ in range(4):
        site.cycle()
        lengths.append(len(boards(site)) // SLOT)
        seen.append(boards(site))
    assert lengths == [8, 12, 12, 12]
    assert seen[4] == seen[3][4 * SLOT :] + seen[4][-4 * SLOT :]


def test_answers_change_neither_the_rate_nor_what_stands_already(any_site: Site) -> None:
    reporter = Reporter.new(any_site)
    any_site.deliver(reporter.report())
    before = boards(any_site)
    any_site.cycle()
    assert len(boards(any_site)) == len(before) + 4 * SLOT
    assert boards(any_site).startswith(before)
    assert {message.kind for message in reporter.told()} == {Kind.PROOF, Kind.ACKNOWLEDGEMENT}


def test_the_urgent_goes_before_the_ordinary_and_that_before_the_routine(console: FoundedConsole) -> None:
    site = Site.published(console, slots=1)
    reporter = Reporter.new(site)
    site.deliver(reporter.report())
    site.cycle()
    site.cycle()
    send_status(site.desk(), case_id(site), "looking")
    send_message(site.desk(), case_id(site), "ordinary")
    send_message(site.desk(), case_id(site), "urgent", urgent=True)
    order = []
    for _ in range(3):
        site.cycle()
        order.append({message.text for message in reporter.told(Kind.MESSAGE, Kind.STATUS)})
    assert order == [{"urgent"}, {"urgent", "ordinary"}, {"urgent", "ordinary", "looking"}]


def test_a_long_reply_goes_in_parts_and_is_whole_only_when_all_are_there(console: FoundedConsole) -> None:
    site = Site.published(console, slots=3)
    reporter = Reporter.new(site)
    site.deliver(reporter.report())
    site.cycle()
    text = "Grüße. " * 400
    send_message(site.desk(), case_id(site), text)
    site.cycle()
    assert reporter.texts() == []
    site.cycle()
    assert reporter.texts() == [text.strip()]


def test_an_unconfirmed_reply_is_there_again_before_its_first_copy_ends_and_a_confirmed_one_is_not(
    console: FoundedConsole,
) -> None:
    site = Site.published(console, hold=6)
    silent, attentive = Reporter.new(site), Reporter.new(site)
    site.deliver(silent.report(), attentive.report())
    site.cycle()
    site.deliver(attentive.follow_up("I read it."))
    told = []
    for _ in range(7):
        site.cycle()
        told.append((bool(silent.told(Kind.PROOF)), bool(attentive.told(Kind.PROOF))))
    assert [first for first, _ in told] == [True] * 7
    assert told[-1] == (True, False)


def test_the_bulletin_carries_keys_policy_and_the_head_of_the_audit(site: Site) -> None:
    roster_raw, bulletin_raw, _ = site.drop.published["psu"]
    bulletin = parse_bulletin(bulletin_raw, parse_roster(roster_raw, site.drop.roots))
    assert [certificate.epoch - bulletin.epoch for certificate in bulletin.certificates] == [0, 1, 2]
    assert len(bulletin.replies) == 1
    with site.console.databases.console.read() as console:
        assert bulletin.audit == current_head(console).head


def test_what_was_not_sent_is_sent_again_unchanged(any_site: Site) -> None:
    any_site.drop.down = True
    assert any_site.cycle().problems
    assert "publication not made" in raised(any_site)
    with any_site.console.databases.console.read() as console:
        made = last_publication(console)
    any_site.drop.down = False
    done = any_site.cycle()
    assert made is not None
    assert done.publication == made.number
    assert any_site.drop.published["psu"][1] == made.bulletin
    assert raised(any_site) == []


def test_an_old_unsent_publication_gives_way_to_a_new_one_with_its_slots(site: Site) -> None:
    reporter = Reporter.new(site)
    site.deliver(reporter.report())
    site.drop.down = True
    site.cycle()
    site.console.clock.forward(7200)
    site.drop.down = False
    assert site.cycle().problems == ()
    assert reporter.told(Kind.PROOF)


def test_a_refusal_is_an_alarm_and_the_next_publication_goes_further(site: Site) -> None:
    site.drop.refuse = "RolledBack"
    assert site.cycle().publication is None
    assert raised(site) == ["publication"]
    site.drop.refuse = ""
    assert site.cycle().publication == 2 + 64
    assert raised(site) == []


def test_without_certified_weeks_nothing_goes_out_and_an_alarm_says_why(site: Site) -> None:
    site.console.clock.forward(12 * 7 * 86_400)
    done = site.cycle()
    assert done.publication is None
    assert done.problems


def test_publication_waits_for_its_time(site: Site) -> None:
    assert site.cycle(every=3600).publication is None
    site.console.clock.forward(3600)
    assert site.cycle(every=3600).publication == 2


def rotate(site: Site) -> int:
    """A new reply key; how many messages were signed again."""
    services = site.console.services
    by = site.console.unlocked(site.console.supervisor)
    with services.databases.write_both() as (console, wraps):
        Certifier.of(console, services.keyring(wraps), services.console, by).rotate_reply_key(services.today())
        assert revoked_ids(console)
    return sign_again(services, by)


def test_after_a_rotation_live_replies_are_readable_under_the_new_key(site: Site) -> None:
    reporter = Reporter.new(site)
    site.deliver(reporter.report())
    send_message(site.desk(), case_id(site), "Signed by a key that leaked.")
    site.cycle()
    site.cycle()
    assert rotate(site) == 3
    site.cycle()
    assert reporter.texts() == ["Signed by a key that leaked."]
    assert len(reporter.told(Kind.PROOF)) == 1


def test_a_reply_needs_words_and_has_an_end(site: Site) -> None:
    reporter = Reporter.new(site)
    site.deliver(reporter.report())
    for text in ("", " \n ", "x" * 27_393):
        with pytest.raises(Refused):
            send_message(site.desk(), case_id(site), text)


def test_one_full_thread_keeps_no_other_from_being_signed_again(site: Site) -> None:
    first, full, last = (Reporter.new(site) for _ in range(3))
    site.deliver(first.report(), full.report(), last.report())
    for _ in range(4):
        site.cycle()
    with site.console.databases.console.write() as console:
        touched = console.scalars(sa.select(Message.case_id).distinct()).all()
        chosen = sa.update(Thread).where(Thread.case_id == touched[1])
        console.execute(chosen.values(next_index=FIRST_NOTICE - 1))  # room for one slot: the proof, without its copy
    assert rotate(site) == 5
    site.cycle()
    site.cycle()
    assert [len(reporter.told(Kind.PROOF)) for reporter in (first, full, last)] == [1, 1, 1]


def test_a_handover_and_the_note_to_the_old_words_stay_together_when_signed_again(site: Site) -> None:
    reporter = Reporter.new(site)
    site.deliver(reporter.report())
    site.cycle()
    site.deliver(reporter.follow_up("new words", successor=reporter.newer_words()))
    rotate(site)
    told = sa.select(Message.id).where(Message.kind.in_((Kind.HANDOVER, Kind.SUPERSEDED)))
    with site.console.databases.console.read() as console:
        slots = console.scalars(sa.select(Slot).where(Slot.state == QUEUED, Slot.message_id.in_(told))).all()
    assert len(slots) == 2
    assert len({slot.bundle for slot in slots} - {None}) == 1


def test_what_a_supervisor_holds_stays_aside_through_new_words_and_a_new_key(any_site: Site) -> None:
    site = any_site
    reporter, desk = Reporter.new(site), site.desk()
    site.deliver(reporter.report())
    send_message(desk, case_id(site), "It waits.")
    keep_note(desk, case_id(site), "reply-hold", {"hold": "yes", "why": "They are watched."})
    with pytest.raises(RepliesHeld):
        send_message(desk, case_id(site), "No.")
    newer = reporter.newer_words()
    site.deliver(reporter.follow_up("new words", successor=newer))
    rotate(site)
    for _ in range(3):
        site.cycle()
    assert reporter.texts() == newer.texts() == []
    keep_note(desk, case_id(site), "reply-hold", {"hold": "no", "why": "They are watched no more."})
    site.cycle()
    assert newer.texts() == ["It waits."]


def test_a_reply_that_is_held_in_part_gets_no_second_copy(console: FoundedConsole) -> None:
    site = Site.published(console, slots=1, hold=4)
    site.deliver(Reporter.new(site).report())
    for _ in range(4):
        site.cycle()
    message_id = send_message(site.desk(), case_id(site), "Grüße. " * 250)
    site.cycle()
    keep_note(site.desk(), case_id(site), "reply-hold", {"hold": "yes", "why": "They are watched."})
    for _ in range(4):
        site.cycle()
    with site.console.databases.console.read() as session:
        told = sa.select(Slot.copy, Slot.state).where(Slot.message_id == message_id).order_by(Slot.id)
        assert [tuple(row) for row in session.execute(told)] == [(1, "ended"), *[(1, HELD)] * 2, *[(2, RESERVE)] * 3]


@pytest.mark.parametrize("any_console", ["postgresql"], indirect=True)
def test_a_slot_that_is_deleted_meanwhile_leaves_no_gap_in_the_publication(
    any_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite has one writer at a time anyway."""
    any_site.deliver(Reporter.new(any_site).report())
    before = len(boards(any_site))

    def meanwhile(queue: list[Waiting], n: int) -> list[int]:
        assert queue
        try:
            with any_site.console.databases.console.write() as handover:
                handover.execute(sa.text("SET LOCAL lock_timeout = '100ms'"))
                handover.execute(sa.delete(Slot).where(Slot.state == QUEUED))
        except sa.exc.OperationalError:
            pass  # the publication has them
        return choose(queue, n)

    monkeypatch.setattr(publish, "choose", meanwhile)
    any_site.cycle()
    assert len(boards(any_site)) == before + 4 * SLOT


@pytest.mark.parametrize("any_console", ["postgresql"], indirect=True)
def test_a_publication_does_not_wait_for_a_slot_that_another_is_moving(any_site: Site) -> None:
    any_site.deliver(Reporter.new(any_site).report())
    before = len(boards(any_site))
    with any_site.console.databases.console.write() as handover:
        one = handover.scalars(sa.select(Slot).where(Slot.state == QUEUED).limit(1)).one()
        handover.delete(one)
        handover.flush()
        any_site.cycle()
    assert len(boards(any_site)) == before + 4 * SLOT
