"""A console's publication: what of it is checked before it replaces the old one (SPEC 9)."""

from dataclasses import dataclass

from crypto.bulletin import Bulletin, parse_bulletin
from crypto.errors import BadField, BadLength, BadTime, ProtocolError, RolledBack
from crypto.roster import Roster, parse_roster
from crypto.state import SLOT, check_board
from reporter.published import Publication, Published
from reporter.sitefiles import Site

EPOCHS_AHEAD = 2
CLOCKS_DIFFER = 3600  # seconds, at most, between a console and the drop
LARGEST = 2 * (4 + 65_536) + 4_096 * SLOT  # bytes


@dataclass(frozen=True)
class Parts:
    """u32 n || roster || u32 n || bulletin || board."""

    roster: bytes
    bulletin: bytes
    board: bytes


def split(body: bytes) -> Parts:
    """Raises BadLength."""
    roster, rest = _block(body)
    bulletin, board = _block(rest)
    return Parts(roster, bulletin, board)


def publish(published: Published, site: Site, console: str, body: bytes, now: float) -> None:
    """Checks everything, replaces roster, bulletin and board at once. Raises the ProtocolError that applies first."""
    parts = split(body)  # spec: 9
    snapshot = published.snapshot()
    earlier = next((publication for publication in snapshot.publications if publication.console == console), None)
    if earlier and parts == Parts(snapshot.roster, earlier.bulletin, earlier.board):
        return  # the answer to the first was lost
    roster = parse_roster(parts.roster, site.roots)
    _check_roster(roster, site, snapshot.roster)
    bulletin = parse_bulletin(parts.bulletin, roster)
    _check_bulletin(bulletin, roster, console, now)
    if earlier and bulletin.number <= earlier.number:
        raise RolledBack("bulletin")
    check_board(parts.board, bulletin)
    new = Publication(console, bulletin.number, parts.bulletin, parts.board)
    if not published.replace(roster.serial, parts.roster, new, lambda other: _fits(other, roster), now):
        raise RolledBack("another publication came first")


def _check_roster(roster: Roster, site: Site, present: bytes) -> None:
    serial = parse_roster(present, site.roots).serial if present else 0
    roster.check_origin(site.site, serial)
    if roster.serial == serial and roster.raw != present:
        raise RolledBack("another roster of this serial")


def _check_bulletin(bulletin: Bulletin, roster: Roster, name: str, now: float) -> None:
    """Whose it is, that its groups can be sealed to for the coming weeks, and that it is of now."""
    console = roster.console(name)
    if console is None or bulletin.console != name:
        raise BadField("console")
    for group in console.groups:
        if not all(bulletin.epoch_key(group, bulletin.epoch + ahead) for ahead in range(1 + EPOCHS_AHEAD)):
            raise BadField("certificates")
    if abs(bulletin.time - now) > CLOCKS_DIFFER:
        raise BadTime


def _fits(publication: Publication, roster: Roster) -> bool:
    """Whether clients will take another console's bulletin together with this roster."""
    try:
        return parse_bulletin(publication.bulletin, roster).console == publication.console
    except ProtocolError:
        return False


def _block(raw: bytes) -> tuple[bytes, bytes]:
    end = 4 + int.from_bytes(raw[:4], "big")
    if len(raw) < 4 or len(raw) < end:
        raise BadLength("publication")
    return raw[4:end], raw[end:]
