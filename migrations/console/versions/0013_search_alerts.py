"""The search index, and alerts that two cases have the same subject or the same source."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "search_tokens",
        sa.Column("token", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("case_sequence", sa.Integer, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "search_sources",
        sa.Column("record_id", sa.LargeBinary(16), primary_key=True),
        sa.Column("case_sequence", sa.Integer, nullable=False),
        sa.Column("tokens", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_search_sources_case_sequence", "search_sources", ["case_sequence"])
    op.create_table(
        "case_alerts",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("older", sa.LargeBinary(16), sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
        sa.Column("newer", sa.LargeBinary(16), sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
        sa.Column("about", sa.String(8), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("verdict", sa.String(8), nullable=False),
        sa.Column("seen_by", sa.LargeBinary(16)),
        sa.Column("seen_at", sa.BigInteger),
        sa.UniqueConstraint("older", "newer", "about"),
    )
    op.create_index("ix_case_alerts_newer", "case_alerts", ["newer"])
    op.create_index("ix_case_alerts_verdict", "case_alerts", ["verdict"])
