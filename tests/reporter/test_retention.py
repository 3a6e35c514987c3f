"""What is deleted and when."""

import os

from crypto.suite import h
from reporter.pieces import LENGTH
from reporter.published import BulletinSet, live_sets
from reporter.retention import Purged
from tests.reporter.conftest import Drop, MakeDrop
from tests.reporter.founded import envelope

DAY = 86_400


def test_envelope_and_piece_are_kept_for_45_days_and_no_longer(drop: Drop) -> None:
    drop.post(drop.stamped(envelope()))
    name = os.urandom(16)
    drop.post_piece(name, bytes(LENGTH))
    drop.clock.forward(44 * DAY)
    drop.parts.retention.purge()
    assert drop.parts.storage.counts() == (1, 1)
    drop.clock.forward(DAY)
    purged = drop.parts.retention.purge()
    assert (purged.envelopes, purged.pieces) == (1, 1)
    assert drop.parts.storage.counts() == (0, 0)
    assert not drop.parts.files.exists(name)


def test_nothing_is_deleted_while_no_roster_says_whose_acknowledgement_counts(make_drop: MakeDrop) -> None:
    drop = make_drop()
    drop.parts.storage.keep_envelope(bytes(32), envelope(), int(drop.clock.now // DAY), 1)
    drop.as_console("POST", "/envelopes/ack", data=bytes(32))
    drop.parts.retention.purge()
    assert drop.parts.storage.counts() == (1, 0)


def test_what_only_a_departed_console_had_not_taken_goes_with_the_next_purge(make_drop: MakeDrop) -> None:
    from crypto.calendar import day_of
    from tests.reporter import founded

    drop = make_drop("independent", "psu", purge_seconds=10**9)
    drop.publish("psu")
    made = envelope()
    drop.post(drop.stamped(made))
    drop.as_console("POST", "/envelopes/ack", "psu", data=h(made))
    alone = founded.roster(("psu",), 2, day_of(drop.clock.now))
    body = founded.publication(alone, founded.bulletin(drop.clock.now, number=2))
    assert drop.as_console("POST", "/publication", data=body).status_code == 204
    drop.look_again()
    assert drop.parts.retention.purge() == Purged(envelopes=1, pieces=0, accepted=0, orphans=0)


def test_ids_are_forgotten_with_their_set(drop: Drop) -> None:
    body = drop.stamped(envelope())
    drop.post(body)
    for _ in range(2):
        drop.publish()
    drop.clock.forward(DAY - 10)
    assert drop.parts.retention.purge().accepted == 0
    drop.clock.forward(20)
    assert drop.parts.retention.purge().accepted == 1
    assert len(drop.parts.published.snapshot().sets) == 2
    assert len(drop.taken()) == 1


def test_files_without_a_row_go_the_next_day_and_what_has_one_stays(drop: Drop) -> None:
    orphan, kept = os.urandom(16), os.urandom(16)
    drop.parts.files.place(orphan, bytes(LENGTH), int(drop.clock.now // DAY))
    drop.post_piece(kept, bytes(LENGTH))
    half = drop.settings.pieces / "tmp" / "half"
    half.write_bytes(b"half")
    os.utime(half, (drop.clock.now, drop.clock.now))
    assert drop.parts.retention.purge().orphans == 0
    drop.clock.forward(DAY)
    assert drop.parts.retention.purge().orphans == 1
    assert (drop.parts.files.exists(orphan), drop.parts.files.exists(kept), half.exists()) == (False, True, False)


def test_pickup_purges_now_and_then(make_drop: MakeDrop) -> None:
    drop = make_drop(purge_seconds=3600)
    drop.publish()
    drop.post(drop.stamped(envelope()))
    drop.clock.forward(46 * DAY)
    drop.as_console("GET", "/pieces?limit=1").close()
    assert drop.parts.storage.counts() == (0, 0)


def test_sets_live_a_day_after_they_were_replaced_and_the_last_two_for_ever() -> None:
    known = [BulletinSet(4, b"", None), BulletinSet(3, b"", 100), BulletinSet(2, b"", 90), BulletinSet(1, b"", 10)]
    assert [live.number for live in live_sets(known, 100)] == [4, 3, 2, 1]
    assert [live.number for live in live_sets(known, 80 + DAY)] == [4, 3, 2]
    assert [live.number for live in live_sets(known, 10**9)] == [4, 3]
