"""Every parser of hostile bytes, on random and on changed bytes: a value, or its own error, nothing else."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crypto import (
    code,
    compactjson,
    documents,
    framing,
    openenvelope,
    openfile,
    opening,
    parcel,
    post,
    proof,
    reading,
    recovery,
    stamp,
    state,
    suite,
    words,
    wrapping,
)
from crypto.board import Header, Kind, cover_key, reply_info
from crypto.envelope import JSON_ROOM
from crypto.errors import ProtocolError
from crypto.pins import Pins
from crypto.post import FileRef
from crypto.secret import ContentKey, Secret
from crypto.suite import box_seal, seal_x25519
from tests.crypto import world
from tests.crypto.world import StateParts
from tests.vectors.cases_envelope import _by_hand

FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
SLOW = settings(FUZZ, max_examples=40)

AUTHORITY = world.public("authority psu")
OPENER = opening.XWingOpener(world.epoch_seed("psu"))
KEYS = world.keys()
ROSTER = documents.parse_roster(world.roster_raw(), world.ROOTS)
BULLETIN = documents.parse_bulletin(world.bulletin_raw(), ROSTER)
REPLY = world.parsed_reply(world.reply_certificate())
RECEIPT = proof.encode_receipt(
    world.roster_raw(), world.reply_certificate(), world.proof_raw(), post.encode_post(world.post())
)
STATE = StateParts(boards={"independent": b"", "psu": b"".join(world.message_slots(b"hello"))}).raw()


def read_state(raw: bytes) -> object:
    it = state.parse_state(raw, world.PINS)
    with contextlib.suppress(ProtocolError):
        state.choose_epoch(it, world.NOW)
    return reading.read_replies(KEYS, it)


PARSERS: dict[str, tuple[Callable[[bytes], object], bytes]] = {
    "json": (compactjson.decode, b'{"a":[1,"\\n",null,{"b":true}]}'),
    "roster": (lambda raw: documents.parse_roster(raw, world.ROOTS), world.roster_raw()),
    "epoch certificate": (
        lambda raw: documents.parse_epoch_certificate(raw, AUTHORITY, world.SITE),
        world.epoch_certificate(),
    ),
    "reply certificate": (
        lambda raw: documents.parse_reply_certificate(raw, AUTHORITY, world.SITE),
        world.reply_certificate(),
    ),
    "bulletin": (lambda raw: documents.parse_bulletin(raw, ROSTER), world.bulletin_raw()),
    "join request": (lambda raw: documents.parse_join_request(raw, world.SITE), b"\1\5" + world.roster_raw()[2:]),
    "site signature": (lambda raw: documents.parse_site_signature(raw, world.ROOTS), b"\1\6" + world.roster_raw()[2:]),
    "state": (read_state, STATE),
    "parcel": (
        lambda raw: parcel.open_parcel(world.epoch_seed("psu"), raw),
        parcel.parcel_head(suite.xwing_public(world.epoch_seed("psu")), bytes(16), b"content"),
    ),
    "envelope": (
        lambda raw: openenvelope.open_envelope(raw, "psu", world.EPOCH, OPENER, world.SITE),
        world.seal(world.post()),
    ),
    "post": (post.decode_post, post.encode_post(world.post())),
    "slot": (lambda raw: reading.open_slot(raw, world.address(), KEYS, BULLETIN), world.message_slots(b"hello")[0]),
    "proof": (lambda raw: proof.verify_proof(raw, REPLY), world.proof_raw()),
    "proof check": (lambda raw: proof.check_proof(raw, REPLY, ("psu", bytes(16), bytes(32))), world.proof_raw()),
    "receipt": (lambda raw: proof.verify_receipt(raw, world.ROOTS), RECEIPT),
    "wrapped": (lambda raw: wrapping.unwrap(OPENER, world.SITE, "case", raw), bytes(1200)),
    "session": (lambda raw: wrapping.session_open(Secret(bytes(32)), raw), bytes(72)),
    "content": (lambda raw: wrapping.content_open(ContentKey(bytes(32)), bytes(16), bytes(16), "note", raw), bytes(60)),
    "signature": (lambda raw: suite.verify(raw[:32], "candour/1 post", b"", raw[32:]), bytes(96)),
    "words": (
        lambda raw: words.from_words(raw.decode("utf-8", "replace")),
        " ".join(code.words(world.report_code())).encode(),
    ),
    "share": (
        lambda raw: recovery.combine([raw.decode("latin-1")]),
        recovery.split(world.epoch_seed("x"), 2, 2)[0].encode(),
    ),
    "stamp": (lambda raw: stamp.check(raw[:8], raw[8:], bytes(16), 14), bytes(16)),
}


def allowed(parse: Callable[[bytes], object], raw: bytes) -> None:
    """Anything but a ProtocolError fails the test."""
    with contextlib.suppress(ProtocolError):
        parse(raw)


@st.composite
def changed(draw: st.DrawFn, good: bytes) -> bytes:
    """Good bytes with a few of them changed, cut out, doubled or put in."""
    raw = bytearray(good)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(raw)))
        match draw(st.sampled_from(["set", "cut", "insert", "double", "end"])):
            case "set" if at < len(raw):
                raw[at] = draw(st.integers(0, 255))
            case "cut":
                del raw[at : at + draw(st.integers(1, 40))]
            case "insert":
                raw[at:at] = draw(st.binary(min_size=1, max_size=8))
            case "double":
                raw[at:at] = raw[at : at + 20]
            case _:
                del raw[at:]
    return bytes(raw)


@pytest.mark.parametrize("name", PARSERS)
def test_random_bytes(name: str) -> None:
    parse = PARSERS[name][0]
    FUZZ(given(raw=st.binary(max_size=2000))(lambda raw: allowed(parse, raw)))()


@pytest.mark.parametrize("name", PARSERS)
def test_good_bytes_changed(name: str) -> None:
    parse, good = PARSERS[name]
    SLOW(given(raw=changed(good))(lambda raw: allowed(parse, raw)))()


def json_values() -> st.SearchStrategy[Any]:
    """Values that compact JSON can hold, with the names that the formats use."""
    names = st.sampled_from(
        ["post", "sign", "items", "type", "seen", "site", "text", "files", "number", "name"]
    ) | st.text(max_size=5)
    scalars = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20)
    scalars |= st.sampled_from(["00" * 16, "00" * 32, "psu", "report", "follow-up", "new-code", "AAAA"])
    return st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=6), max_leaves=20
    )


@st.composite
def with_a_changed_member(draw: st.DrawFn, good: Any) -> Any:
    """A value in which one member, however deep, was replaced, removed or added."""
    if isinstance(good, dict) and good and draw(st.booleans()):
        name = draw(st.sampled_from(sorted(good)))
        match draw(st.integers(0, 9)):
            case 0:
                return {k: v for k, v in good.items() if k != name}
            case 1:
                return {**good, draw(st.text("abc", max_size=3)): None}
            case _:
                return {**good, name: draw(with_a_changed_member(good[name]))}
    if isinstance(good, list) and good and draw(st.booleans()):
        at = draw(st.integers(0, len(good) - 1))
        return [*good[:at], draw(with_a_changed_member(good[at])), *good[at + 1 :]]
    return draw(json_values())


def encodable(value: Any) -> bytes | None:
    try:
        return compactjson.encode(value)
    except ProtocolError:
        return None


def fuzz_members(good: bytes, parse: Callable[[bytes], object]) -> None:
    value = compactjson.decode(good)

    @FUZZ
    @given(with_a_changed_member(value))
    def run(changed_value: Any) -> None:
        raw = encodable(changed_value)
        if raw is not None:
            allowed(parse, raw)

    run()


def signed(kind: int, label: str, who: str, parse: Callable[[bytes], object]) -> Callable[[bytes], object]:
    """What parses JSON after signing it rightly, so that the members are reached."""

    def run(body: bytes) -> object:
        raw = bytes([1, kind]) + len(body).to_bytes(4, "big") + body
        return parse(raw + world.signer(who)(label, raw))

    return run


def test_signed_rosters_of_any_members() -> None:
    parse = signed(1, "candour/1 roster", "root", PARSERS["roster"][0])
    fuzz_members(world.roster_raw()[6:-64], parse)


def test_signed_bulletins_of_any_members() -> None:
    parse = signed(4, "candour/1 bulletin", "publisher psu", PARSERS["bulletin"][0])
    fuzz_members(world.bulletin_raw()[6:-64], parse)


def test_posts_of_any_members() -> None:
    fuzz_members(post.encode_post(world.post()), post.decode_post)
    ref = FileRef("a", "", 1, 1, ContentKey(bytes(32)), bytes(32), cleaned=False)
    fuzz_members(post.encode_post(world.post(items=(post.FollowUp("x", (ref,)),))), post.decode_post)


def test_receipts_of_any_members() -> None:
    fuzz_members(RECEIPT, PARSERS["receipt"][0])


def test_pins_of_any_members() -> None:
    fuzz_members(compactjson.encode(world.pins_value()), lambda raw: Pins.from_json(compactjson.decode(raw)))


@SLOW
@given(st.binary(max_size=600))
def test_envelopes_sealed_to_us_with_any_json(body: bytes) -> None:
    allowed(PARSERS["envelope"][0], _by_hand(body))


@SLOW
@given(st.binary(max_size=400))
def test_envelopes_sealed_to_us_with_any_content(content: bytes) -> None:
    allowed(PARSERS["envelope"][0], _by_hand(b"{}", lambda _: content.ljust(JSON_ROOM + 132, b"\0")))


@FUZZ
@given(st.binary(min_size=944, max_size=944))
def test_slots_sealed_to_us_with_any_content(content: bytes) -> None:
    tag = world.address().thread.tag(0)
    inner = seal_x25519(KEYS.reader_public, reply_info(world.SITE, tag), content)
    allowed(PARSERS["slot"][0], tag + box_seal(cover_key(world.address().thread, tag), tag, inner))


@FUZZ
@given(st.integers(0, 9), st.integers(0, 40), st.integers(0, 40), st.binary(max_size=856))
def test_boards_of_signed_slots_with_any_parts(kind: int, part: int, total: int, text: bytes) -> None:
    header = Header(
        kind, bytes(8), part, total, documents.certificate_id(world.reply_certificate()), world.DAY, len(text)
    )
    slots = [reading.Slot(header, text)] * 2
    if kind in Kind.__members__.values() and 1 <= part <= total <= 32:
        reading._join("psu", slots)


@FUZZ
@given(st.integers(0, 2**53 - 1), st.integers(0, 2**53 - 1), st.lists(st.binary(max_size=40), max_size=3))
def test_files_of_any_size_and_pieces(size: int, count: int, pieces: list[bytes]) -> None:
    ref = FileRef("f", "", size, count, ContentKey(bytes(32)), bytes(32), cleaned=True)
    allowed(lambda _: openfile.open_file(ref, pieces), b"")


@SLOW
@given(st.text(max_size=200))
def test_words_of_any_text(text: str) -> None:
    allowed(lambda _: code.parse_words(text), b"")
    allowed(lambda _: words.likely_words(text), b"")


@settings(SLOW, max_examples=15)
@given(st.text(max_size=20), st.binary(max_size=100))
def test_any_passphrase_and_locked_seed(passphrase: str, locked: bytes) -> None:
    cheap = wrapping.Argon2(1, 64, 1)
    allowed(
        lambda raw: wrapping.passphrase_unlock(passphrase, world.SITE, bytes(16), raw.ljust(88), cost=cheap), locked
    )


def test_framing_of_an_unsigned_document() -> None:
    FUZZ(given(raw=st.binary(max_size=200))(lambda raw: allowed(lambda r: framing.open_document(r, 5), raw)))()
