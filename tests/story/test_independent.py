"""A report about the PSU: nothing that the PSU has can open it, tried with its keys and databases directly."""

import sqlite3
import time

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from crypto.errors import NotAddressed
from crypto.openenvelope import open_envelope
from handler.errors import NotAllowed
from handler.keys.keyring import epoch_purpose
from handler.pickup.tables import InboxEnvelope
from tests.browser.pages import ReporterSite
from tests.story.desk import case_ids, cases, desk_of, open_everything, report_of
from tests.story.world import World

ABOUT_THE_PSU = "A report about the unit that would investigate it"


def test_a_report_about_the_psu_is_closed_to_it(world: World, phone: Page) -> None:
    """Given a report that says it involves the PSU; then each of its keys fails, and the other console reads it."""
    site = ReporterSite(phone, world.drop_url).open()
    site.report(ABOUT_THE_PSU, involves=["Professional standards, anti-corruption or vetting staff"])
    can_open = site.text()
    assert "the independent recipient (not part of professional standards)" in can_open
    words = site.send()
    world.publish()

    with desk_of(world.psu) as desk:
        before = case_ids(desk)
        with desk.databases.console.read() as console:
            envelopes = list(console.scalars(select(InboxEnvelope)))
        assert envelopes, "the PSU pulls every envelope, for it cannot tell which are its own"
        with desk.keyring() as keyring:
            weeks = [p.removeprefix("epoch psu ") for p in keyring.purposes(desk.unlocked.user_id, "epoch ")]
            openers = {int(week): keyring.epoch_opener(desk.unlocked, "psu", int(week)) for week in weeks}
            with pytest.raises(NotAllowed):
                keyring.get(epoch_purpose("independent", int(weeks[0])), desk.unlocked)
        for envelope in envelopes:
            for epoch, opener in openers.items():
                for group in ("psu", "independent"):
                    with pytest.raises(NotAddressed):
                        open_envelope(envelope.raw[:1] + epoch.to_bytes(2, "big") + envelope.raw[3:], group, epoch,
                                      opener, desk.site)  # fmt: skip
        open_everything(desk)
        assert case_ids(desk) == before

    with desk_of(world.independent) as desk:
        open_everything(desk)
        view = cases(desk)[-1]
        assert report_of(view).answers["what"].text == ABOUT_THE_PSU

    for database in ("console.db", "keyring.db"):
        dump = "\n".join(sqlite3.connect(world.psu.home / database).iterdump())
        assert ABOUT_THE_PSU.encode().hex() not in dump.lower()
        assert ABOUT_THE_PSU not in dump

    world.publish(world.independent)
    time.sleep(2)
    site = ReporterSite(phone, world.drop_url).open().check_replies(words)
    expect(site.page.get_by_text("from the independent recipient").first).to_be_visible()
