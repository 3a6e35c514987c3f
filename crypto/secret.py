"""Secrets have their own types: printing hides them, comparing takes constant time, pickling is refused."""

from __future__ import annotations

import hmac
from typing import ClassVar, NoReturn


class Secret:
    """Bytes that must not reach a log, a page or a disk in clear. `expose()` is the only way to them."""

    LENGTH: ClassVar[int | None] = None
    __slots__ = ("_bytes",)

    def __init__(self, value: bytes) -> None:
        """Raises ValueError for a wrong length: that is a mistake in this program, never hostile input."""
        if self.LENGTH is not None and len(value) != self.LENGTH:
            raise ValueError(f"{type(self).__name__} is {self.LENGTH} bytes")
        self._bytes = bytes(value)

    def expose(self) -> bytes:
        """The bytes themselves. Keep the result in a local name, and short."""
        return self._bytes

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: hidden>"

    def __len__(self) -> int:
        return len(self._bytes)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and hmac.compare_digest(self._bytes, other._bytes)

    __hash__ = None  # type: ignore[assignment]  # a secret is no dictionary key

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")


class ReportCode(Secret):
    """The 16 bytes behind twelve words: 124 random bits, then four for the audience (SPEC 3)."""

    LENGTH = 16

    @property
    def audience(self) -> int:
        """0 to 15."""
        return self._bytes[15] & 15


class SigningSeed(Secret):
    """An Ed25519 seed, 32 bytes (RFC 8032)."""

    LENGTH = 32


class ReaderPrivate(Secret):
    """A raw X25519 private key, 32 bytes (SPEC 3)."""

    LENGTH = 32


class SeedXWing(Secret):
    """The 32-byte seed of an X-Wing key pair (SPEC 2)."""

    LENGTH = 32


class ThreadSecret(Secret):
    """thread_g: what a group's slot carries, 32 bytes (SPEC 3)."""

    LENGTH = 32


class ContentKey(Secret):
    """A symmetric key, 32 bytes: of a case, a file, a session."""

    LENGTH = 32
