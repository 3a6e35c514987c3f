"""A case's key renewed: nothing opens with the old one, nothing is lost when it races or when the machine stops."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread as Worker

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy import select

from crypto.errors import BadSeal
from crypto.secret import ContentKey
from crypto.wrapping import content_open, unwrap
from handler.audit.tables import AuditEntry
from handler.cases.desk import Desk
from handler.cases.inforce import KeyChanged
from handler.cases.listing import open_case
from handler.cases.reading import read_case
from handler.cases.records import CaseBox
from handler.cases.renewal import renew
from handler.cases.replies import send_message
from handler.cases.tables import Case, CaseReader, CaseRecord
from handler.database import MIGRATIONS, Database, alembic_config, make_engine
from handler.errors import NotAllowed
from handler.identity.access import public
from handler.intake.opening import open_batch
from handler.keys.keyring import case_purpose
from handler.keys.tables import Wrap
from handler.keys.unlocked import RECOVERY_ID
from handler.lifecycle import acts, tasks
from handler.pickup.tables import InboxEnvelope
from tests.handler.founded import Person
from tests.handler.reporters import Reporter, Site
from tests.handler.web.casepages import case_id_of
from tests.support.postgres import PostgresServer


@pytest.fixture
def reported(any_site: Site) -> tuple[Site, bytes]:
    any_site.deliver(Reporter.new(any_site).report("He takes money."))
    case_id = case_id_of(any_site)
    open_case(any_site.desk(), case_id, "other", "Because I must.")
    tasks.add(any_site.desk(), case_id, "Ring the bank.", "2026-12-24")
    return any_site, case_id


def renewed(site: Site, case_id: bytes, holders: Collection[bytes] | None = None, by: Person | None = None) -> None:
    desk = site.desk(by)
    with desk.databases.write_both() as (console, wraps):
        renew(console, wraps, desk, case_id, holders)
    desk.databases.keyring.scrub()


def records_of(site: Site, case_id: bytes) -> list[CaseRecord]:
    with site.console.databases.console.read() as console:
        return list(console.scalars(select(CaseRecord).where(CaseRecord.case_id == case_id)))


def wraps_of(site: Site, case_id: bytes) -> dict[tuple[str, bytes], bytes]:
    with site.console.databases.keyring.read() as keyring:
        rows = keyring.scalars(select(Wrap).where(Wrap.purpose.endswith(case_id.hex())))
        return {(row.purpose, row.holder): row.sealed for row in rows}


def box_of(site: Site, case_id: bytes, person: Person | None = None) -> CaseBox:
    return CaseBox(case_id, site.desk(person).case_key(case_id))


def test_every_record_opens_with_the_new_key_and_none_with_the_old(reported: tuple[Site, bytes]) -> None:
    site, case_id = reported
    old, before = box_of(site, case_id), records_of(site, case_id)
    words = {row.id: old.open(row) for row in before}
    renewed(site, case_id)
    new, after = box_of(site, case_id), records_of(site, case_id)
    assert {row.id: new.open(row) for row in after} == words
    assert len(words) >= 6
    for row in after:
        with pytest.raises(BadSeal):
            content_open(old.key, case_id, row.id, row.kind, row.sealed)
    with site.console.databases.console.read() as console:
        entry = console.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert entry is not None
    assert b'"case key renewed"' in entry.entry
    assert f'"records":{len(after)}'.encode() in entry.entry


def test_no_wrap_of_before_is_left_and_a_kept_copy_opens_nothing_in_the_database(reported: tuple[Site, bytes]) -> None:
    site, case_id = reported
    before, me = wraps_of(site, case_id), site.desk().unlocked
    renewed(site, case_id)
    after = wraps_of(site, case_id)
    assert set(after) == set(before)
    assert not set(after.values()) & set(before.values())
    purpose = case_purpose(case_id)
    kept = ContentKey(unwrap(me.opener, me.site, purpose, before[purpose, me.user_id]))
    assert not opened_by(site, case_id, kept)
    with site.desk().keyring() as keyring:
        assert keyring.all_pending() == []


def opened_by(site: Site, case_id: bytes, key: ContentKey) -> list[bytes]:
    """The records that a key opens."""
    found = []
    for row in records_of(site, case_id):
        try:
            found.append(content_open(key, case_id, row.id, row.kind, row.sealed))
        except BadSeal:
            continue
    return found


def test_only_the_named_and_recovery_hold_the_new_key(any_site: Site) -> None:
    site = any_site
    hana, omar = (site.console.add_person(name, "handler") for name in ("Hana", "Omar"))
    site.deliver(Reporter.new(site).report())
    case_id, me = case_id_of(site), site.desk().unlocked.user_id
    renewed(site, case_id, {me, hana.user_id})
    assert {holder for _, holder in wraps_of(site, case_id)} == {me, hana.user_id, RECOVERY_ID}
    with site.console.databases.console.read() as console:
        index = set(console.scalars(select(CaseReader.user_id).where(CaseReader.case_id == case_id)))
    assert index == {me, hana.user_id}
    assert read_case(site.desk(hana), case_id).report.answers
    with pytest.raises(NotAllowed):
        renewed(site, case_id, by=omar)


def test_a_new_post_and_a_reply_work_after_a_renewal(any_site: Site) -> None:
    site = any_site
    reporter = Reporter.new(site)
    site.deliver(reporter.report())
    case_id = case_id_of(site)
    renewed(site, case_id)
    send_message(site.desk(), case_id, "Thank you.")
    assert site.deliver(reporter.follow_up("There is more.")).filed == 1
    assert reporter.texts() == ["Thank you."]
    assert read_case(site.desk(), case_id).entries[-1].text == "There is more."


@dataclass(frozen=True)
class DeskOvertaken(Desk):
    """A desk whose person has just got a case's key when somebody else renews it."""

    meanwhile: Callable[[], None] = field(default=lambda: None)

    def case_key(self, case_id: bytes) -> ContentKey:
        key = super().case_key(case_id)
        self.meanwhile()
        return key


