"""Who looked at which file; what was sealed out of a case; what was disclosed of one, and to be asked after."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "file_views",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("case_id", sa.LargeBinary(16), sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
        sa.Column("record_id", sa.LargeBinary(16), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.LargeBinary(16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("how", sa.String(12), nullable=False),
    )
    op.create_index("file_views_by_record", "file_views", ["record_id", "place"])
    op.create_index("ix_file_views_case_id", "file_views", ["case_id"])
    op.create_table(
        "sealed_objects",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("case_id", sa.LargeBinary(16), sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
        sa.Column("record_id", sa.LargeBinary(16), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("ground", sa.String(12), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.LargeBinary(16), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.LargeBinary(16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
    )
    op.create_index("sealed_objects_by_case", "sealed_objects", ["case_id", "at"])
    op.create_table(
        "disclosures",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("case_id", sa.LargeBinary(16), sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("record_id", sa.LargeBinary(16), nullable=False),
        sa.Column("approval_id", sa.LargeBinary(16), nullable=False, unique=True),
        sa.Column("by", sa.LargeBinary(16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=True),
        sa.Column("done_by", sa.LargeBinary(16), nullable=True),
        sa.Column("chaser", sa.Integer(), nullable=True),
    )
    op.create_index("ix_disclosures_case_id", "disclosures", ["case_id"])
