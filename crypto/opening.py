"""The private half of the suite: open, decrypt, sign (SPEC 2). What serves the drop must not import this."""

from __future__ import annotations

import hashlib

import nacl.signing
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt, crypto_aead_xchacha20poly1305_ietf_encrypt
from nacl.exceptions import CryptoError

from crypto.errors import BadBox, BadSeal
from crypto.secret import ReaderPrivate, SeedXWing, SigningSeed
from crypto.suite import HPKE_X25519, HPKE_XWING, TAG, XWING_ENC, Signer

XNONCE = 24


class XWingOpener:
    """Opens what was sealed to an X-Wing key. The seed is expanded once, after which an open costs about 0.1 ms."""

    __slots__ = ("_key",)

    def __init__(self, seed: SeedXWing) -> None:
        expanded = hashlib.shake_256(seed.expose()).digest(96)  # spec: 2
        self._key = MLKEM768X25519PrivateKey(
            MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), X25519PrivateKey.from_private_bytes(expanded[64:])
        )

    def open(self, info: bytes, blob: bytes) -> bytes:
        """The plaintext of enc(1,120) || ciphertext || tag(16). Raises BadSeal."""
        if len(blob) < XWING_ENC + TAG:
            raise BadSeal
        try:
            return HPKE_XWING.decrypt(blob, self._key, info)
        except (InvalidTag, ValueError) as error:
            raise BadSeal from error


def open_x25519(private: ReaderPrivate, info: bytes, blob: bytes) -> bytes:
    """The plaintext of enc(32) || ciphertext || tag(16). Raises BadSeal."""
    try:  # spec: 2
        return HPKE_X25519.decrypt(blob, X25519PrivateKey.from_private_bytes(private.expose()), info)
    except (InvalidTag, ValueError) as error:
        raise BadSeal from error


def x25519_public(private: ReaderPrivate) -> bytes:
    """The public half, 32 bytes."""
    return X25519PrivateKey.from_private_bytes(private.expose()).public_key().public_bytes_raw()


def sign(seed: SigningSeed, label: str, message: bytes) -> bytes:
    """Ed25519 over label || 0x00 || message: 64 bytes."""
    signed = nacl.signing.SigningKey(seed.expose()).sign(label.encode("ascii") + b"\0" + message)  # spec: 2
    return bytes(signed.signature)


def signer(seed: SigningSeed) -> Signer:
    """`sign` with its key given, for the modules that take a Signer."""
    return lambda label, message: sign(seed, label, message)


def ed25519_public(seed: SigningSeed) -> bytes:
    """The public half, 32 bytes."""
    return bytes(nacl.signing.SigningKey(seed.expose()).verify_key)


def box_open(key: bytes, aad: bytes, ciphertext: bytes) -> bytes:
    """The inverse of suite.box_seal: ChaCha20-Poly1305, zero nonce. Raises BadBox."""
    try:
        return ChaCha20Poly1305(key).decrypt(bytes(12), ciphertext, aad)
    except (InvalidTag, ValueError) as error:
        raise BadBox from error


def xchacha_seal(key: bytes, aad: bytes, plaintext: bytes, nonce: bytes) -> bytes:
    """nonce(24) || XChaCha20-Poly1305. The nonce is random and never given twice."""
    return nonce + crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, aad, nonce, key)


def xchacha_open(key: bytes, aad: bytes, sealed: bytes) -> bytes:
    """The inverse of xchacha_seal. Raises BadSeal."""
    try:
        return crypto_aead_xchacha20poly1305_ietf_decrypt(sealed[XNONCE:], aad, sealed[:XNONCE], key)
    except (CryptoError, ValueError, TypeError) as error:
        raise BadSeal from error
