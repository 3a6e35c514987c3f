"""Which key a case and each of its records is under, so that no record under an older key is ever taken.

Older cases take on an id when they are first written to, their records when the key is first renewed. And what is left
of a destroyed case, and which auditor reads which case.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0006"


def upgrade() -> None:
    # Never in a way that has SQLite make `cases` anew, by a constraint or by a default that is an expression: dropping
    # the table drops every record that hangs on it.
    op.add_column("cases", sa.Column("key_id", sa.LargeBinary(8), nullable=True))
    op.add_column("cases", sa.Column("renew_key", sa.Boolean, nullable=False, server_default="0"))
    op.create_index("cases_by_key", "cases", ["id", "key_id"], unique=True)
    with op.batch_alter_table("case_records") as table:
        table.add_column(sa.Column("key_id", sa.LargeBinary(8), nullable=True))
        table.create_foreign_key(
            "case_records_key", "cases", ["case_id", "key_id"], ["id", "key_id"],
            deferrable=True, initially="DEFERRED",
        )  # fmt: skip
    op.create_table(
        "destroyed_cases",
        sa.Column("number", sa.String(48), primary_key=True),
        sa.Column("received", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(24), nullable=False),
        sa.Column("asked_by", sa.LargeBinary(16), nullable=False),
        sa.Column("approved_by", sa.LargeBinary(16), nullable=False),
        sa.Column("destroyed", sa.Integer, nullable=False),
        sa.Column("complete", sa.Integer, nullable=False),
    )
    op.create_index("ix_destroyed_cases_destroyed", "destroyed_cases", ["destroyed"])
    op.create_table(
        "case_visits",
        sa.Column("case_id", sa.LargeBinary(16), sa.ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("user_id", sa.LargeBinary(16), primary_key=True),
        sa.Column("until", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_case_visits_until", "case_visits", ["until"])
