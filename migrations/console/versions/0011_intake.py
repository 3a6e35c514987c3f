"""Forms on which reports were entered, cases merged into earlier ones, and whether people on duty are to be told."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "entered_forms",
        sa.Column("form", sa.LargeBinary(16), primary_key=True),
        sa.Column("case_id", sa.LargeBinary(16), sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    )
    op.create_index("ix_entered_forms_case_id", "entered_forms", ["case_id"])
    op.create_table(
        "case_links",
        sa.Column("case_id", sa.LargeBinary(16), sa.ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("into_id", sa.LargeBinary(16), sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("by", sa.LargeBinary(16), nullable=False),
    )
    op.create_index("ix_case_links_into_id", "case_links", ["into_id"])
    op.create_table(
        "duty_notice",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("due", sa.Boolean, nullable=False),
        sa.Column("sent", sa.BigInteger, nullable=False),
    )
