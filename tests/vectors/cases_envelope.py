"""Envelopes and posts: SPEC 4."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from crypto import compactjson, envelope, suite
from crypto.code import Keys
from crypto.envelope import BOX_AT, JSON_ROOM, SLOT, SLOTS_AT
from crypto.errors import BadSeal
from crypto.opening import XWingOpener
from crypto.post import FileRef, FollowUp, NewCode, Post, Report, Withdraw, encode_post
from crypto.secret import ContentKey, SeedXWing
from tests.crypto import world
from tests.vectors.cases_documents import turned
from tests.vectors.kinds import KINDS
from tests.vectors.vector import BOTH, PYTHON, Vector, error, ok

_SUCCESSOR = world.keys(1, "second")
_NEW_CODE = NewCode(_SUCCESSOR.sign_public, _SUCCESSOR.reader_public)
_FILE = FileRef("photo.jpg", "image/jpeg", 300000, 2, ContentKey(bytes(range(32))), suite.h(b"pieces"), True)


def cases() -> Iterator[Vector]:
    yield from _good()
    yield from _refused()
    yield from _contents()
    yield from _posts()
    yield from _seen()


def _vector(
    name: str, raw: bytes, expected: str | None = None, group: str = "psu", epoch: int = world.EPOCH, **changes: Any
) -> Vector:
    seed = world.epoch_seed(group, epoch).expose().hex()
    given = {"raw": raw.hex(), "group": group, "epoch": epoch, "seed": seed, "site": world.SITE.hex(), **changes}
    expect = error(expected) if expected else ok(KINDS["envelope-open"](given))
    return Vector(name, "4", "envelope-open", given, expect)


def _good() -> Iterator[Vector]:
    yield _vector("envelope_good_psu", world.seal(world.post()))
    independent = world.keys(2)
    yield _vector("envelope_good_independent", world.seal(world.post(independent), independent), group="independent")
    both = world.keys(3)
    raw = world.seal(world.post(both), both)
    yield _vector("envelope_good_two_groups_psu", raw)
    yield _vector("envelope_good_two_groups_independent", raw, group="independent")
    yield _vector("envelope_good_follow_up", world.seal(world.follow_up()))
    new = world.post(items=(FollowUp("Read it."), _NEW_CODE))
    yield _vector("envelope_good_new_code", world.seal(new, successor=_SUCCESSOR))
    yield _vector("envelope_good_withdraw", world.seal(world.post(items=(Withdraw(),))))
    yield _vector("envelope_good_file", world.seal(world.post(items=(FollowUp("", (_FILE,)),))))
    full = world.follow_up("")
    text = "x" * (JSON_ROOM - len(encode_post(full)))
    yield _vector("envelope_good_full", world.seal(world.follow_up(text)))


def _refused() -> Iterator[Vector]:
    raw = world.seal(world.post())
    yield _vector("envelope_trailing_byte", raw + b"\0", "BadLength")
    yield _vector("envelope_cut_off", raw[:-1], "BadLength")
    yield _vector("envelope_other_version", b"\2" + raw[1:], "BadVersion")
    yield _vector("envelope_wrong_epoch", raw, "WrongEpoch", epoch=world.EPOCH + 1)
    yield _vector("envelope_decoy", envelope.decoy(world.EPOCH), "NotAddressed")
    yield _vector("envelope_of_another_group", raw, "NotAddressed", group="independent")
    yield _vector("envelope_of_another_site", raw, "NotAddressed", site="00" * 16)
    yield _vector("envelope_changed_commitment", turned(raw, BOX_AT - 1), "NotAddressed")
    yield _vector("envelope_changed_box", turned(raw, len(raw) - 1), "BadBox")
    mine = _own_slot(raw)
    yield _vector("envelope_changed_slot", turned(raw, mine + SLOT - 1), "NotAddressed")
    other = next(at for at in range(SLOTS_AT, BOX_AT - 32, SLOT) if at != mine)
    yield _vector("envelope_changed_other_slot", turned(raw, other), "BadBox")
    late = (world.EPOCH + 1).to_bytes(2, "big")
    moved = raw[:1] + late + raw[3:]
    yield _vector("envelope_moved_to_another_epoch", moved, "NotAddressed", epoch=world.EPOCH + 1)
    yield _vector("envelope_good_second_of_two_slots", _with_false_slot_first())


def _own_slot(raw: bytes) -> int:
    """Where the slot stands that the PSU's key opens."""
    info = envelope.slot_info(world.SITE, "psu", world.EPOCH)
    for at in range(SLOTS_AT, BOX_AT - 32, SLOT):
        try:
            XWingOpener(world.epoch_seed("psu")).open(info, raw[at : at + SLOT])
        except BadSeal:
            continue
        return at
    raise AssertionError("no slot")


