"""The roster as this console has it: checked against the root keys, and renewed from where a newer one is laid down."""

from pathlib import Path

from crypto.documents import Roster, parse_roster
from crypto.errors import ProtocolError, RolledBack
from handler.errors import NotYetMember, Refused
from handler.files import write_durably
from handler.settings import ConsoleFile, Settings

WARN_DAYS = 21
"""How long before its end the roster is to be signed anew."""


class RosterEnded(Refused):
    """The roster's last day has passed, so no client seals to it. Sign a new one with `handler root refresh`."""


def read_roster(console: ConsoleFile, raw: bytes) -> Roster:
    """A roster of this site by one of its roots. Raises ProtocolError."""
    roster = parse_roster(raw, console.root_keys)
    roster.check_origin(console.site_id, 1)
    return roster


def current_roster(settings: Settings, today: int) -> Roster:
    """The newest roster at hand, kept in the console's folder from then on. Raises NotYetMember, RosterEnded."""
    console = settings.console
    own, laid_down = _read(console, settings.roster_path), _laid_down(console)
    if laid_down is not None and (own is None or laid_down.serial > own.serial):
        write_durably(settings.roster_path, laid_down.raw)
        own = laid_down
    if own is None or not is_member(console, own):
        raise NotYetMember
    if own.expires < today:
        raise RosterEnded
    return own


def install_roster(settings: Settings, raw: bytes) -> Roster:
    """Takes a roster that was brought here. Raises ProtocolError, and RolledBack for one older than the present."""
    console = settings.console
    roster = read_roster(console, raw)
    own = _read(console, settings.roster_path)
    if own is not None and roster.serial < own.serial:
        raise RolledBack("roster")
    write_durably(settings.roster_path, raw)
    return roster


def is_member(console: ConsoleFile, roster: Roster) -> bool:
    """Whether the roster names this console with these keys and groups."""
    entry = roster.console(console.name)
    return (
        entry is not None
        and entry.authority.hex() == console.authority
        and entry.publisher.hex() == console.publisher
        and set(entry.groups) == set(console.groups)
    )


def _laid_down(console: ConsoleFile) -> Roster | None:
    return _read(console, Path(console.roster_file)) if console.roster_file else None


def _read(console: ConsoleFile, path: Path) -> Roster | None:
    """A file that is missing, half copied, or of another site does not count."""
    if not path.is_file():
        return None
    try:
        return read_roster(console, path.read_bytes())
    except ProtocolError:
        return None
