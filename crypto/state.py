"""/state: the one document every visitor fetches, and what a client decides from it (SPEC 4 epoch, 6 set id, 7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from crypto import calendar, compactjson, fields
from crypto.bulletin import Bulletin, parse_bulletin
from crypto.errors import BadField, BadHash, BadLength, BadVersion, Expired, NoEpoch
from crypto.roster import Roster, parse_roster
from crypto.suite import h
from crypto.words import to_words

VERSION = 1
SLOT = 1024
GRACE = 7 * calendar.DAY  # seconds past the end of an epoch in which its keys may still be sealed to


@dataclass(frozen=True)
class Pins:
    """What a client is shipped with: the site, current and spare root, the roster's serial and audiences."""

    site: bytes
    roots: tuple[bytes, bytes]
    serial: int
    audiences: Mapping[int, tuple[str, ...]]

    @property
    def fingerprint(self) -> list[str]:
        """The root fingerprint as 12 words."""
        return to_words(h(b"candour/1 root\0", *self.roots)[:16])  # spec: 1

    @classmethod
    def from_json(cls, value: object) -> Pins:
        """From the members site, roots, serial, audiences of a site.json; others are ignored. Raises BadField."""
        m = fields.mapping(value)
        chosen = {name: m.get(name) for name in ("site", "roots", "serial", "audiences")}
        roots = fields.array(chosen["roots"], 2, 2, lambda root: fields.hexadecimal(root, 32))
        audiences = fields.array(chosen["audiences"], 0, 16, _pinned_audience)
        return cls(
            fields.hexadecimal(chosen["site"], 16),
            (roots[0], roots[1]),
            fields.integer(chosen["serial"], 1),
            dict(audiences),
        )


@dataclass(frozen=True)
class State:
    """A parsed /state. `boards` are in the order of `bulletins`; `set_id` is 16 bytes."""

    d: int
    roster: Roster
    bulletins: tuple[Bulletin, ...]
    set_id: bytes
    boards: tuple[bytes, ...] = field(repr=False)

    @property
    def newest(self) -> Bulletin | None:
        """The bulletin of the greatest time, the first of them where two are equal."""
        return max(self.bulletins, key=lambda bulletin: bulletin.time, default=None)

    def now(self, clock: float) -> float:
        """The later of the clock and the newest bulletin, in unix seconds."""
        return max(clock, self.newest.time if self.newest else 0)

    def bulletin(self, console: str) -> Bulletin | None:
        return next((bulletin for bulletin in self.bulletins if bulletin.console == console), None)


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


def parse_state(raw: bytes, pins: Pins, now: float) -> State:
    """Reads and checks a /state; `now` is the clock in unix seconds.

    The order: frame; roster; its site and pinned serial; each bulletin; one a console; audiences and expiry; boards.
    """
    d, roster_raw, bulletin_raws, bulletins_raw, boards_raw = split_state(raw)  # spec: 7
    roster = parse_roster(roster_raw, pins.roots)
    roster.check_origin(pins.site, pins.serial)
    bulletins = tuple(parse_bulletin(bulletin, roster) for bulletin in bulletin_raws)
    if len({bulletin.console for bulletin in bulletins}) != len(bulletins):
        raise BadField("two bulletins of one console")
    newest = max([now, *(bulletin.time for bulletin in bulletins)])
    roster.check_use(pins.audiences, calendar.day_of(newest))
    return State(d, roster, bulletins, set_id(bulletins_raw), _boards(boards_raw, bulletins))


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
    """The epoch that every post and decoy of this state is sealed for. Raises NoEpoch, Expired."""
    if state.newest is None:
        raise NoEpoch
    candidates = {certificate.epoch for bulletin in state.bulletins for certificate in bulletin.certificates}
    for epoch in sorted(candidates, reverse=True):  # spec: 4
        if epoch <= state.newest.epoch and all(_key(state, group, epoch) for group in state.roster.groups):
            if state.now(clock) > calendar.end_time(epoch) + GRACE:
                raise Expired("epoch")
            return epoch
    raise NoEpoch


def group_keys(state: State, audience: int, epoch: int) -> dict[str, bytes]:
    """The X-Wing public keys of an audience's groups. Raises NoEpoch; BadField for an audience that is not there."""
    groups = state.roster.audience_groups(audience)
    if not groups:
        raise BadField("audience")
    keys = {}
    for group in groups:
        key = _key(state, group, epoch)
        if key is None:
            raise NoEpoch(group)
        keys[group] = key
    return keys


def pins_json(pins: Pins) -> bytes:
    """The pins as compact JSON, as Pins.from_json reads them."""
    return compactjson.encode(
        {
            "site": pins.site.hex(),
            "roots": [root.hex() for root in pins.roots],
            "serial": pins.serial,
            "audiences": [{"number": n, "groups": list(groups)} for n, groups in sorted(pins.audiences.items())],
        }
    )


def _key(state: State, group: str, epoch: int) -> bytes | None:
    """Only the console that a group belongs to can certify its key; parse_bulletin has seen to that."""
    console = state.roster.console_of(group)
    bulletin = state.bulletin(console.name) if console else None
    return bulletin.epoch_key(group, epoch) if bulletin else None


def _boards(raw: bytes, bulletins: Sequence[Bulletin]) -> tuple[bytes, ...]:
    if len(raw) != sum(bulletin.slots for bulletin in bulletins) * SLOT:
        raise BadLength("boards")
    boards, at = [], 0
    for bulletin in bulletins:
        board = raw[at : at + bulletin.slots * SLOT]
        at += len(board)
        if h(board) != bulletin.board:
            raise BadHash("board")
        boards.append(board)
    return tuple(boards)


def _pinned_audience(value: object) -> tuple[int, tuple[str, ...]]:
    m = fields.members(value, "number", "groups")
    return fields.integer(m["number"], 0, 15), fields.array(m["groups"], 1, 4, fields.name)


def _sized(raw: bytes) -> bytes:
    return len(raw).to_bytes(4, "big") + raw


def _block(raw: bytes, at: int) -> tuple[bytes, int]:
    if at + 4 > len(raw):
        raise BadLength("state")
    end = at + 4 + int.from_bytes(raw[at : at + 4], "big")
    if end > len(raw):
        raise BadLength("state")
    return raw[at + 4 : end], end