def _with_false_slot_first() -> bytes:
    """A post whose first slot opens but does not give the commitment; the last does."""
    info = envelope.slot_info(world.SITE, "psu", world.EPOCH)
    public = suite.xwing_public(world.epoch_seed("psu"))
    ck = suite.h(b"ck")
    secret = world.keys().secrets["psu"].expose()
    stranger = suite.xwing_public(SeedXWing(bytes(32)))
    slots = [suite.seal_xwing(public, info, bytes(64))]
    slots += [suite.seal_xwing(stranger, b"", bytes(64)) for _ in range(2)]
    slots.append(suite.seal_xwing(public, info, ck + secret))
    return _boxed(slots, ck, encode_post(world.post()))


def _boxed(
    slots: list[bytes], ck: bytes, post_json: bytes, change: Callable[[bytes], bytes] = bytes, own: Keys | None = None
) -> bytes:
    """An envelope put together by hand; `change` alters the content of the box."""
    head = bytes([1]) + world.EPOCH.to_bytes(2, "big") + b"".join(slots) + suite.kdf(ck, "commitment", b"", 32)
    message = envelope.post_message(world.SITE, head, post_json)
    signature = (own or world.keys()).signer(envelope.POST_LABEL, message)
    content = signature + bytes(64) + len(post_json).to_bytes(4, "big") + post_json.ljust(JSON_ROOM, b"\0")
    return head + suite.box_seal(suite.kdf(ck, "box", b"", 32), head, change(content))


def _by_hand(post_json: bytes, change: Callable[[bytes], bytes] = bytes) -> bytes:
    ck, info = suite.h(b"ck"), envelope.slot_info(world.SITE, "psu", world.EPOCH)
    secret = world.keys().secrets["psu"].expose()
    slots = [suite.seal_xwing(suite.xwing_public(world.epoch_seed("psu")), info, ck + secret)]
    slots += [suite.seal_xwing(suite.xwing_public(SeedXWing(bytes(32))), b"", bytes(64)) for _ in range(3)]
    return _boxed(slots, ck, post_json, change)


def _contents() -> Iterator[Vector]:
    good = encode_post(world.post())
    too_long = (JSON_ROOM + 1).to_bytes(4, "big")
    yield _vector("envelope_json_too_long", _by_hand(good, lambda c: c[:128] + too_long + c[132:]), "BadLength")
    yield _vector("envelope_nonzero_padding", _by_hand(good, lambda c: c[:-1] + b"\1"), "BadPadding")
    yield _vector("envelope_length_one_less", _by_hand(good, _shorter), "BadPadding")
    yield _vector("envelope_length_one_more", _by_hand(good, _longer), "BadJson")
    yield _vector("envelope_no_json", _by_hand(b""), "BadJson")
    yield _vector("envelope_json_of_text", _by_hand(b'"post"'), "BadField")
    yield _vector("envelope_changed_signature", _by_hand(good, lambda c: turned(c, 0)), "BadSignature")
    yield _vector("envelope_successor_without_new_code", _by_hand(good, lambda c: turned(c, 64)), "BadSuccessor")
    stranger = world.keys(1, "stranger")
    forged = replace(world.post(), sign=stranger.sign_public)
    yield _vector("envelope_signed_by_another", _by_hand(encode_post(forged)), "BadSignature")
    new = encode_post(world.post(items=(_NEW_CODE,)))
    yield _vector("envelope_successor_did_not_sign", _by_hand(new), "BadSuccessor")
    own = world.keys()
    same = world.post(items=(NewCode(own.sign_public, own.reader_public),))
    yield _vector("envelope_successor_is_the_words_in_use", world.seal(same, successor=own), "BadSuccessor")
    to_another = _rewrapped()
    yield _vector("envelope_rewrapped_for_another_group", to_another, "BadSignature", group="independent")


def _shorter(content: bytes) -> bytes:
    n = int.from_bytes(content[128:132], "big")
    return content[:128] + (n - 1).to_bytes(4, "big") + content[132:]


def _longer(content: bytes) -> bytes:
    n = int.from_bytes(content[128:132], "big")
    return content[:128] + (n + 1).to_bytes(4, "big") + content[132:]


def _rewrapped() -> bytes:
    """What a member of the PSU could make of a post: the same content and signature, sealed to another group."""
    ck, post_json = suite.h(b"ck"), encode_post(world.post())
    original_head = world.seal(world.post())[:BOX_AT]
    signature = world.keys().signer(envelope.POST_LABEL, envelope.post_message(world.SITE, original_head, post_json))
    info = envelope.slot_info(world.SITE, "independent", world.EPOCH)
    public = suite.xwing_public(world.epoch_seed("independent"))
    slots = [suite.seal_xwing(public, info, ck + world.keys().secrets["psu"].expose())]
    slots += [suite.seal_xwing(suite.xwing_public(SeedXWing(bytes(32))), b"", bytes(64)) for _ in range(3)]
    return _boxed(slots, ck, post_json, lambda content: signature + content[64:])


