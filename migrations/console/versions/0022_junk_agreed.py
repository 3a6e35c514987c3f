"""Junk is destroyed once a second person has agreed that it is junk."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("put_aside", sa.Column("agreed_by", sa.LargeBinary(16)))
