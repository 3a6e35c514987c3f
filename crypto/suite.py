"""The public half of the suite: derive, hash, seal, verify (SPEC 2). What opens is in opening.py."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import nacl.exceptions
import nacl.signing
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PublicKey, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from nacl.bindings import crypto_core_ed25519_is_valid_point

from crypto.errors import BadField, BadSignature
from crypto.secret import SeedXWing

XWING_PUBLIC = 1216
XWING_ENC = 1120
X25519_ENC = 32
TAG = 16
SIGNATURE = 64

Signer = Callable[[str, bytes], bytes]
"""(label, message) -> signature(64): how a module signs without ever holding a key."""

Random = Callable[[int], bytes]
"""n -> n random bytes; os.urandom but in tests."""

HPKE_XWING = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
HPKE_X25519 = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_ZERO_NONCE = bytes(12)


def h(*parts: bytes) -> bytes:
    """SHA-256 of the parts joined, 32 bytes."""
    return hashlib.sha256(b"".join(parts)).digest()


def kdf(k: bytes, label: str, ctx: bytes, length: int) -> bytes:
    """HKDF-SHA256 with an empty salt and info "candour/1 " || label || 0x00 || ctx (RFC 5869)."""
    info = b"candour/1 " + label.encode("ascii") + b"\0" + ctx  # spec: 2
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=None, info=info).derive(k)


def xwing_public(seed: SeedXWing) -> bytes:
    """The public key of a seed: ML-KEM-768 (1,184) || X25519 (32), 1,216 bytes."""
    expanded = hashlib.shake_256(seed.expose()).digest(96)
    mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64]).public_key().public_bytes_raw()
    return mlkem + X25519PrivateKey.from_private_bytes(expanded[64:]).public_key().public_bytes_raw()


def seal_xwing(public: bytes, info: bytes, plaintext: bytes) -> bytes:
    """HPKE-XWING: enc(1,120) || ciphertext || tag(16). Raises BadField for a public key that is none."""
    try:  # spec: 2
        key = MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(public[:1184]), X25519PublicKey.from_public_bytes(public[1184:])
        )
        return HPKE_XWING.encrypt(plaintext, key, info)
    except ValueError as error:
        raise BadField("X-Wing public key") from error


def seal_x25519(public: bytes, info: bytes, plaintext: bytes) -> bytes:
    """HPKE-X25519: enc(32) || ciphertext || tag(16). Raises BadField for a public key of low order or wrong length."""
    check_x25519_public(public)
    return HPKE_X25519.encrypt(plaintext, X25519PublicKey.from_public_bytes(public), info)


def check_x25519_public(public: bytes) -> None:
    """Raises BadField where the key is not 32 bytes or is of low order, so that nothing could be sealed to it."""
    try:  # spec: 4.1
        _PROBE.exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError as error:
        raise BadField("X25519 public key") from error


def check_ed25519_public(public: bytes) -> None:
    """Raises BadField where the key is not a point of the main subgroup in its one encoding."""
    if len(public) != 32 or not crypto_core_ed25519_is_valid_point(public):  # spec: 4.1
        raise BadField("Ed25519 public key")


def verify(public: bytes, label: str, message: bytes, signature: bytes) -> None:
    """Ed25519 over label || 0x00 || message (RFC 8032). Raises BadSignature."""
    try:  # spec: 2
        nacl.signing.VerifyKey(public).verify(label.encode("ascii") + b"\0" + message, signature)
    except (nacl.exceptions.CryptoError, ValueError) as error:
        raise BadSignature(label) from error


def box_seal(key: bytes, aad: bytes, plaintext: bytes) -> bytes:
    """ChaCha20-Poly1305 under a key that is used once, so with the zero nonce (RFC 8439)."""
    return ChaCha20Poly1305(key).encrypt(_ZERO_NONCE, plaintext, aad)


_PROBE = X25519PrivateKey.from_private_bytes(bytes(range(32)))  # public: shows keys of low order, keeps nothing secret