def overtaken(site: Site, case_id: bytes) -> DeskOvertaken:
    desk = site.desk()
    return DeskOvertaken(
        desk.databases, desk.settings, desk.unlocked, desk.clock, meanwhile=lambda: renewed(site, case_id)
    )


WRITERS: dict[str, Callable[[Desk, bytes], object]] = {
    "a reply": lambda desk, case_id: send_message(desk, case_id, "Thank you."),
    "a task": lambda desk, case_id: tasks.add(desk, case_id, "Ring them.", "2026-12-24"),
    "a reason": lambda desk, case_id: open_case(desk, case_id, "other", "Because."),
}


@pytest.mark.parametrize("writer", WRITERS)
def test_who_read_the_old_key_first_writes_nothing_after_a_renewal(any_site: Site, writer: str) -> None:
    site = any_site
    site.deliver(Reporter.new(site).report())
    case_id = case_id_of(site)
    before = {row.id for row in records_of(site, case_id)}
    with pytest.raises(KeyChanged, match="send it again"):
        WRITERS[writer](overtaken(site, case_id), case_id)
    assert {row.id for row in records_of(site, case_id)} == before
    WRITERS[writer](site.desk(), case_id)
    new, after = box_of(site, case_id), records_of(site, case_id)
    assert {row.id for row in after} > before
    for row in after:
        new.open(row)


def test_a_post_that_races_a_renewal_stays_in_the_inbox_and_is_filed_next_time(any_site: Site) -> None:
    site = any_site
    reporter = Reporter.new(site)
    site.deliver(reporter.report())
    case_id = case_id_of(site)
    site.drop.take(reporter.follow_up("There is more."))
    site.cycle()
    batch = open_batch(overtaken(site, case_id), seconds=60)
    assert (batch.filed, batch.quarantined, batch.left) == (0, 0, 1)
    with site.console.databases.console.read() as console:
        assert len(console.scalars(select(InboxEnvelope.id)).all()) == 1
    assert site.open().filed == 1
    assert read_case(site.desk(), case_id).entries[-1].text == "There is more."


