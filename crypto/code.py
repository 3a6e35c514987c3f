"""The code: twelve words, and every key that comes from them (SPEC 3).

For reporters' programs, and for the console's intake where it gives words to somebody who rang, and keeps them nowhere.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crypto import opening
from crypto.secret import ReaderPrivate, ReportCode, SigningSeed, ThreadSecret
from crypto.suite import Random, Signer
from crypto.thread import Thread, thread_of
from crypto.words import from_words, to_words


@dataclass(frozen=True)
class Keys:
    """What a code gives on one site, for the groups of its audience."""

    site: bytes
    audience: int
    sign_seed: SigningSeed
    reader_private: ReaderPrivate
    secrets: dict[str, ThreadSecret]

    @property
    def sign_public(self) -> bytes:
        """Ed25519, 32 bytes: names the thread."""
        return opening.ed25519_public(self.sign_seed)

    @property
    def reader_public(self) -> bytes:
        """X25519, 32 bytes: replies are sealed to it."""
        return opening.x25519_public(self.reader_private)

    @property
    def signer(self) -> Signer:
        return opening.signer(self.sign_seed)

    def thread(self, group: str) -> Thread:
        return thread_of(self.secrets[group])


def new_code(audience: int, random: Random = os.urandom) -> ReportCode:
    """A fresh code for an audience of 0 to 15: 124 random bits."""
    if not 0 <= audience <= 15:
        raise ValueError("an audience is 0 to 15")
    raw = bytearray(random(16))
    raw[15] = raw[15] & 0xF0 | audience  # spec: 3
    return ReportCode(bytes(raw))


def words(code: ReportCode) -> list[str]:
    """The twelve words, as they are shown once."""
    return to_words(code.expose())


def parse_words(text: str) -> ReportCode:
    """The code of twelve typed words. Raises BadWordCount, UnknownWord, BadChecksum."""
    return ReportCode(from_words(text))


def derive(code: ReportCode, site: bytes, groups: Iterable[str]) -> Keys:
    """The keys of a code on a site (16 bytes), with a thread secret for each group."""
    return Keys(
        site=site,
        audience=code.audience,
        sign_seed=SigningSeed(_derive(code, b"sign", site)),
        reader_private=ReaderPrivate(_derive(code, b"reader", site)),
        secrets={group: ThreadSecret(_derive(code, b"thread\0" + group.encode("ascii"), site)) for group in groups},
    )


def _derive(code: ReportCode, label: bytes, site: bytes) -> bytes:
    info = label + b"\0" + site  # spec: 3
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=b"candour/1 code", info=info).derive(code.expose())
