"""Sealing an envelope (SPEC 4). Always 20,480 bytes; a decoy cannot be told from a post to other groups."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from crypto.errors import TooLarge
from crypto.secret import SeedXWing, ThreadSecret
from crypto.suite import SIGNATURE, XWING_PUBLIC, Random, Signer, box_seal, h, kdf, seal_xwing, xwing_public

LENGTH = 20480
VERSION = 1
SLOTS = 4
SLOT = 1200
SLOTS_AT = 3
COMMITMENT_AT = SLOTS_AT + SLOTS * SLOT
BOX_AT = COMMITMENT_AT + 32  # 4,835
JSON_ROOM = LENGTH - BOX_AT - 16 - 2 * SIGNATURE - 4  # 15,497
POST_LABEL = "candour/1 post"


@dataclass(frozen=True)
class Recipient:
    """A group's epoch key (X-Wing, 1,216 bytes) and the thread secret that its slot carries."""

    public: bytes
    thread_secret: ThreadSecret


def seal(
    site: bytes,
    epoch: int,
    recipients: Mapping[str, Recipient],
    post_json: bytes,
    *,
    sign: Signer,
    sign_new: Signer | None = None,
    random: Random = os.urandom,
) -> bytes:
    """The envelope of a post to 1 to 4 groups: 20,480 bytes.

    `sign` holds the sign key of the words in use, `sign_new` the successor's where there is a `new-code` item. Raises
    TooLarge for JSON above 15,497 bytes, BadField for a public key that is none.
    """
    if not 1 <= len(recipients) <= SLOTS:
        raise ValueError("an envelope has 1 to 4 recipients")
    if len(post_json) > JSON_ROOM:
        raise TooLarge(f"{len(post_json) - JSON_ROOM} bytes too many")
    ck = random(32)
    slots = [_slot(site, group, epoch, recipient, ck) for group, recipient in recipients.items()]  # spec: 4
    head = _head(epoch, slots, kdf(ck, "commitment", b"", 32), random)
    signed = post_message(site, head, post_json)
    signatures = sign(POST_LABEL, signed) + (sign_new(POST_LABEL, signed) if sign_new else bytes(SIGNATURE))
    content = signatures + len(post_json).to_bytes(4, "big") + post_json.ljust(JSON_ROOM, b"\0")
    return head + box_seal(kdf(ck, "box", b"", 32), head, content)


def decoy(epoch: int, random: Random = os.urandom) -> bytes:
    """Four throw-away slots, a random commitment and a random box: 20,480 bytes."""
    head = _head(epoch, [], random(32), random)  # spec: 4
    return head + random(LENGTH - BOX_AT)


def envelope_id(raw: bytes) -> bytes:
    """H(envelope), 32 bytes."""
    return h(raw)


def slot_info(site: bytes, group: str, epoch: int) -> bytes:
    """The HPKE info of a group's slot."""
    return b"candour/1 slot\0" + site + group.encode("ascii") + b"\0" + epoch.to_bytes(2, "big")  # spec: 4


def post_message(site: bytes, head: bytes, post_json: bytes) -> bytes:
    """What a post's signatures are over; `head` is the envelope's first 4,835 bytes."""
    return site + h(head) + h(post_json)  # spec: 4


def _slot(site: bytes, group: str, epoch: int, recipient: Recipient, ck: bytes) -> bytes:
    if len(recipient.public) != XWING_PUBLIC:
        raise ValueError("an X-Wing public key is 1,216 bytes")
    return seal_xwing(recipient.public, slot_info(site, group, epoch), ck + recipient.thread_secret.expose())


def _head(epoch: int, slots: list[bytes], commitment: bytes, random: Random) -> bytes:
    filled = slots + [_throw_away(random) for _ in range(SLOTS - len(slots))]
    secrets.SystemRandom().shuffle(filled)
    return bytes([VERSION]) + epoch.to_bytes(2, "big") + b"".join(filled) + commitment


def _throw_away(random: Random) -> bytes:
    """A real seal of 64 random bytes to a key that nobody keeps."""
    return seal_xwing(xwing_public(SeedXWing(random(32))), b"", random(64))
