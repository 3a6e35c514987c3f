"""A console that was put back from a backup."""

import json

import pytest
from sqlalchemy import select

from crypto.secret import ContentKey
from handler.__main__ import main
from handler.cases.desk import Desk
from handler.cases.reading import read_case
from handler.cases.replies import send_message
from handler.cases.tables import Thread
from handler.lifecycle.recording import keep_note
from handler.pickup.alarms import alarms
from handler.publication.queue import QUEUED, RESERVE, RESTORED
from handler.publication.restore import ALARM, after_restore, seal_when_due
from handler.publication.tables import Slot
from tests.handler.caselist import page
from tests.handler.reporters import Reporter, Site
from tests.handler.web.casepages import browser_of


def test_no_tag_of_before_the_restore_is_used_again_and_numbers_go_further(any_site: Site) -> None:
    reporter = Reporter.new(any_site)
    any_site.deliver(reporter.report())
    any_site.cycle()
    with any_site.console.databases.console.write() as console:
        assert after_restore(console, any_site.console.services.today()) == 1
        case_id = page(console).cases[0].id
    send_message(any_site.desk(), case_id, "After the restore.")
    with any_site.console.databases.console.read() as console:
        indices = set(console.scalars(select(Slot.tag_index).where(Slot.tag_index.is_not(None))))
    assert indices == {0, 1, 2, 67, 68}
    assert any_site.cycle().publication == 3 + 64
    assert reporter.texts() == ["After the restore."]


def test_what_waited_in_the_backup_is_sealed_anew_at_the_next_sign_in_and_shown_by_no_board_before(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    console, reporter, desk = site.console, Reporter.new(site), site.desk()
    site.deliver(reporter.report())
    site.cycle()
    site.cycle()
    case_id = listed(site)
    send_message(desk, case_id, "It waited.")
    waited = slots(site, QUEUED, RESERVE)
    assert [(slot.copy, slot.state) for slot in waited] == [(2, RESERVE), (1, QUEUED), (2, RESERVE)], "proof, reply"
    put_back(site)
    site.cycle()
    assert (reporter.texts(), states(site, case_id), raised(site)) == ([], ["restored"], [ALARM])
    browser_of(site, console.add_person("Aud Itor", "auditor"))
    assert len(slots(site, RESTORED)) == len(waited)
    with monkeypatch.context() as keyring:
        keyring.setattr(Desk, "case_key", lambda *_: ContentKey(bytes(32)))  # of another moment than the records
        seal_when_due(console.services, desk.unlocked)
    assert len(slots(site, RESTORED)) == len(waited)
    browser_of(site, console.supervisor)
    assert (states(site, case_id), raised(site)) == (["queued"], [])
    anew = slots(site, QUEUED, RESERVE)
    assert [(slot.copy, slot.state) for slot in anew] == [(2, RESERVE), (1, QUEUED), (2, RESERVE)]
    assert not {slot.tag_index for slot in anew} & {slot.tag_index for slot in waited}
    site.cycle()
    assert reporter.texts() == ["It waited."]
    assert not any(slot.sealed in site.drop.published["psu"][2] for slot in waited)

    send_message(desk, case_id, "It is held.")
    keep_note(desk, case_id, "reply-hold", {"hold": "yes", "why": "They are watched."})
    put_back(site)
    console.clock.forward(60)
    seal_when_due(console.services, desk.unlocked)
    site.cycle()
    assert reporter.texts() == ["It waited."]
    keep_note(desk, case_id, "reply-hold", {"hold": "no", "why": "They are watched no more."})
    site.cycle()
    assert reporter.texts() == ["It waited.", "It is held."]


def put_back(site: Site) -> None:
    with site.console.databases.console.write() as console:
        after_restore(console, site.console.services.today())


def listed(site: Site) -> bytes:
    with site.console.databases.console.read() as console:
        return page(console).cases[0].id


def raised(site: Site) -> list[str]:
    with site.console.databases.console.read() as console:
        return [alarm.key for alarm in alarms(console)]


def slots(site: Site, *wanted: str) -> list[Slot]:
    with site.console.databases.console.read() as console:
        return list(console.scalars(select(Slot).where(Slot.state.in_(wanted)).order_by(Slot.tag_index)))


def states(site: Site, case_id: bytes) -> list[str]:
    """Where the replies that people wrote are, as the page of the case says it."""
    entries = read_case(site.desk(), case_id).entries
    return [entry.delivery.state for entry in entries if entry.delivery is not None and entry.heading == "Reply"]


def test_the_command_says_how_many_conversations_go_on(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.deliver(Reporter.new(site).report())
    site.cycle()
    assert main(["restored", "--home", str(site.console.settings.home), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"threads": 1, "settled": 0, "without_key": []}
    site.cycle()
    with site.console.databases.console.read() as console:
        assert console.scalars(select(Thread.next_index)).one() >= 64
