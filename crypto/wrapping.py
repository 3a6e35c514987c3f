"""How a console keeps its secrets: wrapped keys, passphrases, sessions, content (SPEC 10.1 to 10.3)."""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass

from argon2.low_level import Type, hash_secret_raw

from crypto.errors import BadPassphrase, BadSeal
from crypto.opening import XWingOpener, xchacha_open, xchacha_seal
from crypto.secret import ContentKey, Secret, SeedXWing
from crypto.suite import Random, kdf, seal_xwing

SALT = 16
NONCE = 24
SESSION_TOKEN = 32


@dataclass(frozen=True)
class Argon2:
    """The cost of a passphrase (RFC 9106): about 100 ms and 64 MiB on a machine of 2026."""

    passes: int = 3
    memory: int = 65536  # KiB
    lanes: int = 4


COST = Argon2()


def wrap(public: bytes, site: bytes, purpose: str, secret: bytes) -> bytes:
    """A secret sealed to a holder's X-Wing key (1,216 bytes): 1,136 bytes more than the secret."""
    return seal_xwing(public, _wrap_info(site, purpose), secret)


def unwrap(opener: XWingOpener, site: bytes, purpose: str, blob: bytes) -> bytes:
    """The secret, for the same site and purpose only. Raises BadSeal."""
    return opener.open(_wrap_info(site, purpose), blob)


def passphrase_lock(
    passphrase: str, site: bytes, holder_id: bytes, seed: SeedXWing, *, cost: Argon2 = COST, random: Random = os.urandom
) -> bytes:
    """A holder's seed at rest: salt(16) || nonce(24) || sealed(48). `holder_id` is 16 bytes."""
    salt = random(SALT)
    key = _passphrase_key(passphrase, salt, cost)
    return salt + xchacha_seal(key, _passphrase_aad(site, holder_id), seed.expose(), random(NONCE))


def passphrase_unlock(
    passphrase: str, site: bytes, holder_id: bytes, locked: bytes, *, cost: Argon2 = COST
) -> SeedXWing:
    """The inverse of passphrase_lock. Raises BadPassphrase."""
    if len(locked) != SALT + NONCE + 32 + 16:
        raise BadPassphrase("length")
    key = _passphrase_key(passphrase, locked[:SALT], cost)
    try:
        return SeedXWing(xchacha_open(key, _passphrase_aad(site, holder_id), locked[SALT:]))
    except BadSeal as error:
        raise BadPassphrase from error


def session_id(token: Secret) -> bytes:
    """What the server keeps to recognise a cookie's token (32 bytes): 32 bytes that open nothing."""
    return kdf(token.expose(), "session id", b"", 32)  # spec: 10.2


def session_seal(token: Secret, seed: SeedXWing, random: Random = os.urandom) -> bytes:
    """The seed of a signed-in holder, under the cookie's token: nonce(24) || sealed(48)."""
    return xchacha_seal(_session_key(token), _SESSION_AAD, seed.expose(), random(NONCE))


def session_open(token: Secret, sealed: bytes) -> SeedXWing:
    """The inverse of session_seal. Raises BadSeal."""
    try:
        return SeedXWing(xchacha_open(_session_key(token), _SESSION_AAD, sealed))
    except ValueError as error:
        raise BadSeal("session") from error


def content_key_id(key: ContentKey, case_id: bytes) -> bytes:
    """Tells a case's keys apart and opens nothing: 8 bytes. The case id is 16."""
    return kdf(key.expose(), "case key id", _sixteen(case_id), 8)  # spec: 10.3


def content_seal(
    key: ContentKey, case_id: bytes, record_id: bytes, kind: str, plaintext: bytes, *, random: Random = os.urandom
) -> bytes:
    """A record under its case's key: nonce(24) || XChaCha20-Poly1305. The ids are 16 bytes."""
    return xchacha_seal(key.expose(), _content_aad(case_id, record_id, kind), plaintext, random(NONCE))


def content_open(key: ContentKey, case_id: bytes, record_id: bytes, kind: str, sealed: bytes) -> bytes:
    """The inverse of content_seal, for the same case, record and kind only. Raises BadSeal."""
    return xchacha_open(key.expose(), _content_aad(case_id, record_id, kind), sealed)


_SESSION_AAD = b"candour/1 session"


def _wrap_info(site: bytes, purpose: str) -> bytes:
    return b"candour/1 wrap\0" + site + purpose.encode("ascii")  # spec: 10.1


def _passphrase_aad(site: bytes, holder_id: bytes) -> bytes:
    return b"candour/1 passphrase\0" + site + _sixteen(holder_id)  # spec: 10.1


def _passphrase_key(passphrase: str, salt: bytes, cost: Argon2) -> bytes:
    secret = unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass")  # spec: 10.1
    return hash_secret_raw(secret, salt, cost.passes, cost.memory, cost.lanes, 32, Type.ID)


def _session_key(token: Secret) -> bytes:
    return kdf(token.expose(), "session key", b"", 32)  # spec: 10.2


def _content_aad(case_id: bytes, record_id: bytes, kind: str) -> bytes:
    return b"candour/1 content\0" + _sixteen(case_id) + _sixteen(record_id) + kind.encode("ascii")  # spec: 10.3


def _sixteen(value: bytes) -> bytes:
    if len(value) != 16:
        raise ValueError("an id is 16 bytes")
    return value
