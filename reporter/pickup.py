"""The consoles' listener: envelopes and pieces out, acknowledgements and publications in (SPEC 9)."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, g, request

from crypto.errors import ProtocolError
from reporter.answers import ABSENT, BUSY, MALFORMED, STRANGER, refused
from reporter.pieces import PieceFiles
from reporter.public import PIECE_NAME
from reporter.publication import LARGEST as LARGEST_PUBLICATION
from reporter.publication import publish
from reporter.published import Published
from reporter.retention import Retention
from reporter.sitefiles import NotFounded, SiteFiles
from reporter.statecache import StateCache
from reporter.storage import Storage

OCTETS = "application/octet-stream"
MOST_ENVELOPES, MOST_NAMES = 1_000, 65_536
ID, NAME = 32, 16  # bytes


@dataclass(frozen=True)
class Collection:
    """What the pickup views work with. `clock` is unix time in seconds."""

    storage: Storage
    files: PieceFiles
    published: Published
    state: StateCache
    site: SiteFiles
    retention: Retention
    clock: Callable[[], float]


def create_blueprint(drop: Collection) -> Blueprint:
    """The six routes of SPEC 9, for known consoles only."""
    pickup = Blueprint("pickup", __name__, url_prefix="/pickup")

    @pickup.before_request
    def admit() -> Response | None:
        try:
            console = drop.site.site().consoles.get(_peer())
        except NotFounded:
            return BUSY.response()
        if console is None:
            return STRANGER.response()
        g.console = console
        return None

    @pickup.after_request
    def tidy(response: Response) -> Response:
        if response.status_code < 300:
            response.call_on_close(drop.retention.purge_now_and_then)
        return response

    @pickup.get("/envelopes")
    def envelopes() -> Response:
        limit = _limit(MOST_ENVELOPES)
        if limit is None:
            return MALFORMED.response()
        kept = drop.storage.envelopes_for(g.console, limit)
        return _octets(b"".join(part for e in kept for part in (e.id, e.day.to_bytes(2, "big"), e.bytes)))

    @pickup.post("/envelopes/ack")
    def acknowledge_envelopes() -> Response:
        ids = _keys(ID, MOST_ENVELOPES)
        if ids is None:
            return MALFORMED.response()
        drop.storage.acknowledge_envelopes(g.console, ids, drop.state.shown().consoles)
        return Response(status=204)

    @pickup.get("/pieces")
    def pieces() -> Response:
        limit = _limit(MOST_NAMES)
        if limit is None:
            return MALFORMED.response()
        return _octets(b"".join(drop.storage.pieces_for(g.console, limit)))

    @pickup.get("/pieces/<name>")
    def piece(name: str) -> Response:
        content = drop.files.read(bytes.fromhex(name)) if PIECE_NAME.fullmatch(name) else None
        return ABSENT.response() if content is None else _octets(content)

    @pickup.post("/pieces/ack")
    def acknowledge_pieces() -> Response:
        names = _keys(NAME, MOST_NAMES)
        if names is None:
            return MALFORMED.response()
        drop.storage.acknowledge_pieces(g.console, names, drop.state.shown().consoles, drop.files.remove)
        return Response(status=204)

    @pickup.post("/publication")
    def publication() -> Response:
        body = _body(LARGEST_PUBLICATION)
        if body is None:
            return MALFORMED.response()
        try:
            publish(drop.published, drop.site.site(), g.console, body, drop.clock())
        except ProtocolError as error:
            return refused(error.name).response()
        return Response(status=204)

    return pickup


def _peer() -> bytes:
    """SHA-256 of the certificate that the other side has proved to hold; gunicorn checked it against the authority."""
    connection: Any = request.environ.get("gunicorn.socket")
    certificate = connection.getpeercert(binary_form=True) if hasattr(connection, "getpeercert") else None
    return hashlib.sha256(certificate).digest() if certificate else b""


def _limit(most: int) -> int | None:
    """The query's `limit`, 1 to `most`."""
    text = request.args.get("limit", "")
    if not (text.isascii() and text.isdigit()) or len(text) > 6:
        return None
    return int(text) if 1 <= int(text) <= most else None


def _keys(length: int, most: int) -> list[bytes] | None:
    """The body as keys of this length, at least one."""
    body = _body(length * most)
    if not body or len(body) % length:
        return None
    return [body[at : at + length] for at in range(0, len(body), length)]


def _body(most: int) -> bytes | None:
    if request.mimetype != OCTETS or request.content_length is None or request.content_length > most:
        return None
    body = request.get_data(cache=False)
    return body if len(body) == request.content_length else None


def _octets(content: bytes) -> Response:
    return Response(content, 200, {"Cache-Control": "no-store"}, content_type=OCTETS)
