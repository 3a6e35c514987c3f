"""Each person's conflict check of a case, and the tasks of a case."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "case_conflicts",
        sa.Column("case_id", sa.LargeBinary(16), sa.ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("user_id", sa.LargeBinary(16), primary_key=True),
        sa.Column("outcome", sa.String(8), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("seen", sa.Boolean, nullable=False),
    )
    op.create_table(
        "case_tasks",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("case_id", sa.LargeBinary(16), sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
        sa.Column("by", sa.LargeBinary(16), nullable=False),
        sa.Column("due", sa.Integer, nullable=False),
        sa.Column("done", sa.BigInteger, nullable=True),
        sa.Column("done_by", sa.LargeBinary(16), nullable=True),
    )
    op.create_index("ix_case_tasks_case_id", "case_tasks", ["case_id"])