def _posts() -> Iterator[Vector]:
    def vector(name: str, value: Any, expected: str | None = None) -> Vector:
        given = {"json": (value if isinstance(value, bytes) else compactjson.encode(value)).hex()}
        only = PYTHON if name == "post_small_order_sign" else BOTH  # a library's own check
        expect = error(expected) if expected else ok(KINDS["post"](given))
        return Vector(name, "4.1", "post", given, expect, only)

    def value(a_post: Post) -> Any:
        return compactjson.decode(encode_post(a_post))

    report, follow_up = value(world.post()), value(world.post(items=(FollowUp("x", (_FILE,)),)))
    item, file = follow_up["items"][0], follow_up["items"][0]["files"][0]

    def with_item(**new: Any) -> Any:
        return {**follow_up, "items": [{**item, **new}]}

    def with_file(**new: Any) -> Any:
        return with_item(files=[{**file, **new}])

    def with_report(**new: Any) -> Any:
        return {**report, "items": [{**report["items"][0], **new}]}

    def with_answer(**new: Any) -> Any:
        return with_report(answers={"what": {"choices": [], "text": "", **new}})

    yield vector("post_good_report", report)
    yield vector("post_good_all_but_report", value(world.post(items=(FollowUp("x"), Withdraw(), _NEW_CODE))))
    yield vector("post_good_members_in_any_order", dict(reversed(report.items())))
    yield vector("post_good_file", follow_up)
    yield vector("post_good_empty_report", value(world.post(items=(Report("1", {}, {}),))))
    yield vector("post_not_json", b"{", "BadJson")
    yield vector("post_unknown_member", {**report, "time": 1}, "BadField")
    yield vector("post_missing_seen", {k: report[k] for k in report if k != "seen"}, "BadField")
    yield vector("post_short_id", {**report, "post": "00" * 15}, "BadField")
    yield vector("post_small_order_reader", {**report, "reader": "00" * 32}, "BadField")
    yield vector("post_small_order_sign", {**report, "sign": "01" + "00" * 31}, "BadField")
    yield vector("post_seen_short", {**report, "seen": {"psu": "00" * 63}}, "BadField")
    yield vector("post_seen_of_no_name", {**report, "seen": {"PSU": "00" * 64}}, "BadField")
    yield vector("post_no_items", {**report, "items": []}, "BadField")
    yield vector("post_item_twice", {**follow_up, "items": [item, item]}, "BadField")
    yield vector("post_unknown_item", {**report, "items": [{"type": "delete"}]}, "BadField")
    yield vector("post_withdraw_with_text", {**report, "items": [{"type": "withdraw", "text": ""}]}, "BadField")
    new = {"type": "new-code", "sign": _NEW_CODE.sign.hex(), "reader": _NEW_CODE.reader.hex()}
    yield vector("post_report_with_new_code", {**report, "items": [*report["items"], new]}, "BadField")
    yield vector("post_new_code_small_order", {**report, "items": [{**new, "reader": "00" * 32}]}, "BadField")
    yield vector("post_17_files", with_item(files=[file] * 17), "BadField")
    yield vector("post_text_is_a_number", with_item(text=1), "BadField")
    yield vector("post_file_without_name", with_file(name=""), "BadField")
    yield vector("post_file_name_too_long", with_file(name="é" * 128), "BadField")
    yield vector("post_file_name_with_slash", with_file(name="../x"), "BadField")
    yield vector("post_file_name_with_control", with_file(name="a\x85"), "BadField")
    yield vector("post_file_name_turned_round", with_file(name="\u202egpj.exe"), "BadField")
    yield vector("post_file_too_large", with_file(size=134209537), "BadField")
    yield vector("post_file_negative_size", with_file(size=-1), "BadField")
    yield vector("post_file_cleaned_is_a_number", with_file(cleaned=1), "BadField")
    yield vector("post_answer_is_a_text", with_report(answers={"a": "yes"}), "BadField")
    yield vector("post_choice_is_no_name", with_answer(choices=["Yes"]), "BadField")
    yield vector("post_questionnaire_too_long", with_report(questionnaire="1" * 33), "BadField")


def _seen() -> Iterator[Vector]:
    secret = world.keys().secrets["psu"].expose().hex()
    for name, indices in (("none", []), ("some", [0, 7, 8, 495, 496, 511])):
        given = {"thread_secret": secret, "post": "ab" * 16, "indices": indices}
        yield Vector(f"seen_good_{name}", "4.1", "seen", given, ok(KINDS["seen"](given)))
