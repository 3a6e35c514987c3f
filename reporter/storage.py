"""What the drop keeps of envelopes and pieces: kept once, handed out in random order, gone when every console has them.

Storage holds rows only; the bytes of pieces are files, in reporter.pieces.
"""

import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from random import SystemRandom
from typing import NamedTuple

from sqlalchemy import Column, Connection, Table, bindparam, delete, exists, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.sql.dml import Insert

from reporter.database import Database
from reporter.tables import accepted, envelope_acks, envelopes, piece_acks, pieces

CHUNK = 500  # keys in one statement


class KeptEnvelope(NamedTuple):
    """An envelope as a console takes it: id(32), day, bytes(20,480)."""

    id: bytes
    day: int
    bytes: bytes


class Storage:
    """The rows of envelopes and pieces. Every method is one transaction, durable when it returns."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._accept = self._insert_once(accepted)
        self._keep = self._insert_once(envelopes)
        self._keep_piece = self._insert_once(pieces)

    # -- from visitors ----------------------------------------------------------------------------------------------

    def keep_envelope(self, envelope_id: bytes, envelope: bytes, day: int, set_number: int) -> bool:
        """Whether it is new. Two statements, whether new or repeated."""
        with self.database.write() as connection:
            if connection.execute(self._accept, {"id": envelope_id, "set_number": set_number}).rowcount == 0:
                connection.execute(_RENEW, {"the_id": envelope_id, "newer": set_number})
                return False
            epoch = int.from_bytes(envelope[1:3], "big")
            row = {"id": envelope_id, "bytes": envelope, "epoch": epoch, "day": day}
            return connection.execute(self._keep, row).rowcount == 1

    def has_accepted(self, envelope_id: bytes) -> bool:
        """Whether it was accepted with a stamp of a set that still counts, even if it was taken since."""
        with self.database.read() as connection:
            return connection.execute(select(accepted.c.id).where(accepted.c.id == envelope_id)).first() is not None

    def keep_piece(self, name: bytes, day: int) -> None:
        """Records that a piece is there; its file already is."""
        with self.database.write() as connection:
            connection.execute(self._keep_piece, {"name": name, "day": day})

    def has_piece(self, name: bytes) -> bool:
        with self.database.read() as connection:
            return connection.execute(select(pieces.c.day).where(pieces.c.name == name)).first() is not None

    def counts(self) -> tuple[int, int]:
        """How many envelopes and how many pieces are kept."""
        with self.database.read() as connection:
            return (
                connection.execute(select(func.count()).select_from(envelopes)).scalar_one(),
                connection.execute(select(func.count()).select_from(pieces)).scalar_one(),
            )

    # -- to consoles ------------------------------------------------------------------------------------------------

    def envelopes_for(self, console: str, limit: int) -> list[KeptEnvelope]:
        """Up to `limit` envelopes that this console has not acknowledged, in random order."""
        with self.database.read() as connection:
            keys = _unseen(connection, envelopes.c.id, envelope_acks, console, limit)
            columns = (envelopes.c.id, envelopes.c.day, envelopes.c.bytes)
            wanted = [select(*columns).where(envelopes.c.id.in_(chunk)) for chunk in _chunks(keys)]
            rows = [row for query in wanted for row in connection.execute(query)]
        SystemRandom().shuffle(rows)
        return [KeptEnvelope(*row) for row in rows]

    def pieces_for(self, console: str, limit: int) -> list[bytes]:
        """Up to `limit` names that this console has not acknowledged, in random order."""
        with self.database.read() as connection:
            names = _unseen(connection, pieces.c.name, piece_acks, console, limit)
        SystemRandom().shuffle(names)
        return names

    def acknowledge_envelopes(self, console: str, ids: Iterable[bytes], consoles: Collection[str]) -> None:
        """Notes that `console` has them, and deletes those that all of `consoles` have."""
        for chunk in _chunks(list(ids)):
            with self.database.write() as connection:
                self._acknowledge(connection, envelopes, envelope_acks, console, chunk)
                finished = _acknowledged(connection, envelopes, envelope_acks, consoles, chunk)
                _delete(connection, envelopes, envelope_acks, finished)

    def acknowledge_pieces(
        self, console: str, names: Iterable[bytes], consoles: Collection[str], remove: Callable[[bytes], None]
    ) -> None:
        """The same for pieces; `remove` deletes a file, before the row is gone for good."""
        for chunk in _chunks(list(names)):
            with self.database.write() as connection:
                self._acknowledge(connection, pieces, piece_acks, console, chunk)
                self._delete_pieces(connection, _acknowledged(connection, pieces, piece_acks, consoles, chunk), remove)

    # -- retention --------------------------------------------------------------------------------------------------

    def purge_envelopes(self, consoles: Collection[str], oldest: int) -> int:
        """Deletes envelopes of days before `oldest`, and those that all of `consoles` have; how many."""
        deleted = 0
        for chunk in self._finished(envelopes, envelope_acks, consoles, oldest):
            with self.database.write() as connection:
                _delete(connection, envelopes, envelope_acks, chunk)
            deleted += len(chunk)
        return deleted

    def purge_pieces(self, consoles: Collection[str], oldest: int, remove: Callable[[bytes], None]) -> int:
        """The same for pieces and their files."""
        deleted = 0
        for chunk in self._finished(pieces, piece_acks, consoles, oldest):
            with self.database.write() as connection:
                self._delete_pieces(connection, chunk, remove)
            deleted += len(chunk)
        return deleted

    def forget_accepted(self, lowest_set: int) -> int:
        """Deletes the ids accepted with stamps of sets before this one; how many."""
        with self.database.write() as connection:
            return connection.execute(delete(accepted).where(accepted.c.set_number < lowest_set)).rowcount

    # -- parts ------------------------------------------------------------------------------------------------------

    def _finished(self, table: Table, acks: Table, consoles: Collection[str], oldest: int) -> Iterator[list[bytes]]:
        key = table.primary_key.columns[0]
        with self.database.read() as connection:
            old = [row[0] for row in connection.execute(select(key).where(table.c.day < oldest))]
            taken = _acknowledged(connection, table, acks, consoles, None)
        yield from _chunks(list({*old, *taken}))

    def _acknowledge(
        self, connection: Connection, table: Table, acks: Table, console: str, keys: Sequence[bytes]
    ) -> None:
        # Only what is still there: an acknowledgement that comes twice leaves nothing behind.
        key = table.primary_key.columns[0]
        held = select(key, literal(console)).where(key.in_(keys))
        insert = insert_sqlite(acks) if self.database.sqlite else insert_postgresql(acks)
        connection.execute(insert.from_select([key.name, "console"], held).on_conflict_do_nothing())

    def _delete_pieces(self, connection: Connection, names: Sequence[bytes], remove: Callable[[bytes], None]) -> None:
        _delete(connection, pieces, piece_acks, names)
        for name in names:
            remove(name)

    def _insert_once(self, table: Table) -> Insert:
        insert = insert_sqlite(table) if self.database.sqlite else insert_postgresql(table)
        return insert.on_conflict_do_nothing().execution_options(preserve_rowcount=True)  # not kept for inserts else


# A repeated post with a stamp of a newer set is remembered until that set is dropped, so that no stamp serves twice.
_RENEW = (
    update(accepted)
    .where(accepted.c.id == bindparam("the_id"), accepted.c.set_number < bindparam("newer"))
    .values(set_number=bindparam("newer"))
)


def _unseen(connection: Connection, key: Column[bytes], acks: Table, console: str, limit: int) -> list[bytes]:
    """Keys are hashes, so those that follow a random one, and then those before it, are a choice without an order."""
    own = acks.primary_key.columns[0]
    wanted = select(key).where(~exists().where(own == key, acks.c.console == console)).order_by(key).limit(limit)
    start = secrets.token_bytes(32)
    keys = list(connection.execute(wanted.where(key >= start)).scalars())
    if len(keys) < limit:
        keys += connection.execute(wanted.where(key < start).limit(limit - len(keys))).scalars()
    return keys


def _acknowledged(
    connection: Connection, table: Table, acks: Table, consoles: Collection[str], keys: Sequence[bytes] | None
) -> list[bytes]:
    """Which of `keys` (of all, for None) every one of `consoles` has acknowledged; none where there are no consoles."""
    if not consoles:
        return []
    own = acks.primary_key.columns[0]
    complete = select(own).where(acks.c.console.in_(consoles)).group_by(own).having(func.count() == len(set(consoles)))
    if keys is not None:
        complete = complete.where(own.in_(keys))
    return list(connection.execute(complete).scalars())


def _delete(connection: Connection, table: Table, acks: Table, keys: Sequence[bytes]) -> None:
    if keys:
        connection.execute(delete(table).where(table.primary_key.columns[0].in_(keys)))
        connection.execute(delete(acks).where(acks.primary_key.columns[0].in_(keys)))


def _chunks(keys: Sequence[bytes]) -> Iterator[list[bytes]]:
    for at in range(0, len(keys), CHUNK):
        yield list(keys[at : at + CHUNK])
