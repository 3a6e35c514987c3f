"""What of one's own waits for the board, with its time: for its writer alone, and only while they can open the case."""

import pytest

from crypto.board import Kind
from handler.cases import sharing
from handler.conversation.sending import Reply, send
from handler.publication.ownreplies import OwnReply, waiting_of
from handler.publication.queue import forecast
from tests.handler.founded import FoundedConsole, Person
from tests.handler.reporters import Reporter, Site
from tests.handler.web.casepages import browser_of, case_id_of


@pytest.fixture
def site(any_console: FoundedConsole) -> Site:
    return Site.published(any_console)


def waiting(site: Site, person: Person) -> list[OwnReply]:
    policy = site.console.settings.console.policy
    with site.console.databases.console.read() as console:
        outlook = forecast(console, policy, int(site.console.clock.now))
        return list(waiting_of(console, outlook, person.user_id))


def test_ones_own_with_the_time_of_its_last_place(site: Site) -> None:
    hana = site.console.add_person("Hana Handler", "handler")
    site.deliver(Reporter.new(site).report())
    site.cycle()
    send(site.desk(hana), case_id_of(site), Reply("x" * 856 * 6))
    send(site.desk(), case_id_of(site), Reply("Short."))
    (mine,) = waiting(site, hana)
    assert (mine.kind, mine.parts, mine.case.id) == (Kind.MESSAGE, 6, case_id_of(site))
    (theirs,) = waiting(site, site.console.supervisor)
    assert theirs.parts == 1
    assert mine.at is not None
    assert mine.at == theirs.at, "six places and then one, four a publication"
    site.cycle()
    assert [one.parts for one in waiting(site, hana)] == [6], "a part still waits"
    site.cycle()
    assert waiting(site, hana) == []


def test_not_of_a_case_whose_key_is_gone(site: Site) -> None:
    hana = site.console.add_person("Hana Handler", "handler")
    site.deliver(Reporter.new(site).report())
    send(site.desk(hana), case_id_of(site), Reply("Thank you."))
    assert len(waiting(site, hana)) == 1
    sharing.take_away(site.desk(), case_id_of(site), hana.user_id)
    assert waiting(site, hana) == []


def test_the_page_shows_ones_own_and_teaches_where_there_is_none(console: FoundedConsole) -> None:
    site = Site.published(console)
    site.deliver(Reporter.new(site).report())
    site.cycle()
    browser = browser_of(site, console.supervisor)
    assert "None of your replies is waiting" in browser.get("/board").text
    send(site.desk(), case_id_of(site), Reply("Thank you."))
    shown = browser.get("/board").text
    assert "PSU-2026-0001" in shown
    auditor = browser_of(site, console.add_person("Aud", "auditor")).get("/board").text
    assert "PSU-2026-0001" not in auditor
    assert "Your own replies" not in auditor