def test_the_database_itself_takes_no_record_under_an_older_key(reported: tuple[Site, bytes]) -> None:
    site, case_id = reported
    old = box_of(site, case_id)
    renewed(site, case_id)
    row = old.row(bytes(16), "task", b"too late", position=99, day=1)
    with pytest.raises(sa.exc.IntegrityError), site.console.databases.console.write() as console:
        console.execute(sa.insert(CaseRecord), [row])
    assert bytes(16) not in {row.id for row in records_of(site, case_id)}


def test_the_page_says_so_where_only_the_database_noticed(reported: tuple[Site, bytes]) -> None:
    site, case_id = reported
    old = box_of(site, case_id)
    renewed(site, case_id)
    app = site.console.app()

    @public
    def write_late() -> None:
        with site.console.databases.console.write() as console:
            console.execute(sa.insert(CaseRecord), [old.row(bytes(16), "task", b"late", position=9, day=1)])

    app.add_url_rule("/late", view_func=write_late)
    app.testing = False
    answer = app.test_client().get("/late")
    assert answer.status_code == 409
    assert "send it again" in answer.text


def test_a_writer_who_has_not_committed_yet_is_waited_for(reported: tuple[Site, bytes]) -> None:
    """Really at once: the renewal begins while the other transaction is open, and takes its record with it."""
    site, case_id = reported
    desk, box = site.desk(), box_of(site, case_id)
    renewing = Worker(target=lambda: renewed(site, case_id))
    with desk.databases.console.write() as console:
        record_id = acts.keep(console, desk, box, "task", b"written meanwhile")
        renewing.start()
        renewing.join(0.3)
        assert renewing.is_alive()
    renewing.join(30)
    kept = {row.id: row for row in records_of(site, case_id)}
    assert box_of(site, case_id).open(kept[record_id]) == b"written meanwhile"
    assert box_of(site, case_id).key_id != box.key_id


def test_a_writer_waits_for_a_renewal_and_is_refused_then(reported: tuple[Site, bytes]) -> None:
    site, case_id = reported
    desk, box = site.desk(), box_of(site, case_id)
    refused: list[Exception] = []

    def write() -> None:
        try:
            with desk.databases.console.write() as console:
                acts.keep(console, desk, box, "task", b"too late")
        except KeyChanged as refusal:
            refused.append(refusal)

    writer = Worker(target=write)
    with desk.databases.write_both() as (console, wraps):
        renew(console, wraps, desk, case_id)
        writer.start()
        writer.join(0.3)
        assert writer.is_alive()
    writer.join(30)
    assert len(refused) == 1
    assert all(box_of(site, case_id).open(row) != b"too late" for row in records_of(site, case_id))


class PulledPlug(Exception):
    """The machine stops."""


def stopped_between_the_commits(site: Site, case_id: bytes, holders: Collection[bytes] | None = None) -> None:
    """As `write_both` is stopped when the keyring has committed and the console database has not."""
    desk = site.desk()
    with pytest.raises(PulledPlug), desk.databases.console.write() as console:
        with desk.databases.keyring.write() as wraps:
            renew(console, wraps, desk, case_id, holders)
        raise PulledPlug


def test_a_machine_that_stops_between_the_two_commits_loses_nothing(reported: tuple[Site, bytes]) -> None:
    site, case_id = reported
    before, wraps = box_of(site, case_id), wraps_of(site, case_id)
    stopped_between_the_commits(site, case_id, {site.desk().unlocked.user_id})
    box = box_of(site, case_id)
    assert box.key_id == before.key_id
    assert all(box.open(row) for row in records_of(site, case_id) if row.kind == "report")
    assert wraps_of(site, case_id) == wraps
    renewed(site, case_id)
    assert box_of(site, case_id).key_id != before.key_id


def test_the_daily_upkeep_ends_it_too(reported: tuple[Site, bytes]) -> None:
    site, case_id = reported
    wraps = wraps_of(site, case_id)
    stopped_between_the_commits(site, case_id)
    assert wraps_of(site, case_id) != wraps
    site.console.clock.forward(86_400)
    site.cycle()
    assert wraps_of(site, case_id) == wraps


