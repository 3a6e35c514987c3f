"""What goes with its week, and what stops that."""

import os
from pathlib import Path

from sqlalchemy import func, select

from crypto.calendar import DAY, day_of, end_time, epoch_of
from handler.cases.files import download
from handler.cases.reading import read_case
from handler.keys.certificates import epochs_with_seeds
from handler.keys.keyring import case_purpose
from handler.keys.upkeep import certify_when_due
from handler.pickup.alarms import alarms
from handler.pickup.cycle import piece_store
from handler.pickup.retention import destroy_orphan_keys
from handler.pickup.tables import InboxEnvelope, PulledEnvelope
from tests.handler.caselist import page
from tests.handler.founded import FoundedConsole
from tests.handler.reporters import Reporter, Site, noise, upload


def weeks(site: Site) -> set[int]:
    services = site.console.services
    with services.databases.keyring.read() as wraps:
        return {epoch for _, epoch in epochs_with_seeds(services.keyring(wraps))}


def count(site: Site, table: type) -> int:
    with site.console.databases.console.read() as console:
        return console.scalar(select(func.count()).select_from(table)) or 0


def week(site: Site) -> int:
    return epoch_of(day_of(site.console.clock()))


def past(site: Site, epoch: int) -> None:
    """To a moment when the key of the week is due, a day after a publication that the drop took."""
    site.console.clock.now = end_time(epoch) + 44 * DAY
    certify(site)
    assert site.cycle().publication
    site.console.clock.now = end_time(epoch) + 45 * DAY + 1


def certify(site: Site) -> None:
    """As when a supervisor signs in."""
    certify_when_due(site.console.services, site.console.unlocked(site.console.supervisor))


def pieces_on_disk(site: Site) -> list[Path]:
    return [path for path in (site.console.settings.home / "pieces").rglob("*") if path.is_file()]


def test_a_weeks_key_goes_45_days_after_its_end(any_site: Site) -> None:
    first = week(any_site)
    any_site.deliver(noise(any_site))
    past(any_site, first)
    any_site.console.clock.now -= 120
    any_site.cycle()
    assert first in weeks(any_site)
    any_site.console.clock.forward(60)
    any_site.cycle()
    assert first not in weeks(any_site)
    assert count(any_site, PulledEnvelope) == 0


def test_a_clock_that_jumps_ahead_destroys_no_key(any_site: Site) -> None:
    first = week(any_site)
    any_site.drop.refuse = "BadTime"
    any_site.console.clock.now = end_time(first) + 45 * DAY + 1
    certify(any_site)
    any_site.cycle()
    any_site.cycle()
    assert first in weeks(any_site)
    any_site.drop.refuse = ""
    any_site.cycle()
    any_site.cycle()
    assert first not in weeks(any_site)


def test_before_a_first_publication_no_key_is_due(console: FoundedConsole) -> None:
    site = Site.of(console)
    first = week(site)
    site.console.clock.now = end_time(first) + 45 * DAY + 1
    site.drop.down = True
    site.cycle()
    assert first in weeks(site)


def test_a_key_stays_while_an_envelope_of_its_week_was_not_tried_and_an_alarm_says_so(site: Site) -> None:
    first = week(site)
    site.drop.take(Reporter.new(site).report("nobody came"))
    site.cycle()
    past(site, first)
    site.cycle()
    assert first in weeks(site)
    with site.console.databases.console.read() as console:
        assert f"epoch {first} blocked" in [alarm.key for alarm in alarms(console)]
    assert count(site, InboxEnvelope) == 1


def test_pieces_that_no_post_names_go_with_their_week_and_the_others_stay(site: Site) -> None:
    first = week(site)
    kept = upload(site, "kept.txt", os.urandom(300_000))
    upload(site, "orphan.txt", b"nobody names me")
    site.deliver(Reporter.new(site).report(files=[kept]))
    assert len(pieces_on_disk(site)) == 3
    past(site, first)
    site.cycle()
    assert len(pieces_on_disk(site)) == 3
    past(site, first + 1)
    site.cycle()
    assert len(pieces_on_disk(site)) == 2
    with site.console.databases.console.read() as console:
        case_id = page(console).cases[0].id
    view = read_case(site.desk(), case_id)
    found = download(site.desk(), piece_store(site.console.settings), case_id, view.report.record_id, 0)
    assert (found.name, len(found.content)) == ("kept.txt", 300_000)


def test_a_case_key_without_a_case_goes_on_a_later_day(site: Site) -> None:
    services = site.console.services
    orphan = case_purpose(os.urandom(16))
    with services.databases.keyring.write() as wraps:
        services.keyring(wraps).put(orphan, bytes(32), [])
    site.deliver(Reporter.new(site).report())
    with site.console.databases.console.read() as console:
        kept = case_purpose(page(console).cases[0].id)
    for days in range(2):
        assert destroy_orphan_keys(services.databases, services.console, services.today() + 1 + days) == days
    with services.databases.keyring.read() as wraps:
        assert services.keyring(wraps).holders(orphan) == set()
        assert services.keyring(wraps).holders(kept)
