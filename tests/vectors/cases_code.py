"""Suite, JSON, codes, stamps: SPEC 0 to 3, 6."""

from __future__ import annotations

from collections.abc import Iterator

from crypto import code, opening, stamp, state, suite
from crypto.envelope import slot_info
from tests.crypto import world
from tests.vectors.kinds import KINDS
from tests.vectors.vector import Vector, error, ok

_ORDER = 2**252 + 27742317777372353535851937790883648493


def cases() -> Iterator[Vector]:
    yield from _suite()
    yield from _signatures()
    yield from _json()
    yield from _codes()
    yield from _stamps()


def _good(name: str, spec: str, kind: str, given: dict[str, object]) -> Vector:
    return Vector(name, spec, kind, given, ok(KINDS[kind](given)))


def _suite() -> Iterator[Vector]:
    k = suite.h(b"k").hex()
    yield _good("kdf_good_empty_context", "2", "kdf", {"k": k, "label": "commitment", "ctx": "", "length": 32})
    yield _good("kdf_good_piece_name", "2", "kdf", {"k": k, "label": "piece", "ctx": "00000007", "length": 16})
    yield _good("kdf_good_64_bytes", "2", "kdf", {"k": k, "label": "seen", "ctx": "ab" * 16, "length": 64})
    own = world.epoch_seed("psu")
    info = slot_info(world.SITE, "psu", world.EPOCH)
    sealed = suite.seal_xwing(suite.xwing_public(own), info, b"sealed to a group")
    given = {"seed": own.expose().hex(), "info": info.hex(), "sealed": sealed.hex()}
    yield _good("xwing_good_public_key", "2", "xwing-public", {"seed": own.expose().hex()})
    yield _good("xwing_good_open", "2", "xwing-open", given)
    other = slot_info(world.SITE, "independent", world.EPOCH).hex()
    yield Vector("xwing_wrong_info", "2", "xwing-open", {**given, "info": other}, error("BadSeal"))
    yield Vector("xwing_short", "2", "xwing-open", {**given, "sealed": sealed[:1135].hex()}, error("BadSeal"))


def _signatures() -> Iterator[Vector]:
    own = world.seed("signer")
    given = {"seed": own.expose().hex(), "label": "candour/1 challenge", "message": b"I wrote it.".hex()}
    yield _good("signature_good_made", "2", "sign", given)
    signature = opening.sign(own, "candour/1 challenge", b"I wrote it.")
    check = {"public": opening.ed25519_public(own).hex(), "label": "candour/1 challenge", "message": given["message"]}
    good = {**check, "signature": signature.hex()}
    yield _good("signature_good", "2", "signature", good)
    yield Vector("signature_other_label", "2", "signature", {**good, "label": "candour/1 post"}, error("BadSignature"))
    s = int.from_bytes(signature[32:], "little") + _ORDER
    large = (signature[:32] + s.to_bytes(32, "little")).hex()
    yield Vector("signature_large_s", "2", "signature", {**good, "signature": large}, error("BadSignature"))
    small = {
        **good,
        "public": (1).to_bytes(32, "little").hex(),
        "signature": ((1).to_bytes(32, "little") + bytes(32)).hex(),
    }
    yield Vector("signature_small_order_key", "2", "signature", small, error("BadSignature"))
    high = {**small, "public": (2**255 - 19 + 1).to_bytes(32, "little").hex()}
    yield Vector("signature_non_canonical_key", "2", "signature", high, error("BadSignature"))


def _json() -> Iterator[Vector]:
    good = {
        "escapes": r'{"a":"\"\\\b\f\n\r\t\u0000\u001f/é 😀"}',
        "not_escaped": '["\x7f\x80\u2028\u2029\ufeff"]',
        "integers": "[0,-1,9007199254740991,-9007199254740991,true,false,null]",
        "depth_16": "[" * 16 + "]" * 16,
        "member_order": '{"b":1,"a":2,"":3,"__proto__":4,"1a":5}',
        "scalar": '"text"',
    }
    bad = {
        "white_space": '{"a": 1}',
        "duplicate_member": '{"a":1,"a":1}',
        "digits_member": '{"1":2}',
        "depth_17": "[" * 17 + "]" * 17,
        "float": "[1.0]",
        "exponent": "[1e2]",
        "minus_zero": "[-0]",
        "leading_zero": "[01]",
        "large_integer": "[9007199254740992]",
        "nan": "[NaN]",
        "unpaired_surrogate": r'["\ud800"]',
        "escaped_pair": r'["\ud83d\ude00"]',
        "escaped_slash": r'["\/"]',
        "escaped_letter": r'["\u0061"]',
        "upper_case_escape": r'["\u001F"]',
        "long_escape": r'["\u000a"]',
        "raw_control": '["\n"]',
        "byte_order_mark": "\ufeff[]",
        "trailing_byte": "[]\n",
        "empty": "",
    }
    for name, text in good.items():
        yield Vector(f"json_good_{name}", "0", "json", {"bytes": text.encode().hex()}, ok({}))
    for name, text in bad.items():
        yield Vector(f"json_{name}", "0", "json", {"bytes": text.encode().hex()}, error("BadJson"))
    yield Vector("json_encoded_surrogate", "0", "json", {"bytes": "22eda08022"}, error("BadJson"))
    yield Vector("json_overlong", "0", "json", {"bytes": "22c1a122"}, error("BadJson"))


