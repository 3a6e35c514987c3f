"""Drafts of forms, sealed; what each person has set for themselves; replies that were taken back before the board."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("user_id", sa.LargeBinary(16), primary_key=True),
        sa.Column("case_id", sa.LargeBinary(16), sa.ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("form", sa.String(40), primary_key=True),
        sa.Column("id", sa.LargeBinary(16), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_drafts_case_id", "drafts", ["case_id"])
    op.create_index("ix_drafts_at", "drafts", ["at"])
    op.create_table(
        "user_settings",
        sa.Column("user_id", sa.LargeBinary(16), sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("zone", sa.String(40), nullable=False),
    )
    op.add_column("messages", sa.Column("taken_back", sa.BigInteger, nullable=True))
