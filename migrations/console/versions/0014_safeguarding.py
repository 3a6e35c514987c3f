"""Safeguarding referrals, their recipients and sealed packs, and what was seen or done in a case, each once."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "referrals",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("case_id", sa.LargeBinary(16), sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False, unique=True),
        sa.Column("by", sa.LargeBinary(16), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("flagged", sa.BigInteger, nullable=False),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("person", sa.String(8), nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("made", sa.BigInteger, nullable=True),
        sa.Column("protected", sa.BigInteger, nullable=True),
    )
    op.create_index("ix_referrals_case_id", "referrals", ["case_id"])
    op.create_index("referrals_in_queue", "referrals", ["state", "level", "due"])
    op.create_table(
        "referral_recipients",
        sa.Column(
            "referral_id", sa.LargeBinary(16), sa.ForeignKey("referrals.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("made", sa.BigInteger, nullable=True),
        sa.Column("how", sa.String(8), nullable=False),
        sa.Column("confirm_due", sa.BigInteger, nullable=True),
        sa.Column("confirmed", sa.BigInteger, nullable=True),
        sa.Column("answer_due", sa.BigInteger, nullable=True),
        sa.Column("acknowledged", sa.BigInteger, nullable=True),
        sa.Column("outcome", sa.BigInteger, nullable=True),
    )
    op.create_table(
        "referral_records",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("referral_id", sa.LargeBinary(16), sa.ForeignKey("referrals.id", ondelete="CASCADE"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_index("referral_records_by_referral", "referral_records", ["referral_id", "position"])
    op.create_table(
        "safeguarding_marks",
        sa.Column("case_id", sa.LargeBinary(16), sa.ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("by", sa.LargeBinary(16), nullable=True),
    )
    op.create_index("case_clocks_by_kind", "case_clocks", ["kind", "done", "due"])  # every page counts what is late
