"""What an observer sees of envelopes, slots and pieces."""

from __future__ import annotations

import pytest

from crypto import calendar, envelope, opening, pieces, recovery, suite
from crypto.board import Header, Kind, decoy_slot, seal_slot, split_text
from crypto.envelope import BOX_AT, SLOT, SLOTS_AT, Recipient
from crypto.errors import BadField, BadSeal, BadShares, TooLarge
from crypto.post import NewCode, encode_post
from crypto.secret import ContentKey
from tests.crypto import world


def slots(raw: bytes) -> list[bytes]:
    return [raw[at : at + SLOT] for at in range(SLOTS_AT, BOX_AT - 32, SLOT)]


def test_every_envelope_has_one_size() -> None:
    both = world.keys(3)
    raws = [envelope.decoy(world.EPOCH), world.seal(world.post()), world.seal(world.post(both), both)]
    assert {len(raw) for raw in raws} == {20480}
    assert {raw[:3] for raw in raws} == {raws[0][:3]}


def test_no_two_envelopes_share_a_slot_or_a_box() -> None:
    made = [world.seal(world.post()) for _ in range(3)] + [envelope.decoy(world.EPOCH) for _ in range(3)]
    parts = [part for raw in made for part in (*slots(raw), raw[BOX_AT:], raw[BOX_AT - 32 : BOX_AT])]
    assert len(set(parts)) == len(parts)


def test_the_groups_slot_stands_anywhere() -> None:
    info, opener = envelope.slot_info(world.SITE, "psu", world.EPOCH), opening.XWingOpener(world.epoch_seed("psu"))

    def place(raw: bytes) -> int:
        for n, slot in enumerate(slots(raw)):
            try:
                opener.open(info, slot)
            except BadSeal:
                continue
            return n
        raise AssertionError("no slot")

    assert {place(world.seal(world.post())) for _ in range(60)} == {0, 1, 2, 3}


def test_throw_away_slots_are_valid_seals_that_differ_in_every_byte_position() -> None:
    """A point that could not be a public key or a seal would tell a throw-away slot from a real one."""
    for slot in slots(envelope.decoy(world.EPOCH)):
        suite.check_x25519_public(slot[1088:1120])
        assert len(slot) == 1200


def test_a_post_that_does_not_fit_is_refused() -> None:
    own = world.keys()
    to = {"psu": Recipient(suite.xwing_public(world.epoch_seed("psu")), own.secrets["psu"])}
    with pytest.raises(TooLarge):
        envelope.seal(world.SITE, world.EPOCH, to, b"x" * 15498, sign=own.signer)


@pytest.mark.parametrize("recipients", [0, 5])
def test_an_envelope_has_one_to_four_recipients(recipients: int) -> None:
    own = world.keys()
    recipient = Recipient(suite.xwing_public(world.epoch_seed("psu")), own.secrets["psu"])
    with pytest.raises(ValueError, match="1 to 4"):
        envelope.seal(world.SITE, 1, {f"g{n}": recipient for n in range(recipients)}, b"{}", sign=own.signer)


def test_a_post_that_no_console_would_take_is_not_encoded() -> None:
    with pytest.raises(BadField):
        encode_post(world.post(items=(world.REPORT, NewCode(*[world.keys(1, "second").sign_public] * 2))))


def test_slots_and_decoys_have_one_size() -> None:
    header = Header(Kind.STATUS, bytes(8), 1, 1, bytes(8), world.DAY, 8)
    slot = seal_slot(world.address(), 0, header, b"received", world.signer("reply psu"))
    assert len(slot) == len(decoy_slot()) == 1024


def test_a_reply_to_a_reader_key_of_low_order_is_refused() -> None:
    address = world.address()
    low = type(address)(address.site, address.group, address.thread, bytes(32))
    header = Header(Kind.STATUS, bytes(8), 1, 1, bytes(8), world.DAY, 8)
    with pytest.raises(BadField):
        seal_slot(low, 0, header, b"received", world.signer("reply psu"))


def test_texts_are_split_into_at_most_32_parts() -> None:
    assert split_text(b"") == [b""]
    assert [len(part) for part in split_text(b"x" * 857)] == [856, 1]
    assert len(split_text(b"x" * 27392)) == 32
    with pytest.raises(ValueError, match="27,392"):
        split_text(b"x" * 27393)


def test_a_thread_has_512_different_tags_and_no_more() -> None:
    thread = world.keys().thread("psu")
    assert len(thread.tags()) == 512
    with pytest.raises(ValueError, match="512"):
        thread.tag(512)


def test_two_sites_and_two_groups_share_nothing_of_a_code() -> None:
    from crypto.code import derive

    here, there = (
        derive(world.report_code(3), world.SITE, ["psu", "independent"]),
        derive(world.report_code(3), bytes(16), ["psu"]),
    )
    assert here.sign_public != there.sign_public and here.reader_public != there.reader_public
    assert len({here.thread("psu").id, here.thread("independent").id, there.thread("psu").id}) == 3


def test_the_same_bytes_under_two_keys_are_other_pieces_and_names() -> None:
    one, two = ContentKey(bytes(32)), ContentKey(b"\1" * 32)
    assert pieces.seal_piece(one, 0, b"x") != pieces.seal_piece(two, 0, b"x")
    assert pieces.piece_name(one, 0) != pieces.piece_name(two, 0)
    assert len(pieces.seal_piece(one, 0, b"")) == 262144


def test_epochs_are_weeks_from_monday() -> None:
    monday = 20780  # 23 November 2026
    epoch = calendar.epoch_of(monday)
    assert calendar.first_day(epoch) == monday
    assert calendar.epoch_of(monday - 1) == epoch - 1 and calendar.epoch_of(monday + 6) == epoch
    assert calendar.day_of(calendar.end_time(epoch)) == monday + 7
    assert calendar.day_of(calendar.end_time(epoch) - 1) == monday + 6


def test_any_enough_shares_give_the_seed_and_fewer_nothing() -> None:
    seed = world.epoch_seed("recovery")
    shares = recovery.split(seed, 2, 3)
    for pair in ([0, 1], [1, 2], [2, 0]):
        assert recovery.combine(shares[n] for n in pair) == seed
    with pytest.raises(BadShares):
        recovery.combine(shares[:1])
