"""The ranked list: the place that somebody gave a case by hand, saved views, what was put aside as junk, and indexes
that hold all the list is filtered by."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

LISTED = (
    "ended", "place", "sequence", "id", "stream", "state", "priority", "urgency", "assigned", "unread", "due",
    "channel", "category", "sides", "flags",
)  # fmt: skip


def upgrade() -> None:
    op.add_column("cases", sa.Column("pinned", sa.Integer, nullable=False, server_default="0"))
    op.execute("UPDATE cases SET pinned = 1 WHERE place = -1")
    op.execute("UPDATE cases SET pinned = -1 WHERE place = 90")
    op.drop_index("cases_in_queue", "cases")
    op.create_index("cases_in_queue", "cases", list(LISTED))
    op.create_index("case_clocks_by_due", "case_clocks", ["kind", "done", "due", "case_id"])
    op.create_index("case_conflicts_untold", "case_conflicts", ["outcome", "seen"])
    op.create_table(
        "saved_views",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("user_id", sa.LargeBinary(16), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_saved_views_user_id", "saved_views", ["user_id"])
    op.create_table(
        "put_aside",
        sa.Column("case_id", sa.LargeBinary(16), sa.ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("batch", sa.LargeBinary(16), nullable=False),
        sa.Column("by", sa.LargeBinary(16), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("until", sa.Integer, nullable=False),
        sa.Column("clocks", sa.String(1024), nullable=False),
    )
    op.create_index("ix_put_aside_batch", "put_aside", ["batch"])
