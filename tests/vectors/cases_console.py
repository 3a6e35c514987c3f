"""What a console keeps: SPEC 10. Python only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crypto import audit, recovery, suite, wrapping
from crypto.secret import ContentKey, Secret
from tests.crypto import world
from tests.vectors.cases_documents import turned
from tests.vectors.kinds import KINDS
from tests.vectors.vector import PYTHON, Vector, error, ok

_SEED = world.epoch_seed("holder")


def cases() -> Iterator[Vector]:
    yield from _wrapping()
    yield from _passphrases()
    yield from _sessions_and_content()
    yield from _audit()
    yield from _recovery()


def _vector(name: str, spec: str, kind: str, given: dict[str, Any], expected: str | None = None) -> Vector:
    return Vector(name, spec, kind, given, error(expected) if expected else ok(KINDS[kind](given)), PYTHON)


def _wrapping() -> Iterator[Vector]:
    blob = wrapping.wrap(suite.xwing_public(_SEED), world.SITE, "case 00ff", b"a secret of 32 bytes, or another")
    given = {"seed": _SEED.expose().hex(), "site": world.SITE.hex(), "purpose": "case 00ff", "blob": blob.hex()}
    yield _vector("wrap_good", "10.1", "wrap", given)
    yield _vector("wrap_other_purpose", "10.1", "wrap", {**given, "purpose": "case 00fe"}, "BadSeal")
    yield _vector("wrap_other_site", "10.1", "wrap", {**given, "site": "00" * 16}, "BadSeal")
    yield _vector("wrap_other_holder", "10.1", "wrap", {**given, "seed": "00" * 32}, "BadSeal")
    yield _vector("wrap_changed", "10.1", "wrap", {**given, "blob": turned(blob, 1130).hex()}, "BadSeal")
    yield _vector("wrap_short", "10.1", "wrap", {**given, "blob": "00"}, "BadSeal")


def _passphrases() -> Iterator[Vector]:
    locked = wrapping.passphrase_lock("Příliš žluťoučký kůň", world.SITE, bytes(16), _SEED)
    given = {
        "passphrase": "Příliš žluťoučký kůň",
        "site": world.SITE.hex(),
        "holder": "00" * 16,
        "locked": locked.hex(),
    }
    yield _vector("passphrase_good", "10.1", "passphrase", given)
    apart = "Pr\u030ci\u0301lis\u030c z\u030clut\u030couc\u030cky\u0301 ku\u030an\u030c"
    yield _vector("passphrase_good_decomposed", "10.1", "passphrase", {**given, "passphrase": apart})
    yield _vector("passphrase_wrong", "10.1", "passphrase", {**given, "passphrase": "Prilis"}, "BadPassphrase")
    yield _vector("passphrase_other_holder", "10.1", "passphrase", {**given, "holder": "11" * 16}, "BadPassphrase")
    yield _vector("passphrase_short", "10.1", "passphrase", {**given, "locked": locked[:-1].hex()}, "BadPassphrase")


def _sessions_and_content() -> Iterator[Vector]:
    token = Secret(suite.h(b"token"))
    sealed = wrapping.session_seal(token, _SEED)
    given: dict[str, Any] = {"token": token.expose().hex(), "sealed": sealed.hex()}
    yield _vector("session_good", "10.2", "session", given)
    yield _vector("session_other_cookie", "10.2", "session", {**given, "token": "00" * 32}, "BadSeal")
    key, case, record = ContentKey(suite.h(b"case key")), bytes(16), bytes(range(16))
    content = wrapping.content_seal(key, case, record, "note", "Poznámka".encode())
    given = {
        "key": key.expose().hex(),
        "case": case.hex(),
        "record": record.hex(),
        "kind": "note",
        "sealed": content.hex(),
    }
    yield _vector("content_good", "10.3", "content", given)
    yield _vector("content_other_case", "10.3", "content", {**given, "case": "11" * 16}, "BadSeal")
    yield _vector("content_other_record", "10.3", "content", {**given, "record": "11" * 16}, "BadSeal")
    yield _vector("content_other_kind", "10.3", "content", {**given, "kind": "post"}, "BadSeal")
    yield _vector("content_empty", "10.3", "content", {**given, "sealed": ""}, "BadSeal")


def _audit() -> Iterator[Vector]:
    head, entries = audit.FIRST_HEAD, []
    for n in range(1, 6):
        body = f'{{"salt":"{suite.h(bytes([n]))[:16].hex()}","act":"read","n":{n}}}'.encode()
        head = audit.next_head(head, n, body)
        entries.append({"n": n, "body": body.hex(), "head": head.hex()})
    points = [{"bulletin": 1, "head": entries[1]["head"]}, {"bulletin": 2, "head": entries[4]["head"]}]

    def vector(name: str, chain: list[Any], entry: int | None = None, bulletin: int | None = None) -> Vector:
        expect = {"entry": entry, "bulletin": bulletin} if entry or bulletin else None
        return Vector(name, "10.4", "audit", {"entries": chain, "checkpoints": points}, ok(expect), PYTHON)

    yield vector("audit_good", entries)
    changed = {**entries[2], "body": entries[2]["body"].replace("72656164", "65646974")}
    yield vector("audit_entry_changed", [*entries[:2], changed, *entries[3:]], entry=3)
    yield vector("audit_entry_removed", [*entries[:2], *entries[3:]], entry=3)
    yield vector("audit_entries_reordered", [entries[1], entries[0], *entries[2:]], entry=1)
    yield vector("audit_end_cut_off", entries[:4], bulletin=2)
    yield vector("audit_written_anew", _anew(entries), bulletin=1)
    yield vector("audit_empty", [], bulletin=1)


def _anew(entries: list[Any]) -> list[Any]:
    """A chain whose second entry was changed, with every head made again."""
    head, made = audit.FIRST_HEAD, []
    for n, entry in enumerate(entries, start=1):
        body = bytes.fromhex(entry["body"]) if n != 2 else b"{}"
        head = audit.next_head(head, n, body)
        made.append({"n": n, "body": body.hex(), "head": head.hex()})
    return made


def _recovery() -> Iterator[Vector]:
    shares = recovery.split(_SEED, 3, 5)
    others = recovery.split(world.epoch_seed("another"), 3, 5)
    yield _vector("recovery_good", "10.5", "recovery", {"shares": [shares[4], shares[0], shares[2]]})
    yield _vector("recovery_good_all_shares", "10.5", "recovery", {"shares": shares})
    yield _vector("recovery_too_few", "10.5", "recovery", {"shares": shares[:2]}, "BadShares")
    yield _vector("recovery_of_two_sets", "10.5", "recovery", {"shares": [*shares[:2], others[2]]}, "BadShares")
    words = shares[0].split()
    mistyped = " ".join([*words[:5], "academic" if words[5] != "academic" else "acid", *words[6:]])
    yield _vector("recovery_mistyped", "10.5", "recovery", {"shares": [mistyped, *shares[1:3]]}, "BadShares")
