"""What a site may turn off."""

from pathlib import Path

import pytest

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
