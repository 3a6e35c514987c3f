"""What a site may turn off, and the facts it settles."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reporter import facts, wellknown
from reporter.__main__ import main
from reporter.sitesettings import BadSettings, SiteSettings, load


def test_without_the_file_nothing_is_turned_off(tmp_path: Path) -> None:
    assert load(tmp_path) == SiteSettings(files=True)


def test_files_are_turned_off_by_one_line(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("files = false\n")
    assert load(tmp_path) == SiteSettings(files=False)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("files = 0", "files is true or false."),
        ("file = false", "there is no setting file."),
        ('[facts]\nunit-fax = "1"', "There is no fact unit-fax."),
        ('[facts.cy]\nunit-fax = "1"', "There is no fact unit-fax."),
        ("[facts]\nhours = 9", "hours is a text in quotation marks."),
        ("facts = 1", "facts is a table"),
        ("files", "settings.toml: Expected"),
        ("\xff", "settings.toml: "),
    ],
)
def test_a_faulty_setting_is_named_and_nothing_is_built(
    content: str, said: str, site_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "settings.toml").write_bytes(content.encode("latin-1"))
    (tmp_path / "site.json").write_bytes((site_dir / "site.json").read_bytes())
    with pytest.raises(BadSettings):
        load(tmp_path)
    assert main(["build", "--site-dir", str(tmp_path)]) == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_a_site_settles_facts_and_may_say_them_in_another_language(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('[facts]\nhours = "always"\n[facts.cy]\nhours = "o hyd"\n')
    settled = load(tmp_path).facts
    assert (settled.english("hours"), settled.given("hours", "cy"), settled.given("hours", "en")) == (
        "always",
        "o hyd",
        None,
    )
    assert "hours" in facts.load().unconfirmed
    assert facts.load().unconfirmed - settled.unconfirmed == {"hours"}


def test_only_facts_that_are_settled_let_a_confirmed_site_be_built(
    site_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "site.json").write_bytes((site_dir / "site.json").read_bytes())
    assert main(["build", "--site-dir", str(tmp_path), "--confirmed"]) == 1
    assert "nobody has vouched for" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()
    assert main(["build", "--site-dir", str(tmp_path)]) == 0
    assert ", unit-email, unit-phone" in capsys.readouterr().err
    lines = [f'{name} = "020 7946 0000"' for name in facts.load().unconfirmed]
    (tmp_path / "settings.toml").write_text("\n".join(["[facts]", *lines]))
    assert main(["build", "--site-dir", str(tmp_path), "--confirmed"]) == 0
    assert "confirm" not in capsys.readouterr().err
    assert 'href="tel:+442079460000"' in (tmp_path / "site" / "index.html").read_text()


NOW = datetime(2027, 9, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "said"),
    [(-1, "has run out on 2027-09-01"), (0, "has run out on"), (60, "runs out on 2027-11-01"), (61, "")],
)
def test_who_builds_is_told_in_time_that_security_txt_runs_out(days: int, said: str) -> None:
    told = wellknown.renewal(NOW + timedelta(days=days), NOW)
    assert said in told
    assert bool(told) == bool(said)


def test_a_build_with_an_old_security_txt_says_what_to_set(
    site_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "site.json").write_bytes((site_dir / "site.json").read_bytes())
    build = ["build", "--site-dir", str(tmp_path)]
    (tmp_path / "settings.toml").write_text('[facts]\nsecurity-expires = "2020-02-01T00:00:00Z"\n')
    assert main(build) == 0  # without an address or a contact there is no such file
    assert "security" not in capsys.readouterr().err
    assert main([*build, "--address", "https://speak.example.org"]) == 0
    said = "/.well-known/security.txt has run out on 2020-02-01: set security-expires under [facts] in settings.toml"
    assert said in capsys.readouterr().err
    assert "Expires: 2020-02-01T00:00:00Z" in (tmp_path / "site" / ".well-known" / "security.txt").read_text()


@pytest.mark.parametrize("text", ["2027-11-01", "2027-2-1T00:00:00Z", "2027-02-30T00:00:00Z", "soon", ""])
def test_a_time_that_is_none_is_refused_by_name(text: str) -> None:
    with pytest.raises(wellknown.BadSecurityText, match="security-expires a time like"):
        wellknown.expires(facts.settled(facts.load(), {"security-expires": text}))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("020 3117 2520", "+442031172520"),
        ("+44 20 7008 5000", "+442070085000"),
        ("116 123", "116123"),
        ("999", "999"),
        ("on the staff intranet", ""),
        ("9am to 5pm", ""),
    ],
)
def test_numbers_are_dialled_from_anywhere_and_words_not_at_all(text: str, number: str) -> None:
    assert facts.dialled(text) == number


def test_a_page_that_names_no_known_fact_is_not_made() -> None:
    with pytest.raises(facts.UnknownFact):
        facts.load().english("unit-fax")
