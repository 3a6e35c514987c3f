"""Envelopes, pieces, their acknowledgements, and what consoles publish."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "envelopes",
        sa.Column("id", sa.LargeBinary(32), primary_key=True),
        sa.Column("bytes", sa.LargeBinary(20480), nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "accepted",
        sa.Column("id", sa.LargeBinary(32), primary_key=True),
        sa.Column("set_number", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_accepted_set_number", "accepted", ["set_number"])
    op.create_table(
        "pieces",
        sa.Column("name", sa.LargeBinary(16), primary_key=True),
        sa.Column("day", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    for table, key, length in (("envelope_acks", "id", 32), ("piece_acks", "name", 16)):
        op.create_table(
            table,
            sa.Column(key, sa.LargeBinary(length), primary_key=True),
            sa.Column("console", sa.String(32), primary_key=True),
            sqlite_with_rowid=False,
        )
    counter = op.create_table(
        "revision",
        sa.Column("one", sa.SmallInteger, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
    )
    op.bulk_insert(counter, [{"one": 1, "number": 0}])
    op.create_table(
        "roster",
        sa.Column("one", sa.SmallInteger, primary_key=True),
        sa.Column("serial", sa.Integer, nullable=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "publications",
        sa.Column("console", sa.String(32), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("bulletin", sa.LargeBinary, nullable=False),
        sa.Column("board", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "sets",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("id", sa.LargeBinary(16), nullable=False),
        sa.Column("replaced", sa.Integer),
    )


def downgrade() -> None:
    for table in ("sets", "publications", "roster", "revision"):
        op.drop_table(table)
    for table in ("piece_acks", "envelope_acks", "pieces", "accepted", "envelopes"):
        op.drop_table(table)
