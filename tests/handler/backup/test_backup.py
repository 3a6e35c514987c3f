"""A backup is of one moment, whatever is written meanwhile; a damaged or mixed one is not put back."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from threading import Thread as Worker

import pytest
from sqlalchemy import make_url, select

from handler.__main__ import main
from handler.audit.tables import AuditEntry
from handler.backup import making, manifest
from handler.backup.making import FolderTaken, NoClient, make_backup
from handler.backup.manifest import BackupDamaged, NoBackup
from handler.backup.restoring import HomeTaken, NotOnePair, restore
from handler.cases.files import put_together
from handler.cases.reading import read_case
from handler.cases.tables import Case
from handler.errors import DatabaseTaken, Refused
from handler.identity.tables import SignedIn
from handler.pickup.cycle import piece_store
from handler.settings import Settings
from tests.handler.cases.test_renewal import renewed
from tests.handler.founded import FoundedConsole, open_console
from tests.handler.reporters import Reporter, Site, upload
from tests.handler.web.casepages import browser_of
from tests.support.postgres import PostgresServer

WORDS = "He takes money for the keys of the yard."


def case_ids(console: FoundedConsole) -> list[bytes]:
    with console.databases.console.read() as session:
        return list(session.scalars(select(Case.id).order_by(Case.sequence)))


def renewal_between(monkeypatch: pytest.MonkeyPatch, site: Site, case_id: bytes) -> Worker:
    """Somebody renews a case's key after the console database was held and before the keyring is."""
    hold, worker = making._hold, Worker(target=renewed, args=(site, case_id))

    def held(*arguments: object) -> Callable[[Path], str]:
        copy: Callable[[Path], str] = hold(*arguments)  # type: ignore[arg-type]
        if arguments[-1] == "console":
            worker.start()
            worker.join(1.5)  # more than a renewal takes where nobody makes it wait
        return copy

    monkeypatch.setattr(making, "_hold", held)
    return worker


