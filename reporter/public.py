"""What visitors ask the drop: POST /envelopes, POST /pieces/<name>, GET /state (SPEC 6 to 8)."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Request, Response, request
from sqlalchemy.exc import DBAPIError

from crypto.calendar import day_of
from crypto.suite import h
from reporter.answers import BUSY, COMMON, FULL, MALFORMED, STAMP, STORED, Answer
from reporter.failures import Failures, is_disk_full
from reporter.limits import Limits
from reporter.load import Load
from reporter.pieces import LENGTH as PIECE
from reporter.pieces import Full, PieceFiles, Room
from reporter.published import BulletinSet
from reporter.statecache import LOOK_AGAIN_SECONDS, LOOK_SECONDS, StateCache
from reporter.storage import Storage

STAMP_LENGTH, ENVELOPE, VERSION = 8, 20_480, 1
PIECE_NAME = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Drop:
    """What the public views work with. `clock` is unix time in seconds."""

    storage: Storage
    files: PieceFiles
    room: Room
    state: StateCache
    load: Load
    limits: Limits
    failures: Failures
    clock: Callable[[], float]


def create_blueprint(drop: Drop) -> Blueprint:
    """The three routes. Every method leads here, so that a wrong one gets the same 64 bytes as any other refusal."""
    public = Blueprint("public", __name__)
    every_method = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

    @public.route("/envelopes", methods=every_method, provide_automatic_options=False)
    def envelopes() -> Response:
        body = _body(request, STAMP_LENGTH + ENVELOPE)
        return (accept_envelope(drop, body) if body else MALFORMED).response()

    @public.route("/pieces/<path:name>", methods=every_method, provide_automatic_options=False)
    def pieces(name: str) -> Response:
        return _piece(drop, name).response()

    @public.route("/state", methods=every_method, provide_automatic_options=False)
    def state() -> Response:
        if request.method not in ("GET", "HEAD"):
            return MALFORMED.response()
        raw = drop.state.shown().state(drop.load.difficulty().asked)
        if raw is None:
            return BUSY.response()  # nothing is founded yet
        return Response(raw, 200, list(COMMON), content_type="application/octet-stream")

    return public


def accept_envelope(drop: Drop, body: bytes) -> Answer:
    """The answer to stamp(8) || envelope(20,480). What is answered `stored` is on the disk."""
    stamp, envelope = body[:STAMP_LENGTH], body[STAMP_LENGTH:]
    if envelope[0] != VERSION:
        return MALFORMED
    envelope_id, now, difficulty = h(envelope), drop.clock(), drop.load.difficulty()
    for age in (LOOK_SECONDS, LOOK_AGAIN_SECONDS):
        fit, bits = _best_set(drop.state.shown(age).accepted_sets(now), stamp, envelope_id, difficulty.enough)
        if fit:
            break
    else:
        return STAMP
    if not drop.limits.envelope() and bits <= difficulty.enough:
        return BUSY
    try:
        if not drop.room.for_envelope():
            return STORED if drop.storage.has_accepted(envelope_id) else FULL
        drop.storage.keep_envelope(envelope_id, envelope, day_of(now), fit.number)
    except DBAPIError as error:
        drop.failures.note(error)
        return FULL if is_disk_full(error) else BUSY
    drop.load.envelope()
    return STORED


def accept_piece(drop: Drop, name: bytes, content: bytes) -> Answer:
    """The answer to one piece. First write wins; what is answered `stored` is on the disk."""
    try:
        if drop.storage.has_piece(name) and drop.files.exists(name):
            return STORED
        if not drop.room.for_piece():
            return FULL
        day = day_of(drop.clock())
        while True:
            drop.files.place(name, content, day)
            drop.storage.keep_piece(name, day)
            if drop.files.exists(name):  # not deleted meanwhile as one that every console has taken
                return STORED
    except DBAPIError as error:
        drop.failures.note(error)
        return FULL if is_disk_full(error) else BUSY
    except Full as error:
        drop.failures.note(error)
        return FULL


def _piece(drop: Drop, name: str) -> Answer:
    if not PIECE_NAME.fullmatch(name) or not _announced(request, PIECE):
        return MALFORMED
    within = drop.limits.piece()
    content = _body(request, PIECE)
    if not content:
        return MALFORMED
    return accept_piece(drop, bytes.fromhex(name), content) if within else BUSY


def _best_set(sets: list[BulletinSet], stamp: bytes, envelope_id: bytes, d: int) -> tuple[BulletinSet | None, int]:
    """The newest set for which the stamp has at least d zero bits, and how many it has."""
    for candidate in sets:
        bits = 256 - int.from_bytes(h(candidate.id, envelope_id[:16], stamp), "big").bit_length()  # spec: 6
        if bits >= d:
            return candidate, bits
    return None, 0


def _announced(posted: Request, length: int) -> bool:
    """Whether the request's head is that of a post of this length: not chunked, compressed or of another type."""
    return (
        posted.method == "POST"
        and posted.environ.get("CONTENT_LENGTH") == str(length)
        and "HTTP_TRANSFER_ENCODING" not in posted.environ
        and "HTTP_CONTENT_ENCODING" not in posted.environ
        and posted.environ.get("CONTENT_TYPE") == "text/plain"
    )


def _body(posted: Request, length: int) -> bytes:
    """All of a body of exactly this length, or nothing."""
    if not _announced(posted, length):
        return b""
    try:
        body = bytes(posted.environ["wsgi.input"].read(length))
    except OSError:  # silence, or the line broke
        return b""
    return body if len(body) == length else b""
