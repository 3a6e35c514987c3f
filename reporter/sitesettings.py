"""What a site turns off and the facts it settles, read from DIR/settings.toml when the public site is built.

`files = false`, and under `[facts]`, or `[facts.cy]` in another language, `unit-phone = "020 7946 0000"` and the like.
"""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from reporter import facts as known

NAME = "settings.toml"


class BadSettings(Exception):
    """settings.toml is not usable; mend the line that is named and build again."""


class Unconfirmed(Exception):
    """These facts are still defaults that nobody has vouched for; settle each under [facts] in settings.toml:"""


@dataclass(frozen=True)
class SiteSettings:
    """`files`: whether reports and answers may carry files. `facts`: the site's own, laid over the defaults."""

    files: bool = True
    facts: known.Facts = field(default_factory=known.load)


def load(site_dir: Path) -> SiteSettings:
    """The settings of a site's folder; without the file, the defaults. Raises BadSettings."""
    try:
        raw = tomllib.loads((site_dir / NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return SiteSettings()
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadSettings(f"{NAME}: {problem}") from None
    for name in raw:
        if name not in ("files", "facts"):
            raise BadSettings(f"{NAME}: there is no setting {name}.")
    files, values = raw.get("files", True), raw.get("facts", {})
    if not isinstance(files, bool):
        raise BadSettings(f"{NAME}: files is true or false.")
    if not isinstance(values, dict):
        raise BadSettings(f"{NAME}: facts is a table, [facts].")
    try:
        return SiteSettings(files, known.settled(known.load(), values))
    except known.BadFacts as problem:
        raise BadSettings(f"{NAME}: {problem}") from None


def check_confirmed(settings: SiteSettings) -> None:
    """Raises Unconfirmed, naming them, while any default stands that nobody has vouched for."""
    if settings.facts.unconfirmed:
        raise Unconfirmed(f"{Unconfirmed.__doc__} {', '.join(sorted(settings.facts.unconfirmed))}")
