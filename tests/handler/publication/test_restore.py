"""A console that was put back from a backup."""

import json

import pytest
from sqlalchemy import select

from handler.__main__ import main
from handler.cases.replies import send_message
from handler.cases.tables import Thread
from handler.publication.restore import after_restore
from handler.publication.tables import Slot
from tests.handler.caselist import page
from tests.handler.reporters import Reporter, Site


def test_no_tag_of_before_the_restore_is_used_again_and_numbers_go_further(any_site: Site) -> None:
    reporter = Reporter.new(any_site)
    any_site.deliver(reporter.report())
    any_site.cycle()
    with any_site.console.databases.console.write() as console:
        assert after_restore(console) == 1
        case_id = page(console).cases[0].id
    send_message(any_site.desk(), case_id, "After the restore.")
    with any_site.console.databases.console.read() as console:
        indices = set(console.scalars(select(Slot.tag_index).where(Slot.tag_index.is_not(None))))
    assert indices == {0, 1, 2, 67, 68}
    assert any_site.cycle().publication == 3 + 64
    assert reporter.texts() == ["After the restore."]


def test_the_command_says_how_many_conversations_go_on(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.deliver(Reporter.new(site).report())
    site.cycle()
    assert main(["restored", "--home", str(site.console.settings.home), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"threads": 1, "settled": 0, "without_key": []}
    site.cycle()
    with site.console.databases.console.read() as console:
        assert console.scalars(select(Thread.next_index)).one() >= 64
