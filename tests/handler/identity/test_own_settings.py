"""A person's own time zone: on every page of theirs and on nobody else's; deadlines stay London's."""

import pytest
from sqlalchemy import select

from handler.cases.listing import open_case
from handler.identity import ownsettings
from handler.identity.tables import UserSettings
from handler.lifecycle.conflict import confirm
from handler.lifecycle.tables import CaseClock
from handler.times import place, written_time
from tests.handler.founded import FoundedConsole
from tests.handler.reporters import Reporter, Site
from tests.handler.web.casepages import browser_of, case_id_of


def test_a_zone_is_kept_for_its_person_alone(any_console: FoundedConsole) -> None:
    hana = any_console.add_person("Hana Handler", "handler")
    with any_console.databases.console.write() as console:
        ownsettings.set_zone(console, hana.user_id, "America/Bogota")
        ownsettings.set_zone(console, hana.user_id, "Asia/Karachi")
    with any_console.databases.console.read() as console:
        assert ownsettings.zone_of(console, hana.user_id) == "Asia/Karachi"
        assert ownsettings.zone_of(console, any_console.supervisor.user_id) == "Europe/London"


@pytest.mark.parametrize("zone", ["", "Mars/Base", "../etc/passwd", "UTC"])
def test_what_is_no_zone_of_the_list_is_refused(console: FoundedConsole, zone: str) -> None:
    with (
        console.databases.console.write() as session,
        pytest.raises(ownsettings.UnknownZone),
    ):
        ownsettings.set_zone(session, console.supervisor.user_id, zone)


def test_a_zone_that_is_none_any_more_is_londons(console: FoundedConsole) -> None:
    with console.databases.console.write() as session:
        session.add(UserSettings(user_id=console.supervisor.user_id, zone="Europe/Atlantis"))
    with console.databases.console.read() as session:
        assert ownsettings.zone_of(session, console.supervisor.user_id) == "Europe/London"


def test_every_zone_of_the_list_fits_the_table() -> None:
    names = [zone for _, members in ownsettings.zones() for zone in members]
    assert len(names) > 300
    assert max(map(len, names)) <= 40
    assert place("America/Argentina/Buenos_Aires") == "Buenos Aires"


def test_pages_show_it_with_its_name_and_deadlines_stay_as_they_were(console: FoundedConsole) -> None:
    site = Site.published(console)
    site.deliver(Reporter.new(site).report())
    case_id = case_id_of(site)
    open_case(site.desk(), case_id, "new")
    confirm(site.desk(), case_id, ticked=True)
    page = f"/cases/{case_id.hex()}"
    browser = browser_of(site, console.supervisor)
    assert "Sam Supervisor" in browser.get("/settings").text
    at_home = browser.get(page).text
    assert "17:00 GMT" in at_home
    assert "London time" not in at_home
    with console.databases.console.read() as session:
        before = session.scalars(select(CaseClock.due).order_by(CaseClock.kind)).all()

    assert browser.post("/settings", {"zone": "Asia/Karachi"}).status_code == 303
    assert "Times are shown in Karachi time" in browser.get("/settings").text
    away = browser.get(page).text
    assert "22:00 (Karachi time)" in away
    assert "GMT" not in away
    assert "working days of England, by London time" in away
    with console.databases.console.read() as session:
        assert session.scalars(select(CaseClock.due).order_by(CaseClock.kind)).all() == before
    hana = console.add_person("Hana Handler", "handler")
    assert "GMT" in browser_of(site, hana).get("/sessions").text, "another person's pages are as they were"


def test_a_choice_that_is_none_says_so_at_the_field(console: FoundedConsole) -> None:
    browser = browser_of(Site.of(console), console.supervisor)
    answer = browser.post("/settings", {"zone": "Nowhere"})
    assert answer.status_code == 400
    assert 'href="#zone"' in answer.text


def test_outside_a_request_it_is_london() -> None:
    assert written_time(1_795_000_000) == "18 November 2026, 11:06 GMT"
