"""Making a backup while the console works: writers wait until both databases are held fast, not while they are copied.

A renewal writes a case's records and its wrapped keys into two databases, one after the other. From copies of either
side of it nobody could open that case any more. So both copies begin at one moment at which nobody writes to either.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url, select, text
from sqlalchemy.orm import Session

from handler.audit.log import SYSTEM, record
from handler.backup.manifest import HOME_FILES, POSTGRESQL, QUESTIONNAIRES, SQLITE, File, Manifest, measure, write
from handler.cases.inforce import without_key
from handler.cases.questionnaires import VERSION
from handler.database import Database
from handler.errors import Refused
from handler.files import PRIVATE, sync_tree
from handler.pickup.cycle import piece_store
from handler.pickup.tables import Piece
from handler.services import Services


class FolderTaken(Refused):
    """A backup goes into a new or an empty folder. Choose another."""


class NoClient(Refused):
    """This console's databases are on PostgreSQL, and its programs pg_dump and pg_restore are not on this machine.

    Install those of the server's version: the package postgresql-client. Nothing was changed.
    """


class ClientFailed(Refused):
    """PostgreSQL's own program refused. Nothing is of use in the folder; mend what it says and try again."""


@dataclass(frozen=True)
class Made:
    """A backup that is whole and on the disk."""

    manifest: Manifest
    sha256: str  # of manifest.json, hex
    gone: int  # pieces whose file is not there: destroyed while the copy was made


def make_backup(services: Services, folder: Path) -> Made:
    """Into a new or empty folder, readable by its owner alone. Raises FolderTaken, NoClient, ClientFailed, NeverStill.

    What is sealed stays sealed. The keyring is copied first and let go: while it is held it cannot be scrubbed.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderTaken(str(folder))
    databases = services.databases
    for database in (databases.console, databases.keyring):
        if database.engine.dialect.name == "postgresql":
            client("pg_dump")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    with _held(services) as (console, console_copy, keyring, keyring_copy):
        time = services.now()
        lost = tuple(without_key(console, services.keyring(keyring)))
        names = [keyring_copy(folder)]
        keyring.close()
        names.append(console_copy(folder))
        pieces = list(console.scalars(select(Piece.name).order_by(Piece.name)))
    files = {name: measure(folder / name) for name in names}
    home = services.settings.home
    kept = [path.relative_to(home) for path in home.glob(f"{QUESTIONNAIRES}/*.json") if VERSION.fullmatch(path.stem)]
    files |= _copy_files(home, folder / "home", "home", [*map(Path, HOME_FILES), *kept])
    store = piece_store(services.settings)
    wanted = [store.path(name).relative_to(store.folder) for name in pieces]
    copied = _copy_files(store.folder, folder / "pieces", "pieces", wanted)
    sync_tree(folder)
    config = services.console
    manifest = Manifest(config.name, config.site, time, lost, {**files, **copied})
    digest = write(folder, manifest)
    with databases.console.write() as session:
        record(
            session, SYSTEM, "backed up", clock=services.clock, manifest=digest, files=len(manifest.files),
            bytes=manifest.size,
        )  # fmt: skip
    return Made(manifest, digest, len(pieces) - len(copied))


def client(program: str) -> str:
    """The path of one of PostgreSQL's programs. Raises NoClient."""
    found = shutil.which(program)
    if found is None:
        raise NoClient
    return found


def run_client(program: str, url: str, *arguments: str) -> None:
    """With the password in the environment, where other users of the machine do not see it. Raises ClientFailed."""
    parts = make_url(url)
    environment = dict(os.environ) if parts.password is None else {**os.environ, "PGPASSWORD": str(parts.password)}
    plain = parts.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    done = subprocess.run(
        [client(program), "--no-password", "--no-owner", "--no-privileges", *arguments, f"--dbname={plain}"],
        env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise ClientFailed(" ".join(done.stderr.split()) or program)


Copy = Callable[[Path], str]
"""Copies one database, as it was when it was held, into a folder; the file's name."""


@contextmanager
def _held(services: Services) -> Iterator[tuple[Session, Copy, Session, Copy]]:
    """Views of both databases at one moment, and how each is copied as it was then."""
    databases, settings = services.databases, services.settings
    with ExitStack() as stack:
        with databases.still():
            console = stack.enter_context(databases.console.read())
            keyring = stack.enter_context(databases.keyring.read())
            copies = [
                _hold(databases.console, console, settings.console_database, "console"),
                _hold(databases.keyring, keyring, settings.keyring_database, "keyring"),
            ]
        yield console, copies[0], keyring, copies[1]


def _hold(database: Database, session: Session, url: str, name: str) -> Copy:
    if database.engine.dialect.name == "postgresql":
        snapshot = session.scalar(text("SELECT pg_export_snapshot()"))

        def dump(folder: Path) -> str:
            path = folder / f"{name}{POSTGRESQL}"
            run_client("pg_dump", url, "--format=custom", f"--snapshot={snapshot}", f"--file={path}")
            path.chmod(PRIVATE)
            return path.name

        return dump
    session.execute(text("SELECT version_num FROM alembic_version"))  # the view begins with what is first read

    def copy(folder: Path) -> str:
        source, path = session.connection().connection.driver_connection, folder / f"{name}{SQLITE}"
        assert isinstance(source, sqlite3.Connection)  # noqa: S101 - the dialect says so
        target = sqlite3.connect(path)
        try:
            source.backup(target)
        finally:
            target.close()
        path.chmod(PRIVATE)
        return path.name

    return copy


def _copy_files(home: Path, folder: Path, below: str, names: list[Path]) -> dict[str, File]:
    """Those that are there."""
    copied = {}
    for name in names:
        target = folder / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            shutil.copyfile(home / name, target)
        except FileNotFoundError:
            continue
        target.chmod(PRIVATE)
        copied[f"{below}/{name.as_posix()}"] = measure(target)
    return copied
