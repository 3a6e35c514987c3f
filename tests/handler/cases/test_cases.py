"""What is on the disk of a case, who opens it, and what a reader is told."""

import threading
import time

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from crypto.errors import BadSeal
from handler.cases.files import safe_name
from handler.cases.listing import NoReason, has_reason, may_open, open_case
from handler.cases.reading import read_case
from handler.cases.records import CaseBox
from handler.cases.replies import current_thread, send_message
from handler.cases.tables import CaseRecord, Thread
from handler.database import Database
from handler.errors import NotAllowed
from handler.keys.keyring import case_purpose
from tests.handler.caselist import page
from tests.handler.reporters import Reporter, Site

CANARY = "canary-7f3a of the night shift"


@pytest.fixture
def case_id(site: Site) -> bytes:
    site.deliver(Reporter.new(site).report(CANARY))
    with site.console.databases.console.read() as console:
        return page(console).cases[0].id


def test_no_word_of_a_report_or_a_reply_is_on_the_disk(site: Site, case_id: bytes) -> None:
    send_message(site.desk(), case_id, CANARY)
    open_case(site.desk(), case_id, "other", CANARY)
    site.cycle()
    site.console.databases.close()
    files = [path for path in site.console.settings.home.rglob("*") if path.is_file()]
    assert any(path.name == "console.db" for path in files)
    for path in files:
        assert CANARY.encode() not in path.read_bytes(), path


def test_who_has_no_wrap_of_the_key_reads_nothing_and_writes_nothing(site: Site, case_id: bytes) -> None:
    late = site.console.add_person("Lena Late", "handler", "intake")  # came after the case was made
    desk = site.desk(late)
    assert may_open(desk, [case_id]) == set()
    for act in (
        lambda: read_case(desk, case_id),
        lambda: send_message(desk, case_id, "x"),
        lambda: open_case(desk, case_id, "new"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_follow_up_opened_by_someone_without_the_case_waits_for_someone_with_it(site: Site) -> None:
    reporter = Reporter.new(site)
    site.deliver(reporter.report())
    late = site.console.add_person("Lena Late", "handler", "intake")
    site.drop.take(reporter.follow_up("for those who may"))
    site.cycle()
    assert site.open(late).held == 1
    assert site.open().filed == 1


def test_destroying_the_key_destroys_the_case(site: Site, case_id: bytes) -> None:
    services = site.console.services
    with services.databases.keyring.write() as wraps:
        services.keyring(wraps).destroy(case_purpose(case_id))
    with pytest.raises(NotAllowed):
        read_case(site.desk(), case_id)


def test_a_record_moved_to_another_place_does_not_open(site: Site, case_id: bytes) -> None:
    desk = site.desk()
    box = CaseBox(case_id, desk.case_key(case_id))
    with site.console.databases.console.read() as console:
        row = console.scalars(select(CaseRecord).where(CaseRecord.kind == "report")).one()
    assert CANARY.encode() in box.open(row)
    for change in ({"kind": "follow-up"}, {"id": bytes(16)}):
        moved = CaseRecord(**{"id": row.id, "kind": row.kind, "sealed": row.sealed, **change})
        with pytest.raises(BadSeal):
            box.open(moved)


def test_opening_a_case_takes_a_reason_once_a_day(site: Site, case_id: bytes) -> None:
    desk = site.desk()
    for reason, words in (("", ""), ("other", "  "), ("curious", "x")):
        with pytest.raises(NoReason):
            open_case(desk, case_id, reason, words)
    assert not has_reason(desk, case_id)
    open_case(desk, case_id, "new")
    assert has_reason(desk, case_id)
    site.console.clock.forward(86_400)
    assert not has_reason(desk, case_id)


def test_nothing_of_the_writer_goes_out(site: Site, case_id: bytes) -> None:
    reporter = Reporter.new(site)
    site.deliver(reporter.report())
    with site.console.databases.console.read() as console:
        ids = [case.id for case in page(console).cases]
    for each in ids:
        send_message(site.desk(), each, "Thank you.")
    site.cycle()
    site.cycle()
    (message,) = [found for found in reporter.told() if found.kind == 3]
    assert message.data == b"Thank you."


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("photo.jpg", "photo.jpg"),
        ("Bericht März.pdf", "Bericht Marz.pdf"),
        ('a"; filename=x.exe', "a__ filename_x.exe"),
        ("../../etc/passwd", "_.._etc_passwd"),
        (".profile", "profile"),
        ("-rf", "rf"),
        ("日本", "file"),
        ("x" * 300 + ".png", "x" * 96 + ".png"),
        ("a\r\nSet-Cookie: b", "a__Set-Cookie_ b"),
    ],
)
def test_a_download_has_a_name_that_is_only_a_name(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@pytest.mark.parametrize("any_console", ["postgresql"], indirect=True)
def test_a_reply_that_waited_for_a_handover_goes_to_the_words_in_force(any_site: Site) -> None:
    """On SQLite writers queue before they read."""
    any_site.deliver(Reporter.new(any_site).report())
    database = any_site.console.databases.console
    found: list[bytes] = []

    def reply() -> None:
        with database.write() as console:
            found.append(current_thread(console, old.case_id).id)

    with database.write() as handover:
        old = handover.scalars(sa.select(Thread)).one()
        columns = {column.name: getattr(old, column.name) for column in sa.inspect(Thread).c}
        old.standing = "old"
        handover.flush()
        waits = threading.Thread(target=reply)
        waits.start()
        until_somebody_waits(database)
        new = {name: bytes(len(columns[name])) for name in ("id", "key", "name", "reader")}
        handover.add(Thread(**{**columns, **new, "standing": "current"}))
    waits.join(30)
    assert found == [bytes(16)]


def until_somebody_waits(database: Database, least: int = 1) -> None:
    for _ in range(600):
        with database.read() as console:
            if (console.scalar(sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")) or 0) >= least:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits for the row")
