"""Boards, replies, proofs, receipts: SPEC 7."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crypto import compactjson, documents, opening, suite
from crypto.board import Header, Kind, cover_key, reply_info, reply_message, seal_slot
from crypto.fields import base64_text
from crypto.post import encode_post
from crypto.proof import encode_receipt
from crypto.suite import box_seal, seal_x25519
from tests.crypto import world
from tests.crypto.world import StateParts
from tests.vectors.cases_documents import ROOTS, turned
from tests.vectors.kinds import KINDS
from tests.vectors.vector import PYTHON, Vector, error, ok

_CERTIFICATE = documents.certificate_id(world.reply_certificate())
_POST = encode_post(world.post())


def cases() -> Iterator[Vector]:
    yield from _slots()
    yield from _replies()
    yield from _proofs()
    yield from _proof_checks()
    yield from _receipts()


def _slot_vector(name: str, slot: bytes, expected: str | None = None, **bulletin: Any) -> Vector:
    given = {
        "slot": slot.hex(),
        "group": "psu",
        "code": world.report_code().expose().hex(),
        "roster": world.roster_raw().hex(),
        "roots": ROOTS,
        "bulletin": world.bulletin_raw(**bulletin).hex(),
    }
    return Vector(name, "7", "slot-open", given, error(expected) if expected else ok(KINDS["slot-open"](given)))


def _header(**changes: Any) -> Header:
    values: dict[str, Any] = {"kind": Kind.MESSAGE, "message_id": suite.h(b"message")[:8], "part": 1, "total": 1}
    values |= {"certificate_id": _CERTIFICATE, "day": world.DAY, "length": 5}
    return Header(**{**values, **changes})


def _slot(header: bytes | None = None, text: bytes = b"Hello", filler: bytes = b"", key: str = "reply psu") -> bytes:
    """A slot put together by hand, past the checks of seal_slot."""
    address, header = world.address(), header or _header().encode()
    tag = address.thread.tag(0)
    signature = world.signer(key)("candour/1 reply", reply_message(address, tag, header, text))
    inner = signature + header + (text + filler).ljust(856, b"\0")
    sealed = seal_x25519(address.reader_public, reply_info(world.SITE, tag), inner)
    return tag + box_seal(cover_key(address.thread, tag), tag, sealed)


def _slots() -> Iterator[Vector]:
    good = seal_slot(world.address(), 0, _header(), b"Hello", world.signer("reply psu"))
    yield _slot_vector("slot_good", good)
    yield _slot_vector("slot_good_by_hand", _slot())
    yield _slot_vector("slot_good_notice", world.message_slots(b"", 511, Kind.SUPERSEDED)[0])
    yield _slot_vector("slot_good_full", world.message_slots(b"x" * 856)[0])
    yield _slot_vector("slot_good_last_day", _slot(_header(day=world.DAY + 40).encode()))
    yield _slot_vector("slot_short", good[:-1], "BadLength")
    yield _slot_vector("slot_changed_cover", turned(good, 1023), "BadCover")
    yield _slot_vector("slot_decoy_with_our_tag", good[:16] + bytes(1008), "BadCover")
    tag = world.address().thread.tag(0)
    stranger = world.keys(1, "stranger").reader_public
    inner = seal_x25519(stranger, reply_info(world.SITE, tag), bytes(944))
    other = tag + box_seal(cover_key(world.address().thread, tag), tag, inner)
    yield _slot_vector("slot_sealed_to_another_reader", other, "BadSeal")
    raw = _header().encode()
    yield _slot_vector("slot_other_version", _slot(b"\2" + raw[1:]), "BadVersion")
    yield _slot_vector("slot_kind_0", _slot(_header(kind=0).encode()), "BadKind")
    yield _slot_vector("slot_kind_8", _slot(_header(kind=8).encode()), "BadKind")
    yield _slot_vector("slot_part_0", _slot(_header(part=0).encode()), "BadField")
    yield _slot_vector("slot_part_above_total", _slot(_header(part=2).encode()), "BadField")
    yield _slot_vector("slot_33_parts", _slot(_header(total=33).encode()), "BadField")
    yield _slot_vector("slot_length_857", _slot(_header(length=857).encode()), "BadLength")
    yield _slot_vector("slot_nonzero_padding", _slot(filler=b"\0\1"), "BadPadding")
    unknown = _slot(_header(certificate_id=bytes(8)).encode())
    yield _slot_vector("slot_unknown_certificate", unknown, "BadCertificate")
    yield _slot_vector("slot_certificate_revoked", good, "BadCertificate", revoked=(_CERTIFICATE,))
    late = _slot(_header(day=world.DAY + 41).encode())
    yield _slot_vector("slot_day_after_certificate", late, "BadCertificate")
    yield _slot_vector("reply_signed_by_old_key", _slot(key="reply old"), "BadSignature")
    moved = _slot(_header().encode(), b"Other")
    shorter = _slot(_header(length=4).encode(), b"Othe")
    yield _slot_vector("slot_good_other_text", moved)
    yield _slot_vector("slot_good_shorter", shorter)


def _replies_vector(
    name: str, slots: list[bytes], audience: int = 1, more: list[bytes] | None = None, **psu: Any
) -> Vector:
    boards = {"independent": b"".join(more or []), "psu": b"".join(slots)}
    bulletins = {"psu": world.bulletin_raw("psu", boards["psu"], **psu)} if psu else {}
    raw = StateParts(boards=boards, bulletins=bulletins).raw()
    given = {"state": raw.hex(), "pins": world.pins_value(), "code": world.report_code(audience).expose().hex()}
    return Vector(name, "7", "replies", given, ok(KINDS["replies"](given)))


def _replies() -> Iterator[Vector]:
    decoys = [suite.h(bytes([n])) * 32 for n in range(3)]
    stranger = world.message_slots(b"for another", own=world.keys(1, "stranger"))
    message = world.message_slots("Thank you. We read it. Žádný strach.".encode())
    yield _replies_vector("replies_good_none", decoys + stranger)
    yield _replies_vector("replies_good_message", [*decoys, *message, *stranger])
    long = world.message_slots("é".encode() * 1000, 3, name="long")
    yield _replies_vector("replies_good_three_parts_any_order", [long[2], decoys[0], long[0], long[1]])
    yield _replies_vector("replies_good_part_missing", [long[0], long[2]])
    again = world.message_slots("Thank you. We read it. Žádný strach.".encode(), 5)
    yield _replies_vector("replies_good_sealed_twice", [*again, *message])
    first, second = world.message_slots(b"first", 1), world.message_slots(b"second", 2)
    yield _replies_vector("replies_good_lower_index_counts", [*second, *first])
    same_index = world.message_slots(b"other", 0, name="other")
    yield _replies_vector("replies_good_slot_that_fails", [turned(message[0], 1000), *same_index])
    kinds = [
        *world.message_slots(world.proof_raw(), 0, Kind.PROOF, name="proof"),
        *world.message_slots(b"We have it.", 1, Kind.ACKNOWLEDGEMENT, name="acknowledgement"),
        *world.message_slots(b"looking", 2, Kind.STATUS, name="status"),
        *world.message_slots(world.proof_raw(), 3, Kind.HANDOVER, name="handover"),
        *world.message_slots(b"", 496, Kind.SUPERSEDED, name="superseded"),
        *world.message_slots(b"", 497, Kind.NOT_IN_FORCE, name="not in force"),
    ]
    yield _replies_vector("replies_good_every_kind", kinds)
    wrong = [
        *world.message_slots(b"unknown", 0, Kind.STATUS, name="status"),
        *world.message_slots(b"short", 1, Kind.PROOF, name="proof"),
        *world.message_slots(b"text", 496, Kind.SUPERSEDED, name="superseded"),
        *world.message_slots(b"\xff", 2, name="utf-8"),
    ]
    yield _replies_vector("replies_good_texts_unfit_for_their_kind", wrong)
    both = world.keys(3)
    psu = world.message_slots(b"from the unit", own=both)
    independent = world.message_slots(b"from outside", own=both, group="independent")
    yield _replies_vector("replies_good_two_groups", psu, 3, independent)
    crossed = _replies_vector("replies_good_other_consoles_board", independent, 3, psu)
    yield crossed
    mixed = _slot(_header(part=1, total=2).encode()), _second(_header(part=2, total=3))
    yield _replies_vector("replies_good_totals_differ", list(mixed))


def _second(header: Header) -> bytes:
    return seal_slot(world.address(), 1, header, b"Hello", world.signer("reply psu"))


def _proof_given(raw: bytes, certificate: bytes | None = None) -> dict[str, Any]:
    return {
        "proof": raw.hex(),
        "certificate": (certificate or world.reply_certificate()).hex(),
        "authority": world.public("authority psu").hex(),
        "site": world.SITE.hex(),
    }


def _proofs() -> Iterator[Vector]:
    def vector(name: str, raw: bytes, expected: str | None = None, certificate: bytes | None = None) -> Vector:
        given = _proof_given(raw, certificate)
        return Vector(name, "7.1", "proof", given, error(expected) if expected else ok(KINDS["proof"](given)))

    raw = world.proof_raw()
    yield vector("proof_good", raw)
    yield vector("proof_good_report_long_before", world.proof_raw(day=world.DAY - 300))
    yield vector("proof_short", raw[:-1], "BadLength")
    yield vector("proof_other_version", b"\2" + raw[1:], "BadVersion")
    body = raw[:45] + b"x" + raw[46:-64]
    padded = body + world.signer("reply psu")("candour/1 proof", body)
    yield vector("proof_bad_name", padded, "BadField")
    yield vector("proof_wrong_site", world.proof_raw(site=bytes(16)), "WrongSite")
    other = world.reply_certificate(end=world.DAY + 39)
    yield vector("proof_of_another_certificate", raw, "BadCertificate", other)
    yield vector("proof_signed_after_certificate", world.proof_raw(signed=world.DAY + 41), "BadCertificate")
    yield vector("proof_changed", turned(raw, 110), "BadSignature")
    yield vector("proof_signed_by_another_key", world.proof_raw(key="reply old"), "BadSignature")


def _proof_checks() -> Iterator[Vector]:
    own = world.keys()
    mine = {"group": "psu", "thread": own.thread("psu").id.hex(), "sign": own.sign_public.hex(), "post": _POST.hex()}

    def vector(name: str, raw: bytes, expected: str | None = None, **changes: str) -> Vector:
        given = {**_proof_given(raw), **mine, **changes}
        expect = error(expected) if expected else ok(KINDS["proof-check"](given))
        return Vector(name, "7.1", "proof-check", given, expect)

    raw = world.proof_raw()
    stranger = world.keys(1, "stranger")
    yield vector("proof_check_good", raw)
    yield vector("proof_check_good_without_content", raw, post="")
    yield vector("proof_check_of_another_thread", world.proof_raw(thread_id=bytes(16)), "BadProof")
    yield vector("proof_check_of_another_author", world.proof_raw(sign_public=stranger.sign_public), "BadProof")
    yield vector("proof_check_of_another_group", world.proof_raw(group="independent"), "BadProof")
    yield vector("proof_check_of_other_content", raw, "BadProof", post=(_POST + b" ").hex())
    yield vector("proof_check_signature", turned(raw, 200), "BadProof")


def _receipts() -> Iterator[Vector]:
    certificate, proof = world.reply_certificate(), world.proof_raw()

    def vector(name: str, receipt: bytes, expected: str | None = None, roots: list[str] = ROOTS) -> Vector:
        given = {"receipt": receipt.hex(), "roots": roots}
        expect = error(expected) if expected else ok(KINDS["receipt"](given))
        return Vector(name, "7.1", "receipt", given, expect, PYTHON)

    def made(
        roster: bytes | None = None, certificate: bytes = certificate, proof: bytes = proof, post: bytes = _POST
    ) -> bytes:
        return encode_receipt(roster or world.roster_raw(), certificate, proof, post)

    good = made()
    yield vector("receipt_good", good)
    yield vector("receipt_good_without_content", made(post=b""))
    yield vector("receipt_good_expired_roster", made(world.roster_raw(issued=world.DAY - 80, expires=world.DAY)))
    yield vector("receipt_good_younger_roster", made(world.roster_raw(issued=world.DAY + 20, expires=world.DAY + 50)))
    later = world.keys(1, "second")
    handed = world.proof_raw(later, post_json=_POST)
    yield vector("receipt_good_later_words", made(proof=handed))
    yield vector("receipt_white_space", good + b"\n", "BadJson")
    value: Any = compactjson.decode(good)
    yield vector("receipt_missing_member", compactjson.encode({k: value[k] for k in value if k != "post"}), "BadField")
    yield vector("receipt_other_version", compactjson.encode({**value, "candour": "receipt 2"}), "BadVersion")
    yield vector("receipt_loose_base64", compactjson.encode({**value, "post": base64_text(b"x")[:2]}), "BadField")
    yield vector("receipt_of_other_roots", good, "BadSignature", [world.public("stranger").hex()] * 2)
    old_roster = world.roster_raw(issued=world.DAY - 60, expires=world.DAY - 1)
    yield vector("receipt_signed_after_roster", made(old_roster), "BadCertificate")
    stranger = documents.encode_reply_certificate(
        world.parsed_reply(certificate), opening.signer(world.seed("stranger"))
    )
    yield vector("receipt_certificate_forged", made(certificate=stranger), "BadSignature")
    others = world.reply_certificate("independent", "reply independent")
    yield vector("receipt_certificate_of_another_console", made(certificate=others), "BadSignature")
    yield vector("receipt_proof_changed", made(proof=turned(proof, 60)), "BadSignature")
    yield vector("receipt_unknown_group", made(proof=world.proof_raw(group="nobody")), "BadField")
    yield vector("receipt_other_content", made(post=_POST.replace(b"phone", b"wallet")), "BadHash")
