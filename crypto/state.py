"""/state: the one document every visitor fetches, and what a client decides from it (SPEC 4 epoch, 6 set id, 7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from crypto import calendar
from crypto.bulletin import Bulletin, parse_bulletin
from crypto.errors import (
    BadField,
    BadHash,
    BadLength,
    BadVersion,
    Expired,
    NoEpoch,
    ProtocolError,
    RolledBack,
    UnknownAudience,
)
from crypto.pins import Pins
from crypto.roster import Roster, parse_roster
from crypto.suite import h

VERSION = 1
SLOT = 1024
STALE = 48 * 3600  # seconds after which a console is stale
GRACE = 7 * calendar.DAY  # seconds past the end of an epoch in which its keys may still be sealed to


@dataclass(frozen=True)
class State:
    """A parsed /state: its bulletins that hold, by rising name of their consoles, and their boards by console.

    A console of the roster without a bulletin here is missing; a board that is None failed. `set_id` is 16 bytes.
    """

    d: int
    roster: Roster
    bulletins: tuple[Bulletin, ...]
    set_id: bytes
    boards: Mapping[str, bytes | None] = field(repr=False)

    @property
    def newest(self) -> Bulletin | None:
        """The bulletin of the greatest time, the first of them where two are equal."""
        return max(self.bulletins, key=lambda bulletin: bulletin.time, default=None)

    def now(self, clock: float) -> float:
        """The later of the clock and the newest bulletin, in unix seconds."""
        return max(clock, self.newest.time if self.newest else 0)

    def bulletin(self, console: str) -> Bulletin | None:
        return next((bulletin for bulletin in self.bulletins if bulletin.console == console), None)

    def bulletin_of(self, group: str) -> Bulletin | None:
        """The bulletin of a group's console."""
        console = self.roster.console_of(group)
        return self.bulletin(console.name) if console else None

    @property
    def missing(self) -> tuple[str, ...]:
        """The consoles of the roster that have no bulletin that holds."""
        return tuple(sorted(c.name for c in self.roster.consoles if self.bulletin(c.name) is None))

    def stale(self, clock: float) -> tuple[str, ...]:
        """The consoles whose bulletin is more than 48 hours old."""
        return tuple(b.console for b in self.bulletins if b.time < self.now(clock) - STALE)  # spec: 2.1

    def readable(self, group: str, clock: float) -> bool:
        """Whether "Nothing yet" may be said of a group: its console is fresh and its board holds."""
        bulletin = self.bulletin_of(group)
        if bulletin is None or self.boards.get(bulletin.console) is None:
            return False
        return bulletin.console not in self.stale(clock)


def split_state(raw: bytes) -> tuple[int, bytes, list[bytes], bytes, bytes]:
    """d, the roster, each bulletin, the bulletins as they stand (for the set id), and the boards.

    Checks the frame only. Raises BadLength, BadVersion.
    """
    if len(raw) < 2:
        raise BadLength("state")
    if raw[0] != VERSION:
        raise BadVersion("state")
    roster, at = _block(raw, 2)
    start = at
    if at >= len(raw):
        raise BadLength("state")
    bulletins = []
    at += 1
    for _ in range(raw[start]):
        bulletin, at = _block(raw, at)
        bulletins.append(bulletin)
    return raw[1], roster, bulletins, raw[start:at], raw[at:]


def parse_state(raw: bytes, pins: Pins) -> State:
    """Reads and checks a /state. Whether it may be sealed for is choose_epoch's to say.

    Raises BadLength, BadVersion, what parse_roster raises, WrongSite, RolledBack, AudienceChanged; BadField where
    bulletins are out of order. Another bad bulletin only makes its console missing, a bad board unreadable.
    """
    d, roster_raw, bulletin_raws, bulletins_raw, boards_raw = split_state(raw)  # spec: 7
    roster = parse_roster(roster_raw, pins.roots)
    roster.check_origin(pins.site, pins.serial)
    parsed = [_bulletin(bulletin, roster) for bulletin in bulletin_raws]
    bulletins = tuple(bulletin for bulletin in parsed if bulletin)
    names = [bulletin.console for bulletin in bulletins]
    if names != sorted(set(names)):
        raise BadField("order of bulletins")
    roster.check_audiences(pins.audiences)
    return State(d, roster, bulletins, set_id(bulletins_raw), _boards(boards_raw, parsed))


