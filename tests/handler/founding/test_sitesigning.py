"""The root signs a built site: one manifest, with rising serials, and nothing it was not asked to sign."""

import json
from pathlib import Path

import pytest

from crypto.calendar import day_of
from crypto.documents import parse_site_signature
from crypto.errors import BadHash
from crypto.suite import h
from handler.founding import ceremony
from handler.founding.signing import UnknownRoot
from handler.founding.sitefile import SiteFile
from handler.founding.sitesigning import NoManifest, OtherManifest, sign_site
from tests.handler.commands.test_commands import handler
from tests.handler.founded import NOW, FoundedConsole

MANIFEST = b'{"files": {}}\n'


@pytest.fixture
def folder(console: FoundedConsole) -> Path:
    """Where the site, its root keys and a built site's manifest are."""
    home = console.settings.home.parent
    (home / "site" / "site").mkdir()
    (home / "site" / "site" / "manifest.json").write_bytes(MANIFEST)
    return home


def test_signature_vouches_for_this_manifest_of_this_site_and_lies_where_it_is_served(folder: Path) -> None:
    site = SiteFile.load(folder / "site")
    sign_site(folder / "ceremony", folder / "site", NOW)
    raw = (folder / "site" / "site" / "manifest.sig").read_bytes()
    assert raw == (folder / "site" / "manifest.sig").read_bytes()
    signature = parse_site_signature(raw, site.roots)
    signature.check(site.site, MANIFEST)
    assert (signature.serial, signature.day) == (1, day_of(NOW))
    with pytest.raises(BadHash):
        signature.check(site.site, MANIFEST + b" ")


def test_serial_rises_with_each_signing_also_when_the_spare_root_signs(folder: Path) -> None:
    assert sign_site(folder / "ceremony", folder / "site", NOW).serial == 1
    (folder / "ceremony" / ceremony.ROOT).unlink()
    (folder / "site" / "site" / "manifest.sig").unlink()  # as a new build leaves it
    assert sign_site(folder / "ceremony", folder / "site", NOW).serial == 2


def test_another_build_than_the_expected_one_is_not_signed(folder: Path) -> None:
    with pytest.raises(OtherManifest, match=h(MANIFEST).hex()):
        sign_site(folder / "ceremony", folder / "site", NOW, bytes(32))
    assert not (folder / "site" / "manifest.sig").exists()
    sign_site(folder / "ceremony", folder / "site", NOW, h(MANIFEST))


def test_a_strangers_key_and_a_site_that_was_not_built_are_refused(folder: Path) -> None:
    (folder / "ceremony" / ceremony.ROOT).write_text("33" * 32)
    with pytest.raises(UnknownRoot):
        sign_site(folder / "ceremony", folder / "site", NOW)
    (folder / "site" / "site" / "manifest.json").unlink()
    with pytest.raises(NoManifest):
        sign_site(folder / "ceremony", folder / "site", NOW)


def test_command_says_what_was_signed(folder: Path) -> None:
    where = ("--ceremony", folder / "ceremony", "--site-dir", folder / "site")
    told = handler("root", "sign-site", *where, "--expect", h(MANIFEST).hex(), "--json")
    assert (told.code, json.loads(told.out)["manifest"]) == (0, h(MANIFEST).hex())
    assert h(MANIFEST).hex() in handler("root", "sign-site", *where).out
    assert handler("root", "sign-site", *where, "--expect", "abc").code == 2
    assert handler("root", "sign-site", *where, "--expect", "00" * 32).code == 1
