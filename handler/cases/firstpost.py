"""What a proof of report says of the first post (SPEC 7.1). A proof that is made anew takes it from the one before."""

from dataclasses import dataclass

from crypto.proof import content_hash
from crypto.suite import Random


@dataclass(frozen=True)
class Content:
    """`salt` is 16 bytes; `hash` is H(salt || JSON bytes of the first post), 32 bytes."""

    salt: bytes
    hash: bytes

    @classmethod
    def of(cls, random: Random, first_post: bytes) -> "Content":
        salt = random(16)
        return cls(salt, content_hash(salt, first_post))
