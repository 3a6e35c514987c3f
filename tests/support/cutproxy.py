"""A bad line between a browser and the drop: resets in the middle of a body, lost answers, silence.

`CutProxy(upstream_port)` listens on a free port of 127.0.0.1 and passes one request a connection on. Faults are given
for requests by their start ("POST /pieces"), each for the next `times` requests that fit; all others go through.

with CutProxy(live.port) as line:
    line.cut_request("POST /envelopes", after=10_000)   # reset once 10,000 bytes of the body went to the drop
    line.lose_answer("POST /envelopes")                 # the drop has it whole, the browser never hears so
"""

import contextlib
import re
import socket
import struct
import threading
import time
from dataclasses import dataclass

CHUNK = 65_536
HEAD_END = b"\r\n\r\n"
SETTLE = 0.1  # seconds in which what was passed on is read before a reset throws it away
EVERY_TIME = 1_000_000


@dataclass
class Fault:
    """What happens to the next `times` requests that start so: in which direction, after how many bytes of body."""

    start: str
    way: str  # "request" or "answer"
    after: int  # bytes of body that go through; -1: not even the head
    then: str  # "reset" or "silence"
    times: int


@dataclass(frozen=True)
class Passed:
    """One request as it went: method and path, bytes of body that reached the drop, the status it answered with.

    `status` is 0 where the drop was not asked to the end; `heard` is whether the browser got the whole answer.
    """

    request: str
    body: int
    status: int
    heard: bool


class CutProxy:
    """A context manager. `url` is where browsers connect; `passed` is what went through, in order of the ends."""

    def __init__(self, upstream_port: int) -> None:
        self.upstream_port = upstream_port
        self.passed: list[Passed] = []
        self.is_down = False
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "CutProxy":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    # -- faults -----------------------------------------------------------------------------------------------------

    def cut_request(self, start: str, after: int, times: int = 1) -> None:
        """Both ends are reset once so many bytes of the body went to the drop."""
        self._faults.append(Fault(start, "request", after, "reset", times))

    def lose_answer(self, start: str, times: int = 1) -> None:
        """The drop has the request and answers; the browser's connection is reset before it hears anything."""
        self._faults.append(Fault(start, "answer", -1, "reset", times))

    def cut_answer(self, start: str, after: int, times: int = 1) -> None:
        """The browser gets the head and so many bytes of the body, then a reset."""
        self._faults.append(Fault(start, "answer", after, "reset", times))

    def stall_answer(self, start: str, after: int, times: int = EVERY_TIME) -> None:
        """The browser gets the head and so many bytes of the body, then nothing more, for as long as it waits."""
        self._faults.append(Fault(start, "answer", after, "silence", times))

    def mend(self) -> None:
        """From now on all goes through."""
        self._faults.clear()
        self.is_down = False

    def count(self, start: str) -> int:
        """Requests of this start that the drop answered."""
        return sum(one.request.startswith(start) and one.status > 0 for one in self.passed)

    # -- connections ------------------------------------------------------------------------------------------------

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            head, rest = _head_of(client)
            if self.is_down:
                return _reset(client)
            if not head:
                return client.close()
            request = " ".join(head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")[:2])
            with socket.create_connection(("127.0.0.1", self.upstream_port)) as server:
                self._pass(client, server, request, head, rest)
        return None

    def _pass(self, client: socket.socket, server: socket.socket, request: str, head: bytes, rest: bytes) -> None:
        fault = self._fault_of(request)
        length = _length_of(head)
        most = fault.after if fault and fault.way == "request" else length
        server.sendall(_closing(head))
        went = _relay(client, server, rest, most)
        if went < length:
            self.passed.append(Passed(request, went, 0, heard=False))
            time.sleep(SETTLE)
            _reset(server)
            return _reset(client)
        answer, rest = _head_of(server)
        status = int(answer.split(b" ", 2)[1]) if answer else 0
        if not fault or fault.way != "answer":
            client.sendall(_closing(answer))
            _relay(server, client, rest, _length_of(answer))
            self.passed.append(Passed(request, went, status, heard=True))
            return client.close()
        self.passed.append(Passed(request, went, status, heard=False))
        if fault.after >= 0:
            client.sendall(_closing(answer))
            _relay(server, client, rest, fault.after)
        if fault.then == "silence":
            self._ended.wait()
        time.sleep(SETTLE)
        return _reset(client)

    def _fault_of(self, request: str) -> Fault | None:
        with self._lock:
            found = next((one for one in self._faults if one.times > 0 and request.startswith(one.start)), None)
            if found:
                found.times -= 1
            return found


def _head_of(source: socket.socket) -> tuple[bytes, bytes]:
    """The head of a message, its empty line included, and what came behind it; empty where the line ended before."""
    got = b""
    while HEAD_END not in got:
        data = source.recv(CHUNK)
        if not data:
            return b"", b""
        got += data
    head, rest = got.split(HEAD_END, 1)
    return head + HEAD_END, rest


def _relay(source: socket.socket, target: socket.socket, begun: bytes, most: int) -> int:
    """Passes on up to `most` bytes, first those that came already; how many it were."""
    data, went = begun[:most], 0
    while True:
        target.sendall(data)
        went += len(data)
        if went >= most or not (data := source.recv(min(CHUNK, most - went))):
            return went


def _length_of(head: bytes) -> int:
    found = re.search(rb"(?im)^content-length:\s*(\d+)", head)
    return int(found.group(1)) if found else 0


def _closing(head: bytes) -> bytes:
    """The head as of a message whose connection ends with it."""
    lines = [line for line in head.split(b"\r\n") if line and not line.lower().startswith(b"connection:")]
    return b"\r\n".join([*lines, b"Connection: close"]) + HEAD_END


def _reset(end: socket.socket) -> None:
    """RST instead of FIN."""
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end.close()
