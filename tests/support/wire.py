"""A TCP relay that keeps every byte, so that a test sees what somebody on the line sees.

`Wire(upstream_port)` listens on a free port of 127.0.0.1 and passes each connection on, from the source address given
(a canary such as 127.0.0.77, which is then the visitor's address to the server). `cut_after` resets a connection once
that many bytes of request have gone through, as a bad mobile link does.
"""

import contextlib
import re
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

CHUNK = 65_536
HEAD_END = b"\r\n\r\n"


@dataclass
class Line:
    """One connection: the bytes of each direction, in order."""

    up: bytearray = field(default_factory=bytearray)
    down: bytearray = field(default_factory=bytearray)


@dataclass(frozen=True)
class Exchange:
    """One request and its answer as an observer counts them: kind, and bytes of head and body each way."""

    method: str
    path: str
    request_headers: tuple[str, ...]
    request_body: int
    status: int
    response_body: int


class Wire:
    """A recording relay; a context manager. `port` is where clients connect, `url` the same as an address."""

    def __init__(self, upstream_port: int, source: str = "127.0.0.1") -> None:
        self.upstream_port = upstream_port
        self.source = source
        self.lines: list[Line] = []
        self.cut_after: int | None = None
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "Wire":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def clear(self) -> None:
        """Forget what was recorded; open connections go on being recorded."""
        for line in self.lines:
            line.up.clear()
            line.down.clear()

    def everything(self) -> bytes:
        """All bytes of all connections, both directions."""
        return b"".join(bytes(line.up + line.down) for line in self.lines)

    def exchanges(self) -> list[Exchange]:
        """Every request with its answer, connection by connection."""
        return [exchange for line in list(self.lines) for exchange in _exchanges(bytes(line.up), bytes(line.down))]

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.upstream_port), source_address=(self.source, 0))
            except OSError:
                client.close()
                continue
            line = Line()
            self.lines.append(line)
            threading.Thread(target=self._pump, args=(client, server, line.up, True), daemon=True).start()
            threading.Thread(target=self._pump, args=(server, client, line.down, False), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, record: bytearray, is_request: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK):
                record += data
                if is_request and self.cut_after is not None and len(record) > self.cut_after:
                    self.cut_after = None
                    for end in (source, target):
                        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                        end.close()
                    return
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def _exchanges(up: bytes, down: bytes) -> Iterator[Exchange]:
    for (head, body), (answer, answer_body) in zip(_messages(up), _messages(down), strict=False):
        method, path, _ = head[0].split(" ", 2)
        names = tuple(sorted(line.split(":", 1)[0].lower() for line in head[1:]))
        yield Exchange(method, path, names, body, int(answer[0].split(" ")[1]), answer_body)


def _messages(stream: bytes) -> Iterator[tuple[list[str], int]]:
    """The HTTP/1.1 messages of one direction: head lines, and the length of the body as sent."""
    at = 0
    while (end := stream.find(HEAD_END, at)) >= 0:
        head = stream[at:end].decode("latin-1")
        length = re.search(r"(?im)^content-length:\s*(\d+)", head)
        size = int(length.group(1)) if length else 0
        yield head.split("\r\n"), size
        at = end + len(HEAD_END) + size
