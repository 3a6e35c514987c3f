"""Putting a console back from a backup: everything is checked before anything is in its place."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, inspect, make_url

from handler.backup import manifest as manifests
from handler.backup.making import client, run_client
from handler.backup.manifest import DATABASES, POSTGRESQL, Manifest
from handler.cases.inforce import settle_all, without_key
from handler.database import make_engine, migrate, open_databases
from handler.errors import DatabaseTaken, Refused
from handler.files import PRIVATE, beside, sync_folder, sync_tree
from handler.identity.tables import SignedIn
from handler.publication.restore import after_restore
from handler.services import Services
from handler.settings import Settings


class HomeTaken(Refused):
    """There is something in this folder already, and a restore never overwrites. Choose a new or an empty folder."""


class OtherKind(Refused):
    """The backup's databases are of the other kind than the environment names.

    For one of PostgreSQL set DATABASE_URL and KEYRING_URL to two empty databases; for one of SQLite set neither.
    """


class NotOnePair(Refused):
    """The two databases are not of one moment: nobody could open these cases with this keyring, recovery neither.

    No console was made. Take another backup, and drop the two databases first where they are on PostgreSQL.
    """


@dataclass(frozen=True)
class PutBack:
    """What a restore found and did."""

    threads: int  # conversations that go on at places that no board has shown
    settled: int  # renewals of a case's key that were under way
    without_key: tuple[str, ...]  # numbers of cases that nobody can open


def restore(folder: Path, settings: Settings, clock: Callable[[], float]) -> tuple[Manifest, PutBack]:
    """Makes the console's folder, and fills the databases that the environment names.

    Raises HomeTaken, DatabaseTaken, OtherKind, NoClient, ClientFailed, NotOnePair, and what `checked` raises.
    """
    if settings.home.exists() and (not settings.home.is_dir() or any(settings.home.iterdir())):
        raise HomeTaken(str(settings.home))
    manifest = manifests.checked(folder)
    with beside(settings.home) as home:
        made = settings.model_copy(update={"home": home})
        for path, url in _places(manifest, made):
            _fill(folder / path, url)
        _copy_files(folder, home, manifest)
        migrate(made)
        databases = open_databases(made)
        try:
            put_back = settle(Services(made, databases, clock), set(manifest.without_key))
        finally:
            databases.close()
        sync_tree(home)
        home.rename(settings.home)  # over an empty folder too
        sync_folder(settings.home.parent)
    return manifest, put_back


def settle(services: Services, expected: set[str] | None = None) -> PutBack:
    """What a console needs before it works on after its databases were put back, however that was done (SPEC 7).

    Nobody stays signed in: a session that was ended since the backup would be back. `expected`: numbers of the only
    cases that may be without a key; None takes what comes. Raises NotOnePair.
    """
    databases = services.databases
    with databases.console.read() as console, databases.keyring.read() as wraps:
        lost = without_key(console, services.keyring(wraps))
    if expected is not None and set(lost) - expected:
        raise NotOnePair(*sorted(set(lost) - expected))
    settled = settle_all(databases, services.keyring)
    with databases.console.write() as console:
        console.execute(delete(SignedIn))
        return PutBack(after_restore(console, services.today()), settled, tuple(lost))


def _places(manifest: Manifest, settings: Settings) -> list[tuple[str, str]]:
    """Which file goes into which database; all of them free."""
    urls = dict(zip(DATABASES, (settings.console_database, settings.keyring_database), strict=True))
    places = [(manifest.database(name), url) for name, url in urls.items()]
    for path, url in places:
        postgresql = make_url(url).get_backend_name() == "postgresql"
        if postgresql != path.endswith(POSTGRESQL):
            raise OtherKind
        if postgresql:
            client("pg_restore")
        if _has_tables(url) if postgresql else _file_of(url).exists():
            raise DatabaseTaken
    return places


def _has_tables(url: str) -> bool:
    engine = make_engine(url)
    try:
        return bool(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def _file_of(url: str) -> Path:
    return Path(make_url(url).database or "")


def _fill(source: Path, url: str) -> None:
    if source.name.endswith(POSTGRESQL):
        run_client("pg_restore", url, "--single-transaction", "--exit-on-error", str(source))
    else:
        _copy(source, _file_of(url))


def _copy_files(folder: Path, home: Path, manifest: Manifest) -> None:
    for path in manifest.files:
        where, _, name = path.partition("/")
        if name:
            _copy(folder / path, home / (name if where == "home" else path))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(PRIVATE)
