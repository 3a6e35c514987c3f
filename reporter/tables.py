"""The drop's tables. No column holds an address, an agent, a time of a visit or an order of arrival (SPEC 8).

On SQLite every table that a visit touches is WITHOUT ROWID: rows lie by their hash and not in the order they came.
"""

from sqlalchemy import Column, Integer, LargeBinary, MetaData, SmallInteger, String, Table

metadata = MetaData()

envelopes = Table(
    "envelopes",
    metadata,
    Column("id", LargeBinary(32), primary_key=True),
    Column("bytes", LargeBinary(20480), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("day", Integer, nullable=False),
    sqlite_with_rowid=False,
)
accepted = Table(  # ids of envelopes, also of those already taken, for as long as a stamp of their set is accepted
    "accepted",
    metadata,
    Column("id", LargeBinary(32), primary_key=True),
    Column("set_number", Integer, nullable=False, index=True),
    sqlite_with_rowid=False,
)
envelope_acks = Table(
    "envelope_acks",
    metadata,
    Column("id", LargeBinary(32), primary_key=True),
    Column("console", String(32), primary_key=True),
    sqlite_with_rowid=False,
)
pieces = Table(
    "pieces",
    metadata,
    Column("name", LargeBinary(16), primary_key=True),
    Column("day", Integer, nullable=False),
    sqlite_with_rowid=False,
)
piece_acks = Table(
    "piece_acks",
    metadata,
    Column("name", LargeBinary(16), primary_key=True),
    Column("console", String(32), primary_key=True),
    sqlite_with_rowid=False,
)

# What consoles publish: public to everybody, so its times may be known.
revision = Table(  # one row; `number` rises with every publication, for other processes to see
    "revision",
    metadata,
    Column("one", SmallInteger, primary_key=True),
    Column("number", Integer, nullable=False),
)
roster = Table(  # at most one row
    "roster",
    metadata,
    Column("one", SmallInteger, primary_key=True),
    Column("serial", Integer, nullable=False),
    Column("raw", LargeBinary, nullable=False),
)
publications = Table(
    "publications",
    metadata,
    Column("console", String(32), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("bulletin", LargeBinary, nullable=False),
    Column("board", LargeBinary, nullable=False),
)
sets = Table(  # each set of bulletins that /state has shown; `replaced` is when the next one came, in unix seconds
    "sets",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("id", LargeBinary(16), nullable=False),
    Column("replaced", Integer),
)
