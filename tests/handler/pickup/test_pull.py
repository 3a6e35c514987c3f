"""Taking from the drop: durable before it is acknowledged, each thing once, and no trust in what the drop says."""

from collections.abc import Iterable

import pytest
from sqlalchemy import func, select

from handler.pickup.drop import DropMisbehaved, DropUnreachable, PulledEnvelope
from handler.pickup.piecestore import PieceStore
from handler.pickup.pull import pull_envelopes, pull_pieces
from handler.pickup.tables import InboxEnvelope, Piece
from tests.handler.reporters import MemoryDrop, Site, noise, upload


def count(site: Site, table: type) -> int:
    with site.console.databases.console.read() as console:
        return console.scalar(select(func.count()).select_from(table)) or 0


class DeafDrop(MemoryDrop):
    """Goes away when it should note an acknowledgement; keeps how many rows were durable at that moment."""

    site: Site
    durable: int = 0

    def acknowledge_envelopes(self, ids: Iterable[bytes]) -> None:
        self.durable = count(self.site, InboxEnvelope)
        raise DropUnreachable("test")


def test_an_envelope_is_durable_before_it_is_acknowledged_and_kept_once(any_site: Site) -> None:
    database = any_site.console.databases.console
    deaf = DeafDrop(any_site.drop.roots, any_site.drop.today)
    deaf.site = any_site
    deaf.take(noise(any_site))
    for _ in range(2):
        with pytest.raises(DropUnreachable):
            pull_envelopes(database, deaf)
        assert deaf.durable == 1
    assert count(any_site, InboxEnvelope) == 1
    any_site.drop.kept = deaf.kept
    assert pull_envelopes(database, any_site.drop) == 0
    assert any_site.drop.kept == {}


def test_an_envelope_under_another_id_is_refused(site: Site) -> None:
    raw = noise(site)
    site.drop.kept[bytes(32)] = PulledEnvelope(bytes(32), site.drop.today, raw)
    with pytest.raises(DropMisbehaved):
        pull_envelopes(site.console.databases.console, site.drop)


def test_a_drop_that_never_runs_dry_does_not_hold_the_cycle(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handler.pickup.pull.MOST_ROUNDS", 3)
    site.drop.take(noise(site))
    monkeypatch.setattr(site.drop, "acknowledge_envelopes", lambda ids: None)
    assert pull_envelopes(site.console.databases.console, site.drop) == 1


def test_pieces_are_whole_files_and_the_first_of_a_name_stays(any_site: Site) -> None:
    store = PieceStore(any_site.console.settings.home / "pieces")
    upload(any_site, "a.txt", b"the first")
    ((name, first),) = any_site.drop.files.items()
    database = any_site.console.databases.console
    assert pull_pieces(database, any_site.drop, store, any_site.drop.today) == 1
    any_site.drop.files[name] = bytes(len(first))
    pull_pieces(database, any_site.drop, store, any_site.drop.today)
    assert store.read(name) == first
    assert (count(any_site, Piece), any_site.drop.files) == (1, {})
