"""A handler's session without a browser: the functions that the console's views call, on the console's own folder."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from crypto.post import Report
from handler.cases.desk import Desk
from handler.cases.files import Download, download
from handler.cases.reading import CaseView, read_case
from handler.cases.tables import Case
from handler.database import open_databases
from handler.identity import accounts
from handler.intake.opening import Batch, open_batch
from handler.keys.keyring import Keyring
from handler.pickup.cycle import piece_store
from handler.settings import Settings
from tests.story.world import Account, Console


@contextmanager
def desk_of(console: Console, account: Account | None = None) -> Iterator[Desk]:
    """As `account` (the first supervisor where none is given) after signing in."""
    account = account or console.supervisor
    settings = Settings(home=console.home)
    databases = open_databases(settings)
    try:
        with databases.console.read() as session, databases.keyring.read() as wraps:
            keyring = Keyring(wraps, settings.console.site_id, settings.console.recovery_key)
            unlocked = accounts.unlock(session, keyring, account.name, account.passphrase)
        yield Desk(databases, settings, unlocked, time.time)
    finally:
        for database in (databases.console, databases.keyring):
            database.close()


def open_everything(desk: Desk) -> list[Batch]:
    """Batches until nothing that this person can open is sealed."""
    batches = [open_batch(desk)]
    while batches[-1].left:
        batches.append(open_batch(desk))
    return batches


def case_ids(desk: Desk) -> list[bytes]:
    """All cases of the console, the oldest first."""
    with desk.databases.console.read() as session:
        return list(session.scalars(select(Case.id).order_by(Case.sequence)))


def cases(desk: Desk) -> list[CaseView]:
    """All of them, opened."""
    return [read_case(desk, case_id) for case_id in case_ids(desk)]


def report_of(view: CaseView) -> Report:
    """The report that a case began with."""
    assert view.report.answers is not None
    return view.report.answers


def files_of(desk: Desk, view: CaseView) -> list[Download]:
    """The files of the report and of everything added to it, decrypted."""
    store = piece_store(desk.settings)
    return [
        download(desk, store, view.case.id, entry.record_id, place)
        for entry in (view.report, *view.entries)
        for place in range(len(entry.files))
    ]