def check_board(board: bytes, bulletin: Bulletin) -> None:
    """Raises BadHash where the board is not the one that the bulletin signed."""
    if len(board) != bulletin.slots * SLOT or h(board) != bulletin.board:
        raise BadHash("board")


def encode_bulletins(bulletins: Sequence[bytes]) -> bytes:
    """u8 count || (u32 n || bulletin) x count: what the set id is taken of."""
    return bytes([len(bulletins)]) + b"".join(map(_sized, bulletins))


def encode_state(d: int, roster: bytes, bulletins: Sequence[bytes], boards: Iterable[bytes]) -> bytes:
    """The bytes of /state from signed documents and boards, boards in the order of the bulletins."""
    return bytes([VERSION, d]) + _sized(roster) + encode_bulletins(bulletins) + b"".join(boards)


def set_id(bulletins: bytes) -> bytes:
    """H(bulletins)[:16], of the bytes from `u8 count` to the last bulletin."""
    return h(bulletins)[:16]  # spec: 6


def choose_epoch(state: State, clock: float) -> int:
    """The epoch that every post and decoy of this state is sealed for; `clock` in unix seconds.

    Raises Expired (the roster, or the last epoch that there is), NoEpoch.
    """
    now = state.now(clock)
    state.roster.check_sealing(calendar.day_of(now))
    if state.newest is None:
        raise NoEpoch
    candidates = {certificate.epoch for bulletin in state.bulletins for certificate in bulletin.certificates}
    for epoch in sorted(candidates, reverse=True):  # spec: 4
        if epoch <= state.newest.epoch and all(_key(state, group, epoch) for group in state.roster.groups):
            if now > calendar.end_time(epoch) + GRACE:
                raise Expired("epoch")
            return epoch
    raise NoEpoch


def group_keys(state: State, audience: int, epoch: int) -> dict[str, bytes]:
    """The X-Wing public keys of an audience's groups. Raises UnknownAudience, NoEpoch."""
    groups = state.roster.audience_groups(audience)
    if not groups:
        raise UnknownAudience(str(audience))
    keys = {}
    for group in groups:
        key = _key(state, group, epoch)
        if key is None:
            raise NoEpoch(group)
        keys[group] = key
    return keys


def _key(state: State, group: str, epoch: int) -> bytes | None:
    """Only the console that a group belongs to can certify its key; parse_bulletin has seen to that."""
    bulletin = state.bulletin_of(group)
    return bulletin.epoch_key(group, epoch) if bulletin else None


def _bulletin(raw: bytes, roster: Roster) -> Bulletin | None:
    """None for a bulletin that fails. One that knows a newer roster fails the whole state."""
    try:
        return parse_bulletin(raw, roster)
    except RolledBack:
        raise
    except ProtocolError:
        return None


def _boards(raw: bytes, bulletins: Sequence[Bulletin | None]) -> dict[str, bytes | None]:
    """The boards, counted from the start up to a bulletin that failed, and from the end after the last that failed."""
    if None not in bulletins and len(raw) != sum(b.slots * SLOT for b in bulletins if b):
        raise BadLength("boards")
    boards: dict[str, bytes | None] = {b.console: None for b in bulletins if b}
    start, end = 0, len(raw)
    for bulletin in bulletins:  # spec: 7
        if bulletin is None:
            break
        boards[bulletin.console] = _board(raw, start, start + bulletin.slots * SLOT, bulletin)
        start += bulletin.slots * SLOT
    for bulletin in reversed(bulletins):
        if bulletin is None:
            break
        boards[bulletin.console] = _board(raw, end - bulletin.slots * SLOT, end, bulletin)
        end -= bulletin.slots * SLOT
    return boards


def _board(raw: bytes, start: int, end: int, bulletin: Bulletin) -> bytes | None:
    board = raw[max(start, 0) : end]
    try:
        check_board(board, bulletin)
    except BadHash:
        return None
    return board


def _sized(raw: bytes) -> bytes:
    return len(raw).to_bytes(4, "big") + raw


def _block(raw: bytes, at: int) -> tuple[bytes, int]:
    if at + 4 > len(raw):
        raise BadLength("state")
    end = at + 4 + int.from_bytes(raw[at : at + 4], "big")
    if end > len(raw):
        raise BadLength("state")
    return raw[at + 4 : end], end
