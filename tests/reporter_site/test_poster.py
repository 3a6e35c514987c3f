"""The poster and the cards: one address for everyone, read off the paper as a phone reads it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from reporter import facts, languages, poster
from reporter.__main__ import main
from reporter.build import read_pins
from reporter.fingerprint import words
from tests.support.processes import PYTHON, ROOT

ADDRESS = "https://speak.example.org"
ONION = "http://abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrstuvwx.onion"
PLACE = ("--address", ADDRESS, "--onion", ONION)
CODES = {"poster.pdf": 1, "card.pdf": 10}


class NoPoppler(AssertionError):
    """pdftoppm or pdftotext is missing. `make test` installs it as root; else: apt-get install poppler-utils."""


def _poppler(name: str, *words: str | Path) -> str:
    """What a program of poppler says. Raises NoPoppler."""
    program = shutil.which(name)
    if program is None:
        raise NoPoppler(NoPoppler.__doc__)
    return subprocess.run([program, *map(str, words)], capture_output=True, text=True, check=True).stdout


def _text(path: Path) -> str:
    return " ".join(_poppler("pdftotext", "-layout", path, "-").split())


@pytest.fixture(scope="module")
def made(site_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("posters")
    assert main(["poster", "--site-dir", str(site_dir), "--out", str(folder), *PLACE]) == 0
    return folder


@pytest.mark.parametrize(("name", "count"), CODES.items())
def test_every_code_on_the_paper_is_exactly_the_address(made: Path, tmp_path: Path, name: str, count: int) -> None:
    _poppler("pdftoppm", "-r", "150", "-png", made / name, tmp_path / "page")
    (picture,) = tmp_path.iterdir()  # one sheet
    with Image.open(picture) as sheet:
        found = [code.text for code in zxingcpp.read_barcodes(sheet)]
    assert found == [ADDRESS] * count


@pytest.mark.parametrize("name", CODES)
def test_paper_says_in_words_what_a_person_needs(made: Path, site_dir: Path, name: str) -> None:
    text = _text(made / name)
    for said in ("Report a concern about someone at work", "Whistleblowing. Speak up.", "give your name", ADDRESS):
        assert said in text
    assert "Use your own phone." in text
    assert "If someone is in danger now, call 999." in text
    for word in words(read_pins(site_dir / "site.json")).split():
        assert word in text
    assert (ONION in text) == (name == "poster.pdf")


def test_another_run_elsewhere_gives_the_same_bytes(made: Path, site_dir: Path, tmp_path: Path) -> None:
    subprocess.run(
        [PYTHON, "-m", "reporter", "poster", "--site-dir", site_dir, "--out", tmp_path, *PLACE],
        env={**os.environ, "TZ": "Pacific/Auckland", "PYTHONHASHSEED": "7", "LC_ALL": "C"},
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    for name in CODES:
        assert (tmp_path / name).read_bytes() == (made / name).read_bytes()


@pytest.mark.parametrize("address", ["https://a.example", "https://speak-up.confidential-reports.agency.example.org"])
def test_an_address_is_as_large_as_its_line_allows(address: str, site_dir: Path, tmp_path: Path) -> None:
    pins, english = read_pins(site_dir / "site.json"), languages.load("en")
    for name, content in poster.make(poster.Place(address), pins, english, facts.load()).items():
        (tmp_path / name).write_bytes(content)
        _poppler("pdftoppm", "-r", "60", "-png", tmp_path / name, tmp_path / name)
        assert address in _text(tmp_path / name)
    assert len([*tmp_path.glob("*.png")]) == 2
    for width, most in ((180.0, 40.0), (77.0, 14.0)):
        size = poster.fitting(address, width, most)
        assert size == most or 0.5 * size * 25.4 / 72 * len(address) < width


def test_another_language_has_its_own_sheets(site_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "cy.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: '
        + languages.plural_forms(languages.locale_of("cy"))
        + '\\n"\n\nmsgid "Use your own phone."\nmsgstr "Defnyddiwch eich ffôn eich hun."\n',
        encoding="utf-8",
    )
    welsh = languages.load("cy", tmp_path)
    made = poster.make(poster.Place(ADDRESS), read_pins(site_dir / "site.json"), welsh, facts.load())
    assert set(made) == {"poster.cy.pdf", "card.cy.pdf"}
    poster.write(tmp_path, made)
    assert "Defnyddiwch eich ffôn eich hun." in _text(tmp_path / "poster.cy.pdf")


def test_without_pango_it_says_what_to_install(
    site_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "weasyprint.py").write_text("raise OSError(\"cannot load library 'libpango-1.0-0'\")\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    options = ("--site-dir", str(site_dir), "--out", str(tmp_path / "out"), "--address", ADDRESS)
    assert main(["poster", *options]) == 1
    assert "apt-get install libpango-1.0-0 libpangoft2-1.0-0" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("options", [(), ("--address", "https://a.example/?from=poster"), ("--language", "xx")])
def test_without_a_plain_address_or_a_known_language_nothing_is_made(
    options: tuple[str, ...], site_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = ("--address", ADDRESS) if "--language" in options else ()
    assert main(["poster", "--site-dir", str(site_dir), "--out", str(tmp_path / "out"), *options, *more]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not (tmp_path / "out").exists()
