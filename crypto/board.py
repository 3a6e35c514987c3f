"""Sealing replies into board slots (SPEC 7). Every slot is 1,024 bytes; a decoy slot is random bytes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import IntEnum

from crypto.suite import Random, Signer, box_seal, kdf, seal_x25519
from crypto.thread import Thread

SLOT = 1024
ROOM = 856  # bytes of text in a slot
MAX_PARTS = 32
MAX_TEXT = ROOM * MAX_PARTS
VERSION = 1
REPLY_LABEL = "candour/1 reply"
STATUSES = ("received", "assessing", "question", "looking", "finished")


class Kind(IntEnum):
    """What a slot carries."""

    PROOF = 1
    ACKNOWLEDGEMENT = 2
    MESSAGE = 3
    STATUS = 4
    HANDOVER = 5
    SUPERSEDED = 6
    NOT_IN_FORCE = 7


@dataclass(frozen=True)
class Address:
    """Where a reply goes: the group, the thread as the group knows it, the reader's public key (32 bytes)."""

    site: bytes
    group: str
    thread: Thread
    reader_public: bytes


@dataclass(frozen=True)
class Header:
    """The 24 bytes before a slot's text. `message_id` and `certificate_id` are 8 bytes; `length` counts bytes."""

    kind: int
    message_id: bytes
    part: int
    total: int
    certificate_id: bytes
    day: int
    length: int

    def encode(self) -> bytes:
        """version || kind || message id || part || total || certificate id || day || length."""
        numbers = self.day.to_bytes(2, "big") + self.length.to_bytes(2, "big")
        return (
            bytes([VERSION, self.kind])
            + self.message_id
            + bytes([self.part, self.total])
            + self.certificate_id
            + numbers
        )  # fmt: skip


def split_text(text: bytes) -> list[bytes]:
    """The parts of a text, 856 bytes each at most; an empty text has one. Raises ValueError above 32 parts."""
    parts = [text[at : at + ROOM] for at in range(0, len(text), ROOM)] or [b""]
    if len(parts) > MAX_PARTS:
        raise ValueError("a reply is 27,392 bytes at most")
    return parts


def seal_slot(address: Address, index: int, header: Header, text: bytes, signer: Signer) -> bytes:
    """One slot of 1,024 bytes: one part of a reply under one tag. `signer` holds the reply key that the header names.

    Raises BadField where the reader's public key is of low order.
    """
    if len(text) > ROOM or header.length != len(text):
        raise ValueError("a slot has room for 856 bytes")
    tag = address.thread.tag(index)
    signature = signer(REPLY_LABEL, reply_message(address, tag, header.encode(), text))  # spec: 7
    inner = seal_x25519(
        address.reader_public, reply_info(address.site, tag), signature + header.encode() + text.ljust(ROOM, b"\0")
    )
    return tag + box_seal(cover_key(address.thread, tag), tag, inner)


def decoy_slot(random: Random = os.urandom) -> bytes:
    """1,024 random bytes."""
    return random(SLOT)


def reply_message(address: Address, tag: bytes, header: bytes, text: bytes) -> bytes:
    """What a reply's signature is over."""
    group = address.group.encode("ascii")
    return address.site + bytes([len(group)]) + group + address.thread.id + tag + address.reader_public + header + text


def reply_info(site: bytes, tag: bytes) -> bytes:
    """The HPKE info of a slot's inner layer."""
    return b"candour/1 reply\0" + site + tag


def cover_key(thread: Thread, tag: bytes) -> bytes:
    """The key of a slot's outer layer, 32 bytes."""
    return kdf(thread.cover_key.expose(), "board", tag, 32)
