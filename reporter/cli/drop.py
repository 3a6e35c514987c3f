"""The drop, as a visit uses it: one state, then posts that are repeated until the drop answers (SPEC 6, 7, 8)."""

from __future__ import annotations

import http.client
import secrets
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from crypto import stamp
from crypto.errors import ProtocolError
from crypto.pins import Pins
from crypto.state import State, parse_state
from reporter.cli.refusals import BadAddress, Busy, Full, Malformed, NotCertain, Offline, Refused, StampRefused

TIMEOUT = 180  # seconds for one request
LONGEST_STATE = 40 << 20  # bytes
LOAD_PAUSES = (1, 3)  # seconds before a lost state is fetched again
PAUSES = (1, 2, 4, 8, 15, 30, 30)  # before a lost post is tried again
BUSY_PAUSES = (2, 4, 8, 15, 30, 30)
_STATUS = {"stored": 201, "malformed": 400, "stamp": 409, "busy": 503, "full": 503}
_NEUTRAL = {"User-Agent": "Mozilla/5.0", "Accept": "*/*"}

Wait = Callable[[float], None]


class Lost(Exception):
    """What the network did, as told apart from what the drop answered."""


class Drop:
    """One site. `wait` sleeps for seconds; `state` is the newest that was read."""

    def __init__(self, address: str, pins: Pins, wait: Wait = time.sleep) -> None:
        """Raises BadAddress."""
        try:
            parts = urlsplit(address)
            self._host, self._port = parts.hostname, parts.port
        except ValueError as error:
            raise BadAddress(address) from error
        if parts.scheme not in ("http", "https") or not self._host:
            raise BadAddress(address)
        self._secure, self._prefix = parts.scheme == "https", parts.path.rstrip("/")
        self._pins, self._wait = pins, wait
        self.state: State | None = None
        self._lost = False  # an answer of the post under way

    def load_state(self) -> State:
        """Fetches and checks /state. Raises Offline, what parse_state raises, RolledBack for one older than before."""
        for pause in (*LOAD_PAUSES, None):
            try:
                status, raw = self._request("GET", "/state", b"", LONGEST_STATE)
                if status != 200:
                    raise Lost
                break
            except Lost as error:
                if pause is None:
                    raise Offline from error
                self._wait(_about(pause))
        found = parse_state(raw, self._pins)
        for earlier in self.state.bulletins if self.state else ():
            later = found.bulletin(earlier.console)
            if later:
                later.check_after(earlier)
        self.state = found
        return found

    def post_envelope(self, envelope: bytes) -> None:
        """Stamps and posts; returns only when the drop said that the envelope is stored.

        Raises NotCertain once an answer was lost; before that Busy, Full, Malformed, StampRefused, or as load_state.
        """
        self._lost = False
        try:
            self._post_envelope(envelope)
        except (Refused, ProtocolError) as problem:
            if self._lost:
                raise NotCertain from problem
            raise

    def _post_envelope(self, envelope: bytes) -> None:
        state = self.state or self.load_state()
        d, busy, fetched = stamp.clamp(state.d), 0, False
        while True:
            answer = self._send("/envelopes", stamp.make(envelope, state.set_id, d) + envelope)  # spec: 6
            if answer == "stored":
                return
            if answer == "stamp" and not fetched:
                fetched, state = True, self.load_state()
                d = max(d, stamp.clamp(state.d))
            elif answer == "busy":
                self._pause(busy)
                busy, d = busy + 1, min(stamp.HIGHEST, d + 1)
            else:
                raise _refusal(answer)

    def post_piece(self, name: bytes, piece: bytes) -> None:
        """Posts a piece (262,144 bytes) under its name. Raises Offline, Busy, Full, Malformed."""
        busy = 0
        while (answer := self._send(f"/pieces/{name.hex()}", piece)) != "stored":
            if answer != "busy":
                raise _refusal(answer)
            self._pause(busy)
            busy += 1

    def _send(self, path: str, body: bytes) -> str:
        """The word that the drop answers; the same bytes again while the connection is lost."""
        for pause in (*PAUSES, None):
            try:
                status, answer = self._request("POST", path, body, 64)
                word = answer.decode("latin-1").rstrip(" ")
                if len(answer) == 64 and _STATUS.get(word) == status:
                    return word
                raise Lost
            except Lost as error:
                self._lost = True
                if pause is None:
                    raise Offline from error
                self._wait(_about(pause))
        raise Offline

    def _request(self, method: str, path: str, body: bytes, most: int) -> tuple[int, bytes]:
        """Status and body of one request, on a connection of its own. Redirects are not followed. Raises Lost."""
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        connection = kind(self._host or "", self._port, timeout=TIMEOUT)
        try:
            connection.putrequest(method, self._prefix + path, skip_accept_encoding=True)
            for name, value in _NEUTRAL.items():
                connection.putheader(name, value)
            if method == "POST":
                connection.putheader("Content-Type", "text/plain")
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body or None)
            response = connection.getresponse()
            answer = response.read(most + 1)
        except (OSError, http.client.HTTPException) as error:
            raise Lost from error
        finally:
            connection.close()
        if len(answer) > most:
            raise Lost
        return response.status, answer

    def _pause(self, busy: int) -> None:
        if busy == len(BUSY_PAUSES):
            raise Busy
        self._wait(_about(BUSY_PAUSES[busy]))


def _about(seconds: float) -> float:
    """Half as long to half as long again, as browsers wait: nobody tells the two apart by it (SPEC 6)."""
    return seconds * (0.5 + secrets.randbits(32) / 2**32)


def _refusal(word: str) -> Exception:
    return {"full": Full, "stamp": StampRefused}.get(word, Malformed)()
