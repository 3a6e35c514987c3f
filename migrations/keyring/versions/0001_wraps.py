"""Wrapped keys and locked seeds."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "wraps",
        sa.Column("purpose", sa.String(128), primary_key=True),
        sa.Column("holder", sa.LargeBinary(16), primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_wraps_holder", "wraps", ["holder"])
    op.create_table(
        "locked_seeds",
        sa.Column("holder", sa.LargeBinary(16), primary_key=True),
        sa.Column("locked", sa.LargeBinary, nullable=False),
    )
