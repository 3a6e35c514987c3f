"""Taking envelopes and pieces: durable first, acknowledged after. Every step may be repeated.

Anyone may send pieces, and as many as a drop lets in. So what a cycle takes is bounded in time, for the board must be
published on time, and in room, for reports must find a place.
"""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.calendar import epoch_of
from crypto.envelope import envelope_id
from handler.database import Database
from handler.errors import Refused
from handler.pickup.drop import Drop, DropMisbehaved
from handler.pickup.drop import PulledEnvelope as Pulled
from handler.pickup.piecestore import PieceStore
from handler.pickup.tables import InboxEnvelope, Piece, PulledEnvelope

PIECES_AN_ACKNOWLEDGEMENT = 64
IDS_A_QUERY = 500
MOST_ROUNDS = 200  # a cycle ends, even with a drop that never runs dry
KEPT_FREE = 1 << 30  # bytes of the disk that pieces leave to envelopes, cases and the board

Over = Callable[[], bool]
"""Whether the cycle has used up its time for taking."""


class NoRoomForFiles(Refused):
    """This console's disk is nearly full, so files stay with the drop; reports are taken still. Give it more room."""


def pull_envelopes(database: Database, drop: Drop, over: Over = lambda: False) -> int:
    """What the drop has for us; how many were new. An envelope once pulled is never put into the inbox again."""
    new = 0
    for _ in range(MOST_ROUNDS):
        if over():
            break
        batch = drop.envelopes()
        if not batch:
            break
        for envelope in batch:
            if envelope_id(envelope.raw) != envelope.id:
                raise DropMisbehaved("an envelope under another's id")
        with database.write() as console:
            new += _keep(console, batch)
        drop.acknowledge_envelopes(envelope.id for envelope in batch)
    return new


def _keep(console: Session, batch: list[Pulled]) -> int:
    known: set[bytes] = set()
    ids = [envelope.id for envelope in batch]
    for at in range(0, len(ids), IDS_A_QUERY):
        chosen = PulledEnvelope.id.in_(ids[at : at + IDS_A_QUERY])
        known.update(console.scalars(select(PulledEnvelope.id).where(chosen)))
    fresh = {envelope.id: envelope for envelope in batch if envelope.id not in known}.values()
    for envelope in fresh:
        epoch = int.from_bytes(envelope.raw[1:3], "big")
        console.add(PulledEnvelope(id=envelope.id, epoch=epoch))
        console.add(InboxEnvelope(id=envelope.id, epoch=epoch, day=envelope.day, raw=envelope.raw))
    return len(fresh)


def pull_pieces(database: Database, drop: Drop, store: PieceStore, today: int, over: Over = lambda: False) -> int:
    """Pieces that the drop has for us; how many were taken. Raises NoRoomForFiles."""
    taken = 0
    for _ in range(MOST_ROUNDS):
        names = [] if over() else drop.pieces()
        for at in range(0, len(names), PIECES_AN_ACKNOWLEDGEMENT):
            if over():
                return taken
            if store.free() < KEPT_FREE:
                raise NoRoomForFiles
            group = names[at : at + PIECES_AN_ACKNOWLEDGEMENT]
            taken += _take_pieces(database, drop, store, group, today)
            drop.acknowledge_pieces(group)
        if not names:
            break
    return taken


def _take_pieces(database: Database, drop: Drop, store: PieceStore, names: list[bytes], today: int) -> int:
    arrived = []
    for name in names:
        content = drop.piece(name)
        if content is not None:  # gone from the drop since it was listed: only to be acknowledged
            if store.read(name) is None:  # the first write of a name wins
                store.write(name, content)
            arrived.append(name)
    with database.write() as console:
        known = set(console.scalars(select(Piece.name).where(Piece.name.in_(arrived))))
        for name in set(arrived) - known:
            console.add(Piece(name=name, epoch=epoch_of(today)))
    return len(arrived)
