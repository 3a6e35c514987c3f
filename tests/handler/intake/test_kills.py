"""kill -9 between any two steps of pickup, opening and publication: every report is there once, and every reply."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from crypto.board import Kind
from crypto.calendar import day_of
from crypto.envelope import envelope_id
from handler.cases.desk import Desk
from handler.cases.reading import read_case
from handler.database import open_databases
from handler.intake.opening import open_batch
from handler.keys.keyring import case_purpose
from handler.pickup.cycle import run_cycle
from handler.pickup.drop import PulledEnvelope
from handler.pickup.tables import InboxEnvelope
from handler.publication.tables import Slot
from tests.handler.caselist import page
from tests.handler.founded import FoundedConsole
from tests.handler.intake.kills import survives
from tests.handler.reporters import MemoryDrop, Reporter, Site, noise


class FolderDrop(MemoryDrop):
    """The same drop on disk, so that what a killed process acknowledged or published is known afterwards."""

    folder: Path

    def envelopes(self) -> list[PulledEnvelope]:
        raws = [path.read_bytes() for path in sorted((self.folder / "in").iterdir())]
        return [PulledEnvelope(envelope_id(raw), self.today, raw) for raw in raws]

    def acknowledge_envelopes(self, ids: object) -> None:
        for identity in list(ids):  # type: ignore[call-overload]
            (self.folder / "in" / identity.hex()).unlink(missing_ok=True)

    def publish(self, roster: bytes, bulletin: bytes, board: bytes) -> None:
        super().publish(roster, bulletin, board)
        for name, part in (("roster", roster), ("bulletin", bulletin), ("board", board)):
            (self.folder / name).write_bytes(part)


def on_disk(site: Site, folder: Path, envelopes: list[bytes]) -> FolderDrop:
    (folder / "in").mkdir(parents=True)
    for raw in envelopes:
        (folder / "in" / envelope_id(raw).hex()).write_bytes(raw)
    drop = FolderDrop(site.drop.roots, day_of(site.console.clock()))
    drop.folder = folder
    drop.published = dict(site.drop.published)
    return drop


def steps_to_try(seed: int, work: Callable[[int], bool]) -> int:
    """Kills at step 0, and then ever later at random distances, until the work comes to its end. How many kills."""
    chance, step, kills = random.Random(seed), 0, 0
    while not work(step):
        kills += 1
        step += chance.randint(1, 6)
    return kills


@pytest.fixture
def site(console: FoundedConsole) -> Site:
    return Site.published(console)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_report_is_there_once_however_often_the_console_is_killed(site: Site, tmp_path: Path, seed: int) -> None:
    reporters = [Reporter.new(site) for _ in range(3)]
    newer = reporters[0].newer_words()
    envelopes = [reporter.report(f"report {n}") for n, reporter in enumerate(reporters)]
    envelopes += [reporters[0].follow_up("more", successor=newer), newer.follow_up("newer"), noise(site), noise(site)]
    drop = on_disk(site, tmp_path / "drop", envelopes)
    settings, clock = site.console.settings, site.console.clock
    clock.forward(60)
    unlocked = site.desk().unlocked
    site.console.databases.close()  # a fork does not share connections

    def cycle() -> None:
        run_cycle(open_databases(settings), settings, drop, 10**9, clock)

    def opening() -> None:
        for _ in range(4):
            open_batch(Desk(open_databases(settings), settings, unlocked, clock), seconds=60)

    kills = steps_to_try(seed, lambda step: survives(cycle, step))
    kills += steps_to_try(seed, lambda step: survives(opening, step))
    assert kills > 20
    assert list((tmp_path / "drop" / "in").iterdir()) == []
    check_everything_once(site, reporters, newer)


def check_everything_once(site: Site, reporters: list[Reporter], newer: Reporter) -> None:
    desk = site.desk()
    with site.console.databases.console.read() as console:
        assert console.scalar(select(func.count()).select_from(InboxEnvelope)) == 0
        cases = page(console).cases
        proofs = select(func.count()).select_from(Slot).where(Slot.copy == 1, Slot.tag_index == 0)
        assert console.scalar(proofs) == len(
            reporters
        )  # the one that waited for the old words gave way to the handover
    with desk.keyring() as keyring:
        assert all(desk.unlocked.user_id in keyring.holders(case_purpose(case.id)) for case in cases)
    views = [read_case(desk, case.id) for case in cases]
    texts = sorted(view.report.answers.answers["what"].text for view in views if view.report.answers)
    assert texts == ["report 0", "report 1", "report 2"]
    added = sorted(entry.text for view in views for entry in view.entries if not entry.ours)
    assert added == ["more", "newer"]
    for _ in range(6):
        site.cycle()
    assert all(len(reporter.told(Kind.PROOF)) == 1 for reporter in reporters[1:])
    assert len(newer.told(Kind.HANDOVER)) == 1


def test_a_publication_killed_anywhere_goes_out_once_and_the_same(site: Site, tmp_path: Path) -> None:
    reporter = Reporter.new(site)
    site.deliver(reporter.report())
    drop = on_disk(site, tmp_path / "drop", [])
    settings, clock = site.console.settings, site.console.clock
    clock.forward(7200)
    site.console.databases.close()

    def publication() -> None:
        run_cycle(open_databases(settings), settings, drop, 3600, clock)
        names = ("roster", "bulletin", "board")
        if (drop.folder / "board").exists():
            drop.published["psu"] = tuple((drop.folder / name).read_bytes() for name in names)  # type: ignore[assignment]

    kills = steps_to_try(3, lambda step: survives(publication, step))
    assert kills > 5
    names = ("roster", "bulletin", "board")
    site.drop.published["psu"] = tuple((drop.folder / name).read_bytes() for name in names)  # type: ignore[assignment]
    assert [message.kind for message in reporter.told()] == [Kind.PROOF, Kind.ACKNOWLEDGEMENT]
    assert (
        site.cycle().publication == 4
    )  # founding's, the one of the delivery, and the one that was killed: no number is lost
