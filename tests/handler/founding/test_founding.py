"""Founding: everything or nothing, never over something, and what it leaves is what others check."""

import ssl
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509

from crypto.calendar import day_of
from crypto.documents import parse_roster
from crypto.errors import BadShares, RolledBack
from crypto.opening import ed25519_public
from crypto.secret import SigningSeed
from handler import files
from handler.audit.verify import verify
from handler.errors import AlreadyFounded, DatabaseTaken, NotFounded, NotYetMember
from handler.founding import ceremony, found, tls
from handler.founding.found import join_site
from handler.founding.plan import Founded
from handler.founding.recovery import OtherConsole, recover
from handler.founding.signing import AudienceTaken, KeysChanged, UnknownRoot, sign
from handler.founding.sitefile import SiteFile
from handler.keys.unlocked import RECOVERY_ID
from handler.roster import RosterEnded, current_roster, install_roster
from handler.settings import Settings
from tests.handler import founded as bench
from tests.handler.founded import NOW, Browser, FoundedConsole, open_console, plan
from tests.support.postgres import PostgresServer


def everything(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_a_founded_site_hangs_together(console: FoundedConsole) -> None:
    folder = console.settings.home.parent
    site = SiteFile.load(folder / "site")
    roster = parse_roster((folder / "site" / "roster.bin").read_bytes(), site.roots)
    assert roster.site == site.site == console.founded.site
    assert (roster.serial, roster.audience_groups(1), roster.groups) == (1, ("psu",), ("psu",))
    assert roster.expires - roster.issued == 90
    assert roster.console("psu") is not None
    publisher = SigningSeed(console.settings.publisher_key_path.read_bytes())
    assert ed25519_public(publisher).hex() == console.settings.console.publisher
    client = console.settings.client_certificate_path.read_bytes()
    assert site.consoles == {"psu": tls.fingerprint(client)}
    assert len(console.founded.fingerprint.split()) == 12


def test_private_files_are_private_from_everyone_else(console: FoundedConsole) -> None:
    folder = console.settings.home.parent
    private = [folder / "psu" / name for name in ("publisher.key", "client.key", "web.key")]
    private += [folder / "ceremony" / name for name in ("root.key", "spare.key", "pickup-ca.key")]
    private += [folder / "site" / "tls" / "drop.key"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in private} == {0o600}
    assert {stat.S_IMODE((folder / name).stat().st_mode) for name in ("psu", "ceremony")} == {0o700}


def test_no_root_key_stays_in_the_console_or_the_site(console: FoundedConsole) -> None:
    folder = console.settings.home.parent
    for name in ("root.key", "spare.key"):
        text = (folder / "ceremony" / name).read_text().strip()
        for path in (path for part in ("psu", "site") for path in (folder / part).rglob("*") if path.is_file()):
            content = path.read_bytes()
            assert text.encode() not in content
            assert bytes.fromhex(text) not in content


@pytest.mark.parametrize("taken", ["psu/anything", "ceremony/root.key", "site/site.json", "site/roster.bin"])
def test_founding_never_overwrites(tmp_path: Path, taken: str) -> None:
    path = tmp_path / taken
    path.parent.mkdir(parents=True)
    path.write_text("mine")
    with pytest.raises(AlreadyFounded):
        bench.found(tmp_path)
    assert path.read_text() == "mine"
    assert {name for name in everything(tmp_path) if name != taken} == {taken.split("/", maxsplit=1)[0]}


@pytest.mark.parametrize("step", [0, 1, 2, 3, 4])
def test_founding_that_fails_at_any_rename_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    real = files.sync_folder
    seen: list[Path] = []

    def failing(path: Path) -> None:
        seen.append(path)
        if len(seen) == step + 1:
            raise OSError("the disk is full")
        real(path)

    monkeypatch.setattr(found, "sync_folder", failing)
    with pytest.raises(OSError, match="the disk is full"):
        bench.found(tmp_path)
    assert everything(tmp_path) <= {"site"}
    monkeypatch.undo()
    assert bench.found(tmp_path).site


def test_founding_that_fails_early_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="passphrase is too short"):
        weak = replace(plan(tmp_path), passphrase="short")
        found.found_site(weak, tmp_path / "ceremony", audiences={}, drop_hosts=[], now=NOW)
    assert everything(tmp_path) <= {"site"}


