"""What strangers can make a console take is bounded: in time, in room, and in how long it is kept."""

from collections.abc import Iterator

import pytest

from crypto.calendar import epoch_of
from handler.intake.tables import QuarantinedEnvelope
from handler.pickup import cycle, pull
from handler.pickup.cycle import TAKING_SECONDS, piece_store, run_cycle
from handler.pickup.drop import PublicationRefused, refusal_name
from handler.pickup.piecestore import PieceStore
from handler.pickup.tables import PulledEnvelope
from tests.handler.intake.test_kept_from import alarm_texts
from tests.handler.pickup.test_retention import count
from tests.handler.reporters import Site, noise, upload


def seconds(each: float) -> Iterator[float]:
    now = 0.0
    while True:
        yield now
        now += each


def test_a_flood_of_pieces_does_not_keep_the_board_from_being_published(site: Site) -> None:
    for n in range(200):
        site.drop.files[n.to_bytes(16, "big")] = bytes(262_144)
    ticks = seconds(TAKING_SECONDS / 4).__next__
    site.console.clock.forward(60)
    done = run_cycle(site.console.databases, site.console.settings, site.drop, 0, site.console.clock, ticks=ticks)
    assert done.publication is not None
    assert 0 < done.pieces < 200
    assert len(site.drop.files) == 200 - done.pieces


def test_housekeeping_that_fails_is_told_and_does_not_keep_the_board_from_being_published(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("canary-77")

    with monkeypatch.context() as patch:
        patch.setattr(cycle, "end_visits", broken)
        done = site.cycle()
    assert done.publication is not None
    (told,) = done.problems
    assert told.endswith("(auditors’ readings (KeyError))")
    assert alarm_texts(site) == [told]
    assert site.cycle().problems == ()
    assert alarm_texts(site) == []


def test_pieces_stay_with_the_drop_when_the_disk_is_nearly_full_and_reports_come_all_the_same(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PieceStore, "free", lambda self: pull.KEPT_FREE - 1)
    upload(site, "a.txt", b"a file")
    site.drop.take(noise(site))
    done = site.cycle()
    assert (done.envelopes, done.pieces, len(site.drop.files)) == (1, 0, 1)
    assert done.publication is not None
    assert done.problems == (str(pull.NoRoomForFiles()),)
    monkeypatch.undo()
    done = site.cycle()
    assert (done.pieces, done.problems, site.drop.files) == (1, (), {})
    assert piece_store(site.console.settings).free() > 0


def test_envelopes_of_weeks_that_no_key_will_open_are_not_kept_for_ever(any_site: Site) -> None:
    far = 65_535
    raw = noise(any_site)
    any_site.deliver(raw[:1] + far.to_bytes(2, "big") + raw[3:])
    any_site.cycle()
    assert (count(any_site, QuarantinedEnvelope), count(any_site, PulledEnvelope)) == (0, 0)


def test_an_envelope_of_a_certified_week_to_come_stays_in_quarantine(site: Site) -> None:
    soon = epoch_of(site.drop.today) + 12
    raw = noise(site)
    site.deliver(raw[:1] + soon.to_bytes(2, "big") + raw[3:])
    site.cycle()
    assert count(site, QuarantinedEnvelope) == 1


@pytest.mark.parametrize("answer", [b"a\0b", b"<b>now</b>", b"\xff" * 64, b""])
def test_a_drops_reason_that_is_no_name_is_not_repeated(answer: bytes) -> None:
    assert refusal_name(answer) == "an answer that is no name"


def test_a_drops_reason_is_the_name_it_gave() -> None:
    assert PublicationRefused(refusal_name(b"BadTime".ljust(64))).reason == "BadTime"
