"""The vectors published with RFC 9180 and draft-ietf-hpke-pq, in the direction that has known answers: opening."""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files
from typing import Any

import pytest
from cryptography.hazmat.bindings._rust import openssl as rust_openssl
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from crypto.opening import XWingOpener, x25519_public
from crypto.secret import ReaderPrivate, SeedXWing
from crypto.suite import HPKE_X25519, HPKE_XWING, seal_xwing, xwing_public

X25519, XWING = 0x0020, 0x647A
KDF_HKDF_SHA256, AEAD_CHACHA = 0x0001, 0x0003


def published(name: str, kem: int, aead: int | None = None) -> list[dict[str, Any]]:
    text = (files("cryptography_vectors") / "HPKE" / name).read_text(encoding="utf-8")
    return [
        case
        for case in json.loads(text)
        if case["mode"] == 0 and case["kem_id"] == kem and aead in (None, case["aead_id"])
    ]


def decrypt(suite: hpke.Suite, case: dict[str, Any], private: Any) -> bytes:
    """The first encryption: the only one with the base nonce, as in a single shot. The vectors carry an aad."""
    first = case["encryptions"][0]
    blob = bytes.fromhex(case["enc"] + first["ct"])
    aad = bytes.fromhex(first["aad"])
    return rust_openssl.hpke._decrypt_with_aad(suite, blob, private, bytes.fromhex(case["info"]), aad)


def test_rfc_9180_x25519_chacha_opens() -> None:
    cases = [c for c in published("test-vectors.json", X25519, AEAD_CHACHA) if c["kdf_id"] == KDF_HKDF_SHA256]
    assert cases
    for case in cases:
        private = ReaderPrivate(bytes.fromhex(case["skRm"]))
        assert x25519_public(private).hex() == case["pkRm"]
        opened = decrypt(HPKE_X25519, case, X25519PrivateKey.from_private_bytes(private.expose()))
        assert opened.hex() == case["encryptions"][0]["pt"]


@pytest.mark.parametrize(
    "case", published("hpke-pq-test-vectors.json", XWING), ids=lambda case: f"aead {case['aead_id']}"
)
def test_published_x_wing_opens(case: dict[str, Any]) -> None:
    seed = SeedXWing(bytes.fromhex(case["skRm"]))
    assert xwing_public(seed).hex() == case["pkRm"]
    suite = hpke.Suite(hpke.KEM.MLKEM768_X25519, _kdf(case["kdf_id"]), _aead(case["aead_id"]))
    assert decrypt(suite, case, XWingOpener(seed)._key).hex() == case["encryptions"][0]["pt"]


def _kdf(number: int) -> hpke.KDF:
    return {
        1: hpke.KDF.HKDF_SHA256,
        2: hpke.KDF.HKDF_SHA384,
        3: hpke.KDF.HKDF_SHA512,
        0x10: hpke.KDF.SHAKE128,
        0x11: hpke.KDF.SHAKE256,
    }[number]


def _aead(number: int) -> hpke.AEAD:
    return {1: hpke.AEAD.AES_128_GCM, 2: hpke.AEAD.AES_256_GCM, 3: hpke.AEAD.CHACHA20_POLY1305}[number]


def test_our_seal_has_the_published_layout() -> None:
    seed = SeedXWing(hashlib.sha256(b"layout").digest())
    sealed = seal_xwing(xwing_public(seed), b"info", b"x" * 64)
    assert len(sealed) == 1120 + 64 + 16
    assert XWingOpener(seed).open(b"info", sealed) == b"x" * 64
    assert HPKE_XWING.decrypt(sealed, XWingOpener(seed)._key, b"info") == b"x" * 64
