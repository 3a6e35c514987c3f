"""The drop's answers to posts: a word and spaces, always 64 bytes, always the same headers (SPEC 6)."""

from dataclasses import dataclass

from flask import Response

LENGTH = 64
COMMON = (
    ("Cache-Control", "no-store"),
    ("Access-Control-Allow-Origin", "*"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
)
"""With everything that is no page: a browser shown it as one may do nothing with it."""
HEADERS = (("Content-Type", "text/plain"), ("Content-Length", str(LENGTH)), *COMMON)


@dataclass(frozen=True)
class Answer:
    """A status and its word."""

    status: int
    word: str

    @property
    def body(self) -> bytes:
        """64 bytes."""
        return self.word.encode("ascii").ljust(LENGTH)

    def response(self) -> Response:
        """As Flask sends it."""
        return Response(self.body, self.status, list(HEADERS))

    def raw(self, reason: str) -> bytes:
        """A whole HTTP/1.1 message, for what was no HTTP request at all."""
        headers = [f"{name}: {value}" for name, value in HEADERS]
        head = [f"HTTP/1.1 {self.status} {reason}", "Connection: close", *headers, "", ""]
        return "\r\n".join(head).encode("ascii") + self.body


STORED = Answer(201, "stored")
MALFORMED = Answer(400, "malformed")
STAMP = Answer(409, "stamp")
BUSY = Answer(503, "busy")
FULL = Answer(503, "full")

# The pickup listener's own.
STRANGER = Answer(403, "stranger")
ABSENT = Answer(404, "absent")


def refused(name: str) -> Answer:
    """A publication refused by an error of SPEC 2.1."""
    return Answer(409, name)
