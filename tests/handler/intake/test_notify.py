"""People on duty are told to sign in when somebody may be in danger: by a message that says nothing else."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from handler.database import open_databases
from handler.intake.entering import Entry, enter
from handler.intake.notify import APART, tell_duty
from handler.intake.questions import Given
from handler.pickup.alarms import alarms
from handler.settings import Settings
from tests.handler.caselist import page
from tests.handler.reporters import Reporter, Site
from tests.support.processes import free_port
from tests.support.smtp_server import Mailbox, mail_server

STORY = "He has a knife and is at the Warrington office."


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


def on_duty(site: Site, smtp: str) -> Site:
    """The same console with a mail server and two people on duty."""
    told = site.console.settings.model_copy(update={"smtp": smtp, "notify": "duty@psu.example, lead@psu.example"})
    return Site(replace(site.console, settings=told), site.drop)


def alarm_texts(site: Site) -> list[str]:
    with site.console.databases.console.read() as console:
        return [alarm.text for alarm in alarms(console)]


def test_danger_and_risk_are_told_by_the_same_bytes_that_say_nothing(any_site: Site, mailbox: Mailbox) -> None:
    site = on_duty(any_site, mailbox.address)
    site.deliver(Reporter.new(site).report(STORY, {"danger": "yes"}))
    assert len(mailbox.messages) == 1
    assert b"rcpt TO:<duty@psu.example>\r\n" in mailbox.commands
    assert b"rcpt TO:<lead@psu.example>\r\n" in mailbox.commands
    site.console.clock.forward(APART)
    site.deliver(Reporter.new(site).report("A child is at risk.", {"at-risk": "now"}))
    first, second = mailbox.messages
    assert first == second
    assert b"Subject: Please sign in to the console.\r\n" in first
    assert first.endswith(b"\r\n\r\nPlease sign in to the console.\r\n")
    said = b"".join((*mailbox.commands, first)).lower()
    for word in (b"knife", b"warrington", b"danger", b"risk", b"case", b"psu-2026", b"report", b"2026"):
        assert word not in said


def test_nothing_is_sent_where_nobody_is_in_danger_now(site: Site, mailbox: Mailbox) -> None:
    site = on_duty(site, mailbox.address)
    site.deliver(Reporter.new(site).report(STORY, {"danger": "unsure", "at-risk": "maybe"}))
    site.deliver(Reporter.new(site).report(STORY))
    assert mailbox.commands == []


def test_at_most_one_goes_out_each_ten_minutes_and_the_next_is_not_lost(site: Site, mailbox: Mailbox) -> None:
    site = on_duty(site, mailbox.address)
    for _ in range(3):
        site.deliver(Reporter.new(site).report(STORY, {"danger": "yes"}))
    assert len(mailbox.messages) == 1
    site.console.clock.forward(APART)
    site.cycle()
    site.cycle()
    assert len(mailbox.messages) == 2


def test_of_several_processes_one_sends_it(any_site: Site, mailbox: Mailbox) -> None:
    any_site.deliver(Reporter.new(any_site).report(STORY, {"danger": "yes"}))
    site = on_duty(any_site, mailbox.address)
    settings, now = site.console.settings, site.console.clock.now

    def one_process(_: int) -> bool:
        databases = open_databases(settings)
        try:
            return tell_duty(databases.console, settings, lambda: now)
        finally:
            databases.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(one_process, range(8))) == 1
    assert len(mailbox.messages) == 1


def test_a_mail_server_that_is_down_is_an_alarm_and_the_case_is_there(site: Site, mailbox: Mailbox) -> None:
    down = on_duty(site, f"127.0.0.1:{free_port()}")
    assert down.deliver(Reporter.new(down).report(STORY, {"danger": "yes"})).cases == 1
    with site.console.databases.console.read() as console:
        assert page(console).cases[0].flags == "danger-now"
    (text,) = alarm_texts(site)
    assert "could not be told" in text
    assert "Warrington" not in text
    up = on_duty(site, mailbox.address)
    up.cycle()
    assert len(mailbox.messages) == 1
    assert alarm_texts(site) == []


def test_a_mail_server_that_refuses_is_an_alarm_too(site: Site) -> None:
    with mail_server(refuse=b"RCPT") as refusing:
        site = on_duty(site, refusing.address)
        assert site.deliver(Reporter.new(site).report(STORY, {"danger": "yes"})).cases == 1
        assert any("could not be told" in text for text in alarm_texts(site))


def test_a_process_without_a_mail_server_leaves_it_to_the_pickup(site: Site, mailbox: Mailbox) -> None:
    """As the pages have no network of their own (deploy/systemd)."""
    site.deliver(Reporter.new(site).report(STORY, {"danger": "yes"}))
    assert alarm_texts(site) == []
    on_duty(site, mailbox.address).cycle()
    assert len(mailbox.messages) == 1


def test_a_report_that_is_entered_by_a_person_is_told_as_well(site: Site, mailbox: Mailbox) -> None:
    answers = {"what": Given((), STORY), "danger": Given(("yes",))}
    enter(site.desk(), Entry(bytes(16), "phone", "2026-11-18", answers, with_words=False))
    on_duty(site, mailbox.address).cycle()
    assert len(mailbox.messages) == 1


def test_the_environment_names_server_and_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSOLE_SMTP", "mail.psu.example:25")
    monkeypatch.setenv("CONSOLE_NOTIFY", "duty@psu.example, ,lead@psu.example")
    settings = Settings()
    assert settings.smtp == "mail.psu.example:25"
    assert settings.duty_addresses == ("duty@psu.example", "lead@psu.example")