def new_databases(site: Site, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Empty ones of the same kind, as the environment names them; SQLite's come with the folder."""
    if make_url(site.console.settings.console_database).get_backend_name() == "sqlite":
        return {}
    server: PostgresServer = request.getfixturevalue("postgres_server")
    monkeypatch.setenv("PATH", str(server.programs))
    names = [server.create_database() for _ in range(2)]
    request.addfinalizer(lambda: [server.drop_database(name) for name in names])
    urls = dict(zip(("database_url", "keyring_url"), map(server.url, names), strict=True))
    for name, url in urls.items():
        monkeypatch.setenv(name.upper(), url)
    return urls


def test_every_case_opens_although_a_key_was_renewed_while_the_copies_were_made(
    any_site: Site, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    site, folder = any_site, tmp_path / "backup"
    file = upload(site, "list.jpg", b"names")
    site.deliver(Reporter.new(site).report(WORDS, files=[file]), Reporter.new(site).report())
    browser_of(site, site.console.supervisor)  # somebody is signed in
    home = site.console.settings.home
    (home / "deadlines.toml").write_text("triage_p3 = 3\n")
    (home / "questionnaires").mkdir(exist_ok=True)
    (home / "questionnaires" / "2020-01.json").write_text("{}")
    urls = new_databases(site, request, monkeypatch)
    worker = renewal_between(monkeypatch, site, case_ids(site.console)[0])
    made = make_backup(site.console.services, folder)
    worker.join(60)
    assert made.manifest.without_key == ()
    assert sum(path.startswith("pieces/") for path in made.manifest.files) == 1
    assert not [path for path in folder.rglob("*") if path.is_file() and WORDS.encode() in path.read_bytes()]
    assert folder.stat().st_mode & 0o077 == 0
    assert main(["restore", str(folder), "--home", str(tmp_path / "again")]) == 0
    again = open_console(tmp_path / "again", site.console.founded, **urls)
    there = Site(again, site.drop)
    assert [bool(read_case(there.desk(), case_id).report.answers) for case_id in case_ids(again)] == [True, True]
    for kept in ("deadlines.toml", "questionnaires/2020-01.json"):
        assert (again.settings.home / kept).read_bytes() == (home / kept).read_bytes()
    assert put_together(piece_store(again.settings), file) == b"names"
    with again.databases.console.read() as console:
        assert console.scalars(select(SignedIn.id)).all() == []
        assert console.scalars(select(AuditEntry.number).where(AuditEntry.act == "restored from backup")).all()
    again.databases.close()
    with site.console.databases.console.read() as console:
        (entry,) = console.scalars(select(AuditEntry.entry).where(AuditEntry.act == "backed up"))
    assert made.sha256.encode() in entry
    with pytest.raises(DatabaseTaken if urls else HomeTaken):
        restore(folder, Settings(home=tmp_path / ("third" if urls else "again"), **urls), site.console.clock)


def changed(folder: Path) -> None:
    with (folder / "keyring.db").open("r+b") as file:
        file.seek(5000)
        file.write(b"x")


def with_a_file_elsewhere(folder: Path) -> None:
    written(folder, {"../outside": manifest.measure(folder / "console.db")})


def without_a_manifest(folder: Path) -> None:
    (folder / manifest.NAME).unlink()


def with_its_manifest_changed(folder: Path) -> None:
    path = folder / manifest.NAME
    path.write_bytes(path.read_bytes().replace(b'"version":1', b'"version": 1'))


def with_the_keyring_of_another(folder: Path) -> None:
    shutil.copy(folder.parent / "other" / "keyring.db", folder / "keyring.db")
    written(folder, {"keyring.db": manifest.measure(folder / "keyring.db")})


def written(folder: Path, files: dict[str, manifest.File]) -> None:
    """As somebody does who wants the parts to look like one backup."""
    found = json.loads((folder / manifest.NAME).read_bytes())
    listed = {name: manifest.File(**file) for name, file in found["files"].items()} | files
    manifest.write(folder, manifest.Manifest(found["console"], found["site"], found["time"], (), listed))


NOT_PUT_BACK: dict[Callable[[Path], None], type[Refused]] = {
    changed: BackupDamaged,
    with_a_file_elsewhere: BackupDamaged,
    without_a_manifest: NoBackup,
    with_its_manifest_changed: BackupDamaged,
    with_the_keyring_of_another: NotOnePair,
}


def test_what_is_damaged_or_of_two_moments_is_not_put_back(site: Site, tmp_path: Path) -> None:
    site.deliver(Reporter.new(site).report())
    (case_id,) = case_ids(site.console)
    for name in ("before", "after"):
        make_backup(site.console.services, tmp_path / name)
        renewed(site, case_id)
    with pytest.raises(FolderTaken):
        make_backup(site.console.services, tmp_path / "after")
    for spoil, refusal in NOT_PUT_BACK.items():
        for name, other in (("before", "after"), ("after", "before")):
            folder = tmp_path / spoil.__name__ / name
            shutil.copytree(tmp_path / name, folder)
            shutil.copytree(tmp_path / other, folder.parent / "other", dirs_exist_ok=True)
            spoil(folder)
            with pytest.raises(refusal):
                restore(folder, Settings(home=folder.parent / "home"), site.console.clock)
            assert {path.name for path in folder.parent.iterdir()} <= {"before", "after", "other"}


def test_databases_put_back_by_hand_are_told_to_be_of_two_moments(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site.deliver(Reporter.new(site).report())
    home = site.console.settings.home
    make_backup(site.console.services, tmp_path / "old")
    renewed(site, case_ids(site.console)[0])
    site.console.databases.close()
    shutil.copy(tmp_path / "old" / "keyring.db", home / "keyring.db")
    assert main(["restored", "--home", str(home), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["without_key"] == ["PSU-2026-0001"]


def test_a_machine_without_the_programs_of_postgresql_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NoClient, match="postgresql-client"):
        making.client("pg_dump")