def _codes() -> Iterator[Vector]:
    own = world.report_code(3)
    raw = own.expose().hex()
    yield _good("code_good_words", "3", "code-words", {"code": raw})
    yield _good("code_good_zero", "3", "code-words", {"code": "00" * 16})
    given = {"code": raw, "site": world.SITE.hex(), "groups": ["independent", "psu"]}
    yield _good("code_good_keys", "3", "code-derive", given)
    yield _good("code_good_other_site", "3", "code-derive", {**given, "site": "11" * 16, "groups": ["psu"]})
    words = code.words(own)
    expect = ok({"code": raw, "audience": 3})
    forms = {
        "typed": " ".join(words),
        "four_letters": " ".join(word[:4] for word in words),
        "messy": "  1. " + "-\n".join(word.upper() for word in words) + ".",
        "full_width": "".join(chr(ord(c) + 0xFEE0) for c in words[0]) + ", " + " ".join(words[1:]),
        "accents": words[0][:2] + "\u0301" + words[0][2:] + " " + " ".join(words[1:]),
    }
    for name, text in forms.items():
        yield Vector(f"code_good_{name}", "3", "code-parse", {"text": text}, expect)
    yield Vector("code_eleven_words", "3", "code-parse", {"text": " ".join(words[:11])}, error("BadWordCount"))
    yield Vector("code_no_words", "3", "code-parse", {"text": "12 34"}, error("BadWordCount"))
    unknown = [*words[:4], "candour", *words[5:]]
    yield Vector("code_unknown_word", "3", "code-parse", {"text": " ".join(unknown)}, error("UnknownWord", position=4))
    short = [*words[:2], "aba", *words[3:]]
    yield Vector("code_three_letters", "3", "code-parse", {"text": " ".join(short)}, error("UnknownWord", position=2))
    longer = [words[0] + "x", *words[1:]]
    yield Vector("code_word_too_long", "3", "code-parse", {"text": " ".join(longer)}, error("UnknownWord", position=0))
    swapped = [words[1], words[0], *words[2:]]
    yield Vector("code_bad_checksum", "3", "code-parse", {"text": " ".join(swapped)}, error("BadChecksum"))
    roots = [root.hex() for root in world.ROOTS]
    yield _good("fingerprint_good", "1", "fingerprint", {"roots": roots})
    turned = {"roots": roots[::-1]}
    yield Vector("fingerprint_good_any_order", "1", "fingerprint", turned, ok(" ".join(world.PINS.fingerprint)))


def _stamps() -> Iterator[Vector]:
    bulletins = state.encode_bulletins([b"one bulletin", b"another"])
    yield _good("stamp_good_set_id", "6", "set-id", {"bulletins": bulletins.hex()})
    set_id, envelope = state.set_id(bulletins), suite.h(b"an envelope")
    given = {"envelope": envelope.hex(), "set_id": set_id.hex(), "d": 14, "start": "00" * 8}
    yield _good("stamp_good_made", "6", "stamp-make", given)
    yield _good("stamp_good_start_wraps", "6", "stamp-make", {**given, "start": "ff" * 8})
    yield _good("stamp_good_clamped_up", "6", "stamp-make", {**given, "d": 3})
    made = stamp.make(envelope, set_id, 14, 0)
    check = {"stamp": made.hex(), "envelope": envelope.hex(), "set_id": set_id.hex(), "d": 14}
    bits = stamp.zero_bits(made, envelope, set_id)
    yield Vector("stamp_good", "6", "stamp", check, ok(True))
    yield Vector("stamp_too_easy", "6", "stamp", {**check, "d": bits + 1}, ok(False))
    yield Vector("stamp_other_set", "6", "stamp", {**check, "set_id": "00" * 16}, ok(False))
    yield Vector("stamp_other_envelope", "6", "stamp", {**check, "envelope": "00" * 32}, ok(False))
    yield Vector("stamp_short", "6", "stamp", {**check, "stamp": made[:7].hex()}, ok(False))
