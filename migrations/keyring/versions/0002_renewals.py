"""Secrets that are being replaced, until it is known that the new one is in use."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "renewals",
        sa.Column("purpose", sa.String(128), primary_key=True),
        sa.Column("key_id", sa.LargeBinary(8), nullable=False),
    )
