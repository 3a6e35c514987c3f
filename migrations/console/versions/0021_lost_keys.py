"""Keys of the console whose holder left or lost a role, so that what replaces them is not forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "lost_keys",
        sa.Column("user_id", sa.LargeBinary(16), sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("purpose", sa.String(128), primary_key=True),
        sa.Column("certificate", sa.LargeBinary(8), primary_key=True),
        sa.Column("day", sa.Integer, nullable=False),
    )
