"""What a site may turn off, read from DIR/settings.toml when the public site is built; without the file, nothing is."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

NAME = "settings.toml"


class BadSettings(Exception):
    """settings.toml is not usable; mend the line that is named and build again."""


@dataclass(frozen=True)
class SiteSettings:
    """`files`: whether reports and answers may carry files."""

    files: bool = True


def load(site_dir: Path) -> SiteSettings:
    """The settings of a site's folder. Raises BadSettings."""
    try:
        raw = tomllib.loads((site_dir / NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return SiteSettings()
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadSettings(f"{NAME}: {problem}") from None
    for name, value in raw.items():
        if name != "files":
            raise BadSettings(f"{NAME}: there is no setting {name}.")
        if not isinstance(value, bool):
            raise BadSettings(f"{NAME}: {name} is true or false.")
    return SiteSettings(**raw)
