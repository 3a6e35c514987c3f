"""Reporters without a browser: real envelopes, sealed and stamped with the library, posted over HTTP.

Each report's text is its own number, so that what a console opened can be counted.
"""

import http.client
import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from crypto import code, envelope, stamp
from crypto.opening import signer
from crypto.pins import Pins
from crypto.post import Answer, Post, Report, blind_seen, encode_post, seen_map
from crypto.state import State, choose_epoch, group_keys, parse_state

REFUSED = (OSError, http.client.HTTPException)


@dataclass(frozen=True)
class Sealed:
    """One report ready to be stamped: its number, and its envelope of 20,480 bytes."""

    number: str
    envelope: bytes


class Crowd:
    """Seals reports to one audience of a site, and posts them."""

    def __init__(self, url: str, site_json: Path, audience: int = 1) -> None:
        self.address = urlsplit(url).netloc
        self.pins = Pins.from_json(json.loads(site_json.read_text()))
        self.audience = audience
        self.state: State
        self.clock: float
        self.refresh()

    def refresh(self) -> None:
        """Fetches /state anew."""
        status, body = self.request("GET", "/state")
        assert status == 200, body[:64]
        self.state = parse_state(body, self.pins)
        self.clock = float(self.state.newest.time) if self.state.newest else 0.0

    def seal(self, number: str) -> Sealed:
        """A first report whose text is its number."""
        epoch = choose_epoch(self.state, self.clock)
        publics = group_keys(self.state, self.audience, epoch)
        keys = code.derive(code.new_code(self.audience), self.pins.site, publics)
        post_id = bytes.fromhex(number.rjust(32, "0"))
        post = Post(
            id=post_id,
            sign=keys.sign_public,
            reader=keys.reader_public,
            items=(Report("1", {}, {"what": Answer(text=f"report number {number}")}),),
            seen={group: blind_seen(seen_map([]), keys.secrets[group], post_id) for group in publics},
        )
        recipients = {g: envelope.Recipient(publics[g], keys.secrets[g]) for g in publics}
        sealed = envelope.seal(self.pins.site, epoch, recipients, encode_post(post), sign=signer(keys.sign_seed))
        return Sealed(number, sealed)

    def post(self, sealed: Sealed) -> int:
        """One try with a fresh stamp; the status. Raises OSError or HTTPException when the line is lost."""
        nonce = stamp.make(sealed.envelope, self.state.set_id, self.state.d)
        status, _ = self.request("POST", "/envelopes", nonce + sealed.envelope)
        return status

    def request(self, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection(self.address, timeout=30)
        try:
            connection.request(method, path, body, {"Content-Type": "text/plain"} if body else {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()