def test_a_database_of_another_console_is_not_taken(
    tmp_path: Path, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [postgres_server.create_database() for _ in range(2)]
    monkeypatch.setenv("DATABASE_URL", postgres_server.url(names[0]))
    monkeypatch.setenv("KEYRING_URL", postgres_server.url(names[1]))
    bench.found(tmp_path / "first")
    with pytest.raises(DatabaseTaken):
        bench.found(tmp_path / "second")
    assert everything(tmp_path / "second") <= {"site"}


def test_pickup_certificates_are_of_one_authority_and_name_the_drop(console: FoundedConsole) -> None:
    folder = console.settings.home.parent
    server = x509.load_pem_x509_certificate((folder / "site" / "tls" / "drop.pem").read_bytes())
    names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert "localhost" in names.get_values_for_type(x509.DNSName)
    assert "127.0.0.1" in [str(address) for address in names.get_values_for_type(x509.IPAddress)]
    context = ssl.create_default_context(cafile=str(console.settings.ca_path))
    context.load_cert_chain(console.settings.client_certificate_path, console.settings.client_key_path)
    authority = x509.load_pem_x509_certificate(console.settings.ca_path.read_bytes())
    client = x509.load_pem_x509_certificate(console.settings.client_certificate_path.read_bytes())
    for leaf in (server, client):
        leaf.verify_directly_issued_by(authority)


# -- a second console ---


def join(console: FoundedConsole) -> tuple[Path, Founded]:
    folder = console.settings.home.parent
    return folder, join_site(plan(folder, "independent"), NOW)


def rostered(console: FoundedConsole, home: Path) -> Settings:
    """The settings of a copied console, whose roster file is in its own test's folder."""
    settings = Settings(home=home)
    copied = replace(settings.console, roster_file=str(home.parent / "site" / "roster.bin"))
    (home / "console.json").write_text(copied.to_json())
    return Settings(home=home)


def test_a_second_console_joins_by_request_and_root_signature(console: FoundedConsole) -> None:
    folder, joined = join(console)
    settings, today = Settings(home=folder / "independent"), day_of(NOW)
    with pytest.raises(NotYetMember):
        current_roster(settings, today)
    roster = sign(
        folder / "ceremony", folder / "site", NOW, folder / "independent" / "join.request", {2: ("independent",)}
    )
    assert (roster.serial, roster.groups) == (2, ("independent", "psu"))
    assert (roster.audience_groups(1), roster.audience_groups(2)) == (("psu",), ("independent",))
    assert current_roster(settings, today).serial == 2
    site = SiteFile.load(folder / "site")
    assert (site.serial, set(site.consoles)) == (2, {"psu", "independent"})
    assert site.audiences == {1: ("psu",), 2: ("independent",)}
    assert site.consoles["independent"] == tls.fingerprint(settings.client_certificate_path.read_bytes())
    first = rostered(console, console.settings.home)
    assert current_roster(first, today).serial == 2
    assert joined.site == console.founded.site
    assert joined.fingerprint == console.founded.fingerprint


def test_signing_again_changes_neither_certificate_nor_keys(console: FoundedConsole) -> None:
    folder, _ = join(console)
    request = folder / "independent" / "join.request"
    sign(folder / "ceremony", folder / "site", NOW, request, {2: ("independent",)})
    before = SiteFile.load(folder / "site").consoles
    roster = sign(folder / "ceremony", folder / "site", NOW, request)
    assert SiteFile.load(folder / "site").consoles == before
    assert [entry.name for entry in roster.consoles] == ["psu", "independent"]


def test_a_certificate_of_another_that_lies_beside_the_request_is_not_taken_for_the_consoles(
    console: FoundedConsole,
) -> None:
    folder, _ = join(console)
    psus = console.settings.client_certificate_path.read_bytes()
    laid = folder / "independent" / "client.pem"
    laid.write_bytes(psus)
    sign(folder / "ceremony", folder / "site", NOW, folder / "independent" / "join.request", {2: ("independent",)})
    known = SiteFile.load(folder / "site").consoles
    assert known["psu"] == tls.fingerprint(psus)
    assert known["independent"] == tls.fingerprint(laid.read_bytes()) != known["psu"]
    (folder / "independent" / "client.csr").write_bytes(tls.client_request("psu")[1])
    laid.write_bytes(psus)
    with pytest.raises(tls.BadRequest):
        sign(folder / "ceremony", folder / "site", NOW, folder / "independent" / "join.request")


def test_the_root_refuses_a_name_with_other_keys_and_an_audience_with_other_groups(console: FoundedConsole) -> None:
    folder, _ = join(console)
    request = folder / "independent" / "join.request"
    sign(folder / "ceremony", folder / "site", NOW, request, {2: ("independent",)})
    with pytest.raises(AudienceTaken):
        sign(folder / "ceremony", folder / "site", NOW, None, {1: ("independent",)})
    other = join_site(replace(plan(folder, "independent"), home=folder / "impostor"), NOW)
    assert other.site == console.founded.site
    with pytest.raises(KeysChanged):
        sign(folder / "ceremony", folder / "site", NOW, folder / "impostor" / "join.request")
    assert SiteFile.load(folder / "site").serial == 2


def test_the_spare_root_signs_when_the_current_one_is_lost_and_no_other_does(console: FoundedConsole) -> None:
    folder = console.settings.home.parent
    (folder / "ceremony" / "root.key").unlink()
    assert sign(folder / "ceremony", folder / "site", NOW).serial == 2
    (folder / "ceremony" / "spare.key").write_text(bytes(range(32)).hex())
    with pytest.raises(UnknownRoot):
        sign(folder / "ceremony", folder / "site", NOW)
    (folder / "ceremony" / "spare.key").write_text("not a key")
    with pytest.raises(ceremony.BadRootKey):
        sign(folder / "ceremony", folder / "site", NOW)
    (folder / "ceremony" / "spare.key").unlink()
    with pytest.raises(ceremony.NoRootKey):
        sign(folder / "ceremony", folder / "site", NOW)


def test_joining_needs_a_site(tmp_path: Path) -> None:
    with pytest.raises(NotFounded):
        join_site(plan(tmp_path, "independent"), NOW)
    assert everything(tmp_path) == set()


# -- the roster over time ---


def test_a_roster_is_renewed_before_it_ends_and_refused_after(console: FoundedConsole) -> None:
    folder, today = console.settings.home.parent, day_of(NOW)
    settings = rostered(console, console.settings.home)
    assert current_roster(settings, today + 90).serial == 1
    with pytest.raises(RosterEnded):
        current_roster(settings, today + 91)
    renewed = sign(folder / "ceremony", folder / "site", NOW + 80 * 86400)
    assert (renewed.serial, renewed.expires) == (2, today + 170)
    assert current_roster(settings, today + 91).serial == 2


def test_an_older_roster_is_not_installed_over_a_newer_one(console: FoundedConsole) -> None:
    folder = console.settings.home.parent
    old = (folder / "site" / "roster.bin").read_bytes()
    sign(folder / "ceremony", folder / "site", NOW)
    install_roster(console.settings, (folder / "site" / "roster.bin").read_bytes())
    with pytest.raises(RolledBack):
        install_roster(console.settings, old)
    assert current_roster(console.settings, day_of(NOW)).serial == 2


def test_a_damaged_roster_file_does_not_take_the_place_of_a_good_one(console: FoundedConsole) -> None:
    settings = rostered(console, console.settings.home)
    laid_down = console.settings.home.parent / "site" / "roster.bin"
    laid_down.write_bytes(laid_down.read_bytes()[:-1])
    assert current_roster(settings, day_of(NOW)).serial == 1


# -- recovery ---


def test_any_three_shares_give_a_supervisor_who_holds_everything(any_console: FoundedConsole) -> None:
    handler = any_console.add_person("Olu", "handler", "intake")
    with any_console.databases.keyring.write() as session:
        keyring = any_console.services.keyring(session)
        keyring.put("case 0011", b"key of a case" * 2, [])
    shares = any_console.founded.recovery_shares
    account = recover(any_console.services, [shares[4], shares[0], shares[2]], "New Supervisor", "a long enough one")
    person = bench.Person("New Supervisor", "a long enough one", account.totp_secret, account.user_id)
    unlocked = any_console.unlocked(person)
    with any_console.databases.keyring.read() as session:
        keyring = any_console.services.keyring(session)
        assert keyring.get("case 0011", unlocked) == b"key of a case" * 2
        assert keyring.purposes(account.user_id) == keyring.purposes(RECOVERY_ID)
        assert "authority psu" in keyring.purposes(account.user_id)
    assert Browser(any_console.app()).sign_in(person, any_console.clock.now).status_code == 303
    assert any_console.unlocked(handler).name == "Olu", "others keep their accounts"
    with any_console.databases.console.read() as session:
        assert verify(session).problem is None


def test_two_shares_or_another_consoles_recover_nothing(console: FoundedConsole, tmp_path: Path) -> None:
    shares = console.founded.recovery_shares
    with pytest.raises(BadShares):
        recover(console.services, shares[:2], "New Supervisor", "a long enough one")
    with pytest.raises(BadShares):
        recover(
            console.services,
            [*shares[:2], shares[2].replace(shares[2].split()[5], "academic")],
            "N",
            "a long enough one",
        )
    other = bench.found(tmp_path / "other")
    with pytest.raises(OtherConsole):
        recover(console.services, other.recovery_shares[:3], "New Supervisor", "a long enough one")
    opened = open_console(tmp_path / "other" / "psu", other)
    assert recover(opened.services, other.recovery_shares[:3], "New Supervisor", "a long enough one").user_id
    opened.databases.close()
