"""What a thread secret gives: the thread's id, its tags and its cover key (SPEC 3, 7)."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from crypto.secret import ContentKey, ThreadSecret
from crypto.suite import kdf

INDICES = 512
FIRST_NOTICE = 496  # 496..511 carry notices, the rest messages
RESTORE_JUMP = 64  # added to the next index after a restore from backup
TAG = 16


@dataclass(frozen=True)
class Thread:
    """A conversation as a group or its reporter sees it. `id` is 16 bytes."""

    id: bytes
    tag_key: ContentKey
    cover_key: ContentKey

    def tag(self, index: int) -> bytes:
        """The 16 bytes that slot `index` (0 to 511) bears on the board."""
        if not 0 <= index < INDICES:
            raise ValueError("a thread has 512 tags")
        message = b"candour/1 tag" + index.to_bytes(2, "big")  # spec: 7
        return hmac.digest(self.tag_key.expose(), message, "sha256")[:TAG]

    def tags(self) -> dict[bytes, int]:
        """Every tag and its index."""
        return {self.tag(index): index for index in range(INDICES)}


def thread_of(secret: ThreadSecret) -> Thread:
    """The thread of a secret (thread_g)."""
    k = secret.expose()  # spec: 3
    return Thread(
        kdf(k, "thread id", b"", 16),
        ContentKey(kdf(k, "tag key", b"", 32)),
        ContentKey(kdf(k, "cover key", b"", 32)),
    )
