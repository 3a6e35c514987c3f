"""Stamps: the price of posting, with no identity in it (SPEC 6)."""

from __future__ import annotations

import hashlib
import secrets

from crypto.suite import h

LENGTH = 8
LOWEST, HIGHEST = 10, 22  # what a client clamps d to


def clamp(d: int) -> int:
    """The number of zero bits a client makes for a d that the drop asks."""
    return max(LOWEST, min(HIGHEST, d))


def check(stamp: bytes, envelope: bytes, set_id: bytes, d: int) -> bool:
    """Whether H(S || H(envelope)[:16] || stamp) begins with d zero bits."""
    return len(stamp) == LENGTH and zero_bits(stamp, envelope, set_id) >= d


def zero_bits(stamp: bytes, envelope: bytes, set_id: bytes) -> int:
    """How many zero bits the stamp's hash begins with, 0 to 256."""
    return 256 - int.from_bytes(h(set_id, h(envelope)[:16], stamp), "big").bit_length()  # spec: 6


def make(envelope: bytes, set_id: bytes, d: int, start: int | None = None) -> bytes:
    """The first stamp of d zero bits, counting from `start` (random where not given): 2^d hashes on average."""
    prefix = hashlib.sha256(set_id + h(envelope)[:16])
    limit = 1 << (256 - d)
    nonce = secrets.randbits(64) if start is None else start  # spec: 6
    while True:
        attempt = prefix.copy()
        attempt.update(nonce.to_bytes(LENGTH, "big"))
        if int.from_bytes(attempt.digest(), "big") < limit:
            return nonce.to_bytes(LENGTH, "big")
        nonce = (nonce + 1) % 2**64
