"""The lifecycle of a case: its place in the queue, clocks, what is recorded, moves, and acts of two people."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    cases()
    lifecycle()
    approvals()


def cases() -> None:
    # A default that is an expression would have SQLite make the table anew, and dropping it drops its records too.
    with op.batch_alter_table("cases") as table:
        table.add_column(sa.Column("stream", sa.String(16), nullable=False, server_default="report"))
        table.add_column(sa.Column("channel", sa.String(16), nullable=False, server_default="site"))
        table.add_column(sa.Column("category", sa.String(16), nullable=False, server_default=""))
        table.add_column(sa.Column("priority", sa.Integer, nullable=False, server_default="0"))
        table.add_column(sa.Column("place", sa.Integer, nullable=False, server_default="0"))
        table.add_column(sa.Column("assigned", sa.LargeBinary(16), nullable=True))
        table.add_column(sa.Column("sides", sa.String(96), nullable=False, server_default=""))
        table.add_column(sa.Column("received", sa.BigInteger, nullable=False, server_default="0"))
        table.add_column(sa.Column("opened", sa.BigInteger, nullable=True))
        table.add_column(sa.Column("due", sa.BigInteger, nullable=True))
        table.add_column(sa.Column("ended", sa.Boolean, nullable=False, server_default="0"))
        table.drop_index("cases_by_urgency")
    cases = sa.table(
        "cases",
        sa.column("place", sa.Integer),
        sa.column("urgency", sa.Integer),
        sa.column("received"),
        sa.column("day"),
    )
    op.execute(cases.update().values(place=cases.c.urgency * 10 + 5, received=cases.c.day * 86_400))
    op.create_index("cases_in_queue", "cases", ["ended", "place", "sequence"])
    op.create_index("cases_by_due", "cases", ["ended", "due"])


def lifecycle() -> None:
    op.create_table(
        "case_clocks",
        sa.Column("case_id", sa.LargeBinary(16), sa.ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("kind", sa.String(24), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("done", sa.BigInteger, nullable=True),
    )
    op.create_table(
        "case_facts",
        sa.Column("case_id", sa.LargeBinary(16), sa.ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("name", sa.String(24), primary_key=True),
        sa.Column("moves", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("by", sa.LargeBinary(16), nullable=False),
        sa.Column("record_id", sa.LargeBinary(16), nullable=True),
    )
    op.create_table(
        "case_moves",
        sa.Column("case_id", sa.LargeBinary(16), sa.ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("by", sa.LargeBinary(16), nullable=False),
        sa.Column("role", sa.String(24), nullable=False),
        sa.Column("start", sa.String(32), nullable=False),
        sa.Column("end", sa.String(32), nullable=False),
        sa.Column("record_id", sa.LargeBinary(16), nullable=True),
    )


def approvals() -> None:
    op.create_table(
        "approvals",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("act", sa.String(32), nullable=False),
        sa.Column("case_id", sa.LargeBinary(16), sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=True),
        sa.Column("roles", sa.String(128), nullable=False),
        sa.Column("asked_by", sa.LargeBinary(16), nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("answered_by", sa.LargeBinary(16), nullable=True),
        sa.Column("answered_at", sa.BigInteger, nullable=True),
        sa.Column("record_id", sa.LargeBinary(16), nullable=True),
    )
    op.create_index("approvals_waiting", "approvals", ["state", "asked_at"])
