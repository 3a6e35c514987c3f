"""How Python runs a vector: one function a kind, from the input to the value that `expect` calls ok. See README.md."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crypto import (
    audit,
    code,
    compactjson,
    documents,
    openenvelope,
    openfile,
    opening,
    pieces,
    post,
    proof,
    reading,
    recovery,
    stamp,
    state,
    suite,
    wrapping,
)
from crypto.board import Address
from crypto.envelope import envelope_id
from crypto.errors import ProtocolError
from crypto.pins import Pins
from crypto.post import FileRef
from crypto.secret import ContentKey, ReportCode, Secret, SeedXWing, SigningSeed, ThreadSecret
from reporter.cli import strip

Run = Callable[[dict[str, Any]], Any]
KINDS: dict[str, Run] = {}


def kind(name: str) -> Callable[[Run], Run]:
    def register(run: Run) -> Run:
        KINDS[name] = run
        return run

    return register


def x(value: str) -> bytes:
    return bytes.fromhex(value)


@kind("kdf")
def _kdf(i: dict[str, Any]) -> Any:
    return suite.kdf(x(i["k"]), i["label"], x(i["ctx"]), i["length"]).hex()


@kind("xwing-open")
def _xwing_open(i: dict[str, Any]) -> Any:
    return opening.XWingOpener(SeedXWing(x(i["seed"]))).open(x(i["info"]), x(i["sealed"])).hex()


@kind("xwing-public")
def _xwing_public(i: dict[str, Any]) -> Any:
    return suite.xwing_public(SeedXWing(x(i["seed"]))).hex()


@kind("signature")
def _signature(i: dict[str, Any]) -> Any:
    suite.verify(x(i["public"]), i["label"], x(i["message"]), x(i["signature"]))
    return {}


@kind("json")
def _json(i: dict[str, Any]) -> Any:
    value = compactjson.decode(x(i["bytes"]))
    assert compactjson.encode(value) == x(i["bytes"])
    return {}


@kind("fingerprint")
def _fingerprint(i: dict[str, Any]) -> Any:
    return " ".join(Pins(bytes(16), (x(i["roots"][0]), x(i["roots"][1])), 1, {}).fingerprint)


@kind("code-words")
def _code_words(i: dict[str, Any]) -> Any:
    own = ReportCode(x(i["code"]))
    return {"words": " ".join(code.words(own)), "audience": own.audience}


@kind("code-parse")
def _code_parse(i: dict[str, Any]) -> Any:
    own = code.parse_words(i["text"])
    return {"code": own.expose().hex(), "audience": own.audience}


@kind("code-derive")
def _code_derive(i: dict[str, Any]) -> Any:
    keys = code.derive(ReportCode(x(i["code"])), x(i["site"]), i["groups"])
    return {
        "sign_seed": keys.sign_seed.expose().hex(),
        "sign_public": keys.sign_public.hex(),
        "reader_private": keys.reader_private.expose().hex(),
        "reader_public": keys.reader_public.hex(),
        "threads": {group: _thread(keys, group) for group in i["groups"]},
    }


def _thread(keys: code.Keys, group: str) -> Any:
    thread = keys.thread(group)
    return {
        "secret": keys.secrets[group].expose().hex(),
        "id": thread.id.hex(),
        "tag_key": thread.tag_key.expose().hex(),
        "cover_key": thread.cover_key.expose().hex(),
        "tags": [[n, thread.tag(n).hex()] for n in (0, 1, 495, 496, 511)],
    }


@kind("roster")
def _roster(i: dict[str, Any]) -> Any:
    it = documents.parse_roster(x(i["raw"]), [x(root) for root in i["roots"]])
    audiences = [{"number": a.number, "groups": list(a.groups)} for a in it.audiences]
    return {"site": it.site.hex(), "serial": it.serial, "groups": list(it.groups), "audiences": audiences}


@kind("roster-use")
def _roster_use(i: dict[str, Any]) -> Any:
    pins = Pins.from_json(i["pins"])
    it = documents.parse_roster(x(i["raw"]), pins.roots)
    it.check_origin(pins.site, pins.serial)
    it.check_audiences(pins.audiences)
    it.check_sealing(i["today"])
    return {}


@kind("epoch-certificate")
def _epoch_certificate(i: dict[str, Any]) -> Any:
    it = documents.parse_epoch_certificate(x(i["raw"]), x(i["authority"]), x(i["site"]))
    return {"group": it.group, "epoch": it.epoch, "public": it.public.hex(), "id": it.id.hex()}


@kind("reply-certificate")
def _reply_certificate(i: dict[str, Any]) -> Any:
    it = documents.parse_reply_certificate(x(i["raw"]), x(i["authority"]), x(i["site"]))
    return {"console": it.console, "from": it.start, "until": it.end, "public": it.public.hex(), "id": it.id.hex()}


@kind("join-request")
def _join_request(i: dict[str, Any]) -> Any:
    it = documents.parse_join_request(x(i["raw"]), x(i["site"]))
    return {"name": it.name, "groups": list(it.groups)}


@kind("site-signature")
def _site_signature(i: dict[str, Any]) -> Any:
    it = documents.parse_site_signature(x(i["raw"]), [x(root) for root in i["roots"]])
    it.check(x(i["site"]), i["manifest"].encode(), i.get("seen", 1))
    return {"serial": it.serial, "day": it.day}


@kind("bulletin")
def _bulletin(i: dict[str, Any]) -> Any:
    roster = documents.parse_roster(x(i["roster"]), [x(root) for root in i["roots"]])
    it = documents.parse_bulletin(x(i["raw"]), roster)
    if "earlier" in i:
        it.check_after(documents.parse_bulletin(x(i["earlier"]), roster))
    return {"console": it.console, "number": it.number, "time": it.time, "epoch": it.epoch, "slots": it.slots}


@kind("set-id")
def _set_id(i: dict[str, Any]) -> Any:
    return state.set_id(x(i["bulletins"])).hex()


@kind("state")
def _state(i: dict[str, Any]) -> Any:
    it = state.parse_state(x(i["raw"]), Pins.from_json(i["pins"]))
    return {
        "d": it.d,
        "set_id": it.set_id.hex(),
        "serial": it.roster.serial,
        "missing": list(it.missing),
        "stale": list(it.stale(i["clock"])),
        "boards": {name: "failed" if board is None else suite.h(board).hex() for name, board in it.boards.items()},
        "sealing": _sealing(it, i["clock"]),
    }


def _sealing(it: state.State, clock: int) -> Any:
    try:
        epoch = state.choose_epoch(it, clock)
    except ProtocolError as problem:
        return {"error": problem.name}
    return {"epoch": epoch}


@kind("recipients")
def _recipients(i: dict[str, Any]) -> Any:
    it = state.parse_state(x(i["state"]), Pins.from_json(i["pins"]))
    own = code.parse_words(i["words"])
    keys = state.group_keys(it, own.audience, state.choose_epoch(it, i["clock"]))
    return {group: suite.h(key).hex() for group, key in keys.items()}


@kind("stamp")
def _stamp(i: dict[str, Any]) -> Any:
    return stamp.check(x(i["stamp"]), x(i["envelope"]), x(i["set_id"]), i["d"])


@kind("stamp-make")
def _stamp_make(i: dict[str, Any]) -> Any:
    return stamp.make(x(i["envelope"]), x(i["set_id"]), stamp.clamp(i["d"]), int(i["start"], 16)).hex()


@kind("seen")
def _seen(i: dict[str, Any]) -> Any:
    return post.blind_seen(post.seen_map(i["indices"]), ThreadSecret(x(i["thread_secret"])), x(i["post"])).hex()


@kind("post")
def _post(i: dict[str, Any]) -> Any:
    it = post.decode_post(x(i["json"]))
    assert post.decode_post(post.encode_post(it)) == it
    return {"items": [value["type"] for value in compactjson.decode(x(i["json"]))["items"]], "files": len(it.files)}  # type: ignore[index, call-overload]


@kind("envelope-open")
def _envelope_open(i: dict[str, Any]) -> Any:
    opener = opening.XWingOpener(SeedXWing(x(i["seed"])))
    it = openenvelope.open_envelope(x(i["raw"]), i["group"], i["epoch"], opener, x(i["site"]))
    return {
        "id": envelope_id(x(i["raw"])).hex(),
        "thread_secret": it.thread_secret.expose().hex(),
        "json": it.post_json.hex(),
    }


KINDS["envelope-seal"] = lambda i: _envelope_open(i["open"])


@kind("slot-open")
def _slot_open(i: dict[str, Any]) -> Any:
    roster = documents.parse_roster(x(i["roster"]), [x(root) for root in i["roots"]])
    bulletin = documents.parse_bulletin(x(i["bulletin"]), roster)
    keys = code.derive(ReportCode(x(i["code"])), roster.site, [i["group"]])
    address = Address(roster.site, i["group"], keys.thread(i["group"]), keys.reader_public)
    it = reading.open_slot(x(i["slot"]), address, keys, bulletin)
    h = it.header
    return {
        "kind": h.kind,
        "message": h.message_id.hex(),
        "part": h.part,
        "total": h.total,
        "day": h.day,
        "text": it.text.hex(),
    }


@kind("replies")
def _replies(i: dict[str, Any]) -> Any:
    it = state.parse_state(x(i["state"]), Pins.from_json(i["pins"]))
    own = ReportCode(x(i["code"]))
    found = reading.read_replies(code.derive(own, it.roster.site, it.roster.audience_groups(own.audience)), it)
    messages = [
        {"group": m.group, "kind": m.kind.value, "message": m.id.hex(), "day": m.day, "text": m.data.hex()}
        for m in found.messages
    ]
    return {"messages": messages, "seen": {group: bits.hex() for group, bits in found.seen.items()}}


@kind("proof-check")
def _proof_check(i: dict[str, Any]) -> Any:
    certificate = documents.parse_reply_certificate(x(i["certificate"]), x(i["authority"]), x(i["site"]))
    owner = (i["group"], x(i["thread"]), x(i["sign"]))
    it = proof.check_proof(x(i["proof"]), certificate, owner, x(i["post"]) if i["post"] else None)
    return {"day": it.day, "signed": it.signed}


@kind("proof")
def _proof(i: dict[str, Any]) -> Any:
    certificate = documents.parse_reply_certificate(x(i["certificate"]), x(i["authority"]), x(i["site"]))
    it = proof.verify_proof(x(i["proof"]), certificate)
    return {"group": it.group, "day": it.day, "signed": it.signed, "content_hash": it.content_hash.hex()}


@kind("receipt")
def _receipt(i: dict[str, Any]) -> Any:
    it = proof.verify_receipt(x(i["receipt"]), [x(root) for root in i["roots"]])
    return {"group": it.proof.group, "day": it.proof.day, "first_words": it.first_words, "post": it.post_json.hex()}


@kind("file-seal")
def _file_seal(i: dict[str, Any]) -> Any:
    key, content = ContentKey(x(i["key"])), _content(i["content"])
    count = pieces.ladder(len(content))
    sealed = [pieces.seal_piece(key, n, content[n * pieces.PART : (n + 1) * pieces.PART]) for n in range(count)]
    hashes = [suite.h(piece) for piece in sealed]
    names = [pieces.piece_name(key, n).hex() for n in range(count)]
    return {"count": count, "names": names, "pieces": [h.hex() for h in hashes], "hash": pieces.file_hash(hashes).hex()}


def _content(recipe: dict[str, Any]) -> bytes:
    """`size` bytes: the pattern over and over."""
    pattern, size = x(recipe["pattern"]), recipe["size"]
    return (pattern * (size // len(pattern) + 1))[:size]


@kind("file-ladder")
def _file_ladder(i: dict[str, Any]) -> Any:
    return pieces.ladder(i["size"])


@kind("file-open")
def _file_open(i: dict[str, Any]) -> Any:
    sealed = [_recipe_piece(recipe) for recipe in i["pieces"]]
    f = i["file"]
    file_hash = x(f["hash"]) if f["hash"] else pieces.file_hash([suite.h(piece) for piece in sealed])
    ref = FileRef("f", "", f["size"], f["count"], ContentKey(x(f["key"])), file_hash, True)
    return suite.h(openfile.open_file(ref, sealed)).hex()


def _recipe_piece(recipe: dict[str, Any]) -> bytes:
    """A piece of `content` filled with `filler`; then one bit turned, or cut to a length, where it says so."""
    part = _content(recipe["content"]).ljust(pieces.PART, x(recipe["filler"]))
    piece = bytearray(pieces.seal_piece(ContentKey(x(recipe["key"])), recipe["n"], part))
    if "turn" in recipe:
        piece[recipe["turn"]] ^= 1
    return bytes(piece[: recipe.get("cut", len(piece))])


@kind("wrap")
def _wrap(i: dict[str, Any]) -> Any:
    return wrapping.unwrap(opening.XWingOpener(SeedXWing(x(i["seed"]))), x(i["site"]), i["purpose"], x(i["blob"])).hex()


@kind("passphrase")
def _passphrase(i: dict[str, Any]) -> Any:
    return wrapping.passphrase_unlock(i["passphrase"], x(i["site"]), x(i["holder"]), x(i["locked"])).expose().hex()


@kind("session")
def _session(i: dict[str, Any]) -> Any:
    token = Secret(x(i["token"]))
    return {"id": wrapping.session_id(token).hex(), "seed": wrapping.session_open(token, x(i["sealed"])).expose().hex()}


@kind("content")
def _content_open(i: dict[str, Any]) -> Any:
    return wrapping.content_open(ContentKey(x(i["key"])), x(i["case"]), x(i["record"]), i["kind"], x(i["sealed"])).hex()


@kind("audit")
def _audit(i: dict[str, Any]) -> Any:
    entries = [audit.Entry(e["n"], x(e["body"]), x(e["head"])) for e in i["entries"]]
    checkpoints = [audit.Checkpoint(c["bulletin"], x(c["head"])) for c in i["checkpoints"]]
    problem = audit.verify_chain(entries, checkpoints)
    return {"entry": problem.entry, "bulletin": problem.bulletin} if problem else None


@kind("recovery")
def _recovery(i: dict[str, Any]) -> Any:
    return recovery.combine(i["shares"]).expose().hex()


@kind("sign")
def _sign(i: dict[str, Any]) -> Any:
    own = SigningSeed(x(i["seed"]))
    signature = opening.sign(own, i["label"], x(i["message"]))
    return {"public": opening.ed25519_public(own).hex(), "signature": signature.hex()}


@kind("strip")
def _strip(i: dict[str, Any]) -> Any:
    cleaned = strip.clean(x(i["file"]))
    return {"file": cleaned.content.hex()} if cleaned else {"cleaned": False}