def test_a_machine_that_stops_after_both_commits_leaves_the_new_key_in_force(reported: tuple[Site, bytes]) -> None:
    site, case_id = reported
    before, desk = box_of(site, case_id), site.desk()
    with desk.databases.console.write() as console, desk.databases.keyring.write() as wraps:
        renew(console, wraps, desk, case_id)  # what write_both does afterwards is not done
    assert any(purpose.startswith("before") for purpose, _ in wraps_of(site, case_id))
    box = box_of(site, case_id)
    assert box.key_id != before.key_id
    assert all(box.open(row) for row in records_of(site, case_id) if row.kind == "report")
    assert not any(purpose.startswith("before") for purpose, _ in wraps_of(site, case_id))


def test_a_case_from_before_keys_had_ids_takes_one_on_and_is_guarded_from_then(reported: tuple[Site, bytes]) -> None:
    site, case_id = reported
    with site.console.databases.console.write() as console:
        console.execute(sa.update(CaseRecord).values(key_id=None))
        console.execute(sa.update(Case).values(key_id=None))
    old = box_of(site, case_id)
    renewed(site, case_id)
    assert {row.key_id for row in records_of(site, case_id)} == {box_of(site, case_id).key_id}
    desk = site.desk()
    with pytest.raises(KeyChanged), desk.databases.console.write() as console:
        acts.keep(console, desk, old, "task", b"too late")
    with site.console.databases.console.write() as console:
        console.execute(sa.update(CaseRecord).values(key_id=None))
        console.execute(sa.update(Case).values(key_id=None))
    tasks.add(desk, case_id, "Ring them.", "2026-12-24")
    with site.console.databases.console.read() as console:
        assert console.get_one(Case, case_id).key_id == box_of(site, case_id).key_id


def test_recovery_opens_the_new_key(site: Site) -> None:
    site.deliver(Reporter.new(site).report())
    case_id = case_id_of(site)
    renewed(site, case_id)
    assert (case_purpose(case_id), RECOVERY_ID) in wraps_of(site, case_id)


def test_records_are_written_with_their_key_id_and_in_no_other_way() -> None:
    """By CaseBox.row, which knows it: a record without one would slip past the database's guard."""
    others = []
    for path in (MIGRATIONS.parent / "handler").rglob("*.py"):
        text = path.read_text()
        others += [path.name for _ in re.findall(r"\bCaseRecord\((?!\*\*|ConsoleBase)|insert\(CaseRecord\)", text)]
    assert others == []


def old_rows(engine: sa.Engine) -> None:
    with engine.begin() as link:
        link.execute(
            sa.text(
                "INSERT INTO cases (id, sequence, number, group_name, state, status, day, urgency, flags, unread)"
                " VALUES (:id, 1, 'PSU-2026-0001', 'psu', 'received', 'received', 1, 0, '', :unread)"
            ),
            {"id": bytes(16), "unread": True},
        )
        link.execute(
            sa.text(
                "INSERT INTO case_records (id, case_id, position, kind, day, sealed) VALUES (:id, :id, 1, 'x', 1, :s)"
            ),
            {"id": bytes(16), "s": b"sealed"},
        )


def upgraded(url: str) -> None:
    engine = make_engine(url)
    try:
        with engine.begin() as link:
            command.upgrade(alembic_config("console", link), "0002")
        old_rows(engine)
        with engine.begin() as link:
            command.upgrade(alembic_config("console", link), "head")
    finally:
        engine.dispose()
    database = Database(url)
    try:
        with database.read() as console:
            assert console.scalars(select(CaseRecord.sealed)).all() == [b"sealed"]
            assert console.scalars(select(Case.key_id)).all() == [None]
        with database.write() as console:
            console.execute(sa.delete(Case))
        with database.read() as console:
            assert console.scalars(select(CaseRecord.id)).all() == []
    finally:
        database.close()


def test_records_of_before_outlive_the_migration_on_sqlite(tmp_path: Path) -> None:
    upgraded(f"sqlite:///{tmp_path / 'old.db'}")


def test_records_of_before_outlive_the_migration_on_postgresql(postgres_server: PostgresServer) -> None:
    name = postgres_server.create_database()
    try:
        upgraded(postgres_server.url(name))
    finally:
        postgres_server.drop_database(name)
