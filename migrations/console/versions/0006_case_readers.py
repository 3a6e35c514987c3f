"""To whom a case's key is wrapped, for lists of one person's cases. The daily upkeep fills it for older cases."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "case_readers",
        sa.Column("user_id", sa.LargeBinary(16), primary_key=True),
        sa.Column("case_id", sa.LargeBinary(16), sa.ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    )
    op.create_index("ix_case_readers_case_id", "case_readers", ["case_id"])
