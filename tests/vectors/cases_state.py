"""/state and the choice of the epoch: SPEC 4, 7."""

from __future__ import annotations

from collections.abc import Iterator

from crypto import calendar, code
from crypto.documents import parse_epoch_certificate
from crypto.state import STALE
from tests.crypto import world
from tests.crypto.world import StateParts
from tests.vectors.cases_documents import turned
from tests.vectors.kinds import KINDS
from tests.vectors.vector import Vector, error, ok

_BOARDS = {"independent": bytes(1024), "psu": bytes(range(256)) * 8}


def cases() -> Iterator[Vector]:
    yield from _frames()
    yield from _consoles()
    yield from _sealing()
    yield from _recipients()


def _vector(name: str, raw: bytes, expected: str | None = None, clock: int = world.NOW, spec: str = "7") -> Vector:
    given = {"raw": raw.hex(), "pins": world.pins_value(), "clock": clock}
    return Vector(name, spec, "state", given, error(expected) if expected else ok(KINDS["state"](given)))


def _parts(**bulletins: bytes) -> StateParts:
    return StateParts(boards=dict(_BOARDS), bulletins=bulletins)


def _frames() -> Iterator[Vector]:
    raw = _parts().raw()
    yield _vector("state_good", raw)
    yield _vector("state_good_no_boards", StateParts().raw())
    yield _vector("state_other_version", b"\2" + raw[1:], "BadVersion")
    yield _vector("state_empty", b"", "BadLength")
    yield _vector("state_cut_in_roster", raw[:100], "BadLength")
    yield _vector("state_cut_in_bulletins", raw[: len(raw) - 3 * 1024 - 1], "BadLength")
    yield _vector("state_trailing_byte", raw + b"\0", "BadLength")
    yield _vector("state_board_cut_off", raw[:-1024], "BadLength")
    forged = StateParts(roster=world.roster_raw("stranger")).raw()
    yield _vector("state_roster_forged", forged, "BadSignature")
    yield _vector("state_roster_rolled_back", StateParts(roster=world.roster_raw(serial=2)).raw(), "RolledBack")
    newer = StateParts(bulletins={"psu": world.bulletin_raw(roster=4)})
    yield _vector("state_roster_below_a_bulletins", newer.raw(), "RolledBack")
    reversed_order = StateParts(boards={"psu": b"", "independent": b""})
    yield _vector("state_bulletins_out_of_order", reversed_order.raw(), "BadField")
    twice = StateParts(boards={"a": b"", "b": b""}, bulletins={"a": world.bulletin_raw(), "b": world.bulletin_raw()})
    yield _vector("state_two_bulletins_of_a_console", twice.raw(), "BadField")


def _consoles() -> Iterator[Vector]:
    psu = world.bulletin_raw("psu", _BOARDS["psu"])
    independent = world.bulletin_raw("independent", _BOARDS["independent"])
    yield _vector("state_good_missing_first", _parts(independent=turned(independent, 300)).raw())
    yield _vector("state_good_missing_last", _parts(psu=turned(psu, 300)).raw())
    both = _parts(psu=turned(psu, 300), independent=turned(independent, 300))
    yield _vector("state_good_both_missing", both.raw())
    yield _vector("state_good_absent_console", StateParts(boards={"psu": _BOARDS["psu"]}).raw())
    other_board = _parts(psu=world.bulletin_raw("psu", bytes(2048)))
    yield _vector("state_good_board_failed", other_board.raw())
    for name, age in (("state_good_just_fresh", STALE), ("state_good_stale", STALE + 1)):
        old = world.bulletin_raw("psu", _BOARDS["psu"], time=world.NOW - age)
        yield _vector(name, _parts(psu=old).raw())
    yield _vector("state_good_clock_behind", _parts().raw(), clock=0)


def _sealing() -> Iterator[Vector]:
    def one(name: str, certificates: tuple[object, ...], clock: int = world.NOW, **more: object) -> Vector:
        parts = StateParts(bulletins={"psu": world.bulletin_raw("psu", certificates=certificates, **more)})
        return _vector(name, parts.raw(), clock=clock, spec="4")

    own = world.bulletin().certificates
    before = world.epoch_certificate("psu", world.EPOCH - 1)
    last = parse_epoch_certificate(before, world.public("authority psu"), world.SITE)
    yield one("epoch_good_not_above_the_current", own)
    yield one("epoch_good_not_certified_for_every_group", own[1:])
    yield one("epoch_good_revoked", own, revoked=(own[0].id,))
    another = world.bulletin("independent").certificates
    independent = world.bulletin_raw("independent", revoked=(own[0].id,), certificates=another)
    parts = StateParts(bulletins={"independent": independent})
    yield _vector("epoch_good_revoked_by_another_console", parts.raw(), spec="4")
    weeks = parse_epoch_certificate(
        world.epoch_certificate("independent", world.EPOCH - 1), world.public("authority independent"), world.SITE
    )
    back = StateParts(
        bulletins={
            "psu": world.bulletin_raw("psu", certificates=(last,)),
            "independent": world.bulletin_raw("independent", certificates=(weeks, *another)),
        }
    )
    yield _vector("epoch_good_the_one_before", back.raw(), spec="4")
    end = calendar.end_time(world.EPOCH) + 7 * calendar.DAY
    yield _vector("epoch_good_last_second", StateParts().raw(), clock=end, spec="4")
    yield _vector("epoch_expired", StateParts().raw(), clock=end + 1, spec="4")
    long_after = (world.DAY + 61) * calendar.DAY
    yield _vector("state_good_roster_expired_can_be_read", StateParts().raw(), clock=long_after)
    newest = world.bulletin_raw("independent", time=world.NOW + 7 * calendar.DAY, epoch=world.EPOCH + 1)
    yield _vector("epoch_good_newest_bulletin_decides", StateParts(bulletins={"independent": newest}).raw(), spec="4")


def _recipients() -> Iterator[Vector]:
    given = {"state": StateParts().raw().hex(), "pins": world.pins_value(), "clock": world.NOW}
    both = {**given, "words": " ".join(code.words(world.report_code(3)))}
    yield Vector("recipients_good", "4", "recipients", both, ok(KINDS["recipients"](both)))
    unknown = {**given, "words": " ".join(code.words(world.report_code(9)))}
    yield Vector("code_unknown_audience", "3", "recipients", unknown, error("UnknownAudience"))
    late = calendar.end_time(world.EPOCH) + 7 * calendar.DAY + 1
    yield Vector("recipients_expired", "4", "recipients", {**both, "clock": late}, error("Expired"))
    own = world.bulletin().certificates
    none = StateParts(bulletins={"psu": world.bulletin_raw("psu", certificates=own[1:])}).raw()
    yield Vector("recipients_no_epoch", "4", "recipients", {**both, "state": none.hex()}, error("NoEpoch"))
