"""Clocks that stand still; those that do not apply to their case's state end. What an STA priority can still raise, the
further categories, and the periods in which categories are priorities."""

import time

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0017"

RUN_IN = {
    "scope": ("investigating", "awaiting"),
    "update": ("investigating", "awaiting"),
    "checkin": ("closed", "retention"),
    "retention": ("closed",),
}
STAND_STILL_IN = {"triage": ("awaiting", "decision"), "scope": ("awaiting",)}


def upgrade() -> None:
    op.add_column("case_clocks", sa.Column("waits", sa.BigInteger, nullable=True))
    op.drop_index("case_clocks_by_due", "case_clocks")
    op.create_index("case_clocks_by_due", "case_clocks", ["kind", "done", "waits", "due", "case_id"])
    _apply()
    op.add_column("cases", sa.Column("further", sa.String(160), nullable=False, server_default=""))
    op.add_column("cases", sa.Column("liftable", sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "sta_periods",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("begins", sa.Integer, nullable=False),
        sa.Column("ends", sa.Integer, nullable=False),
        sa.Column("categories", sa.String(160), nullable=False),
        sa.Column("reason", sa.String(24), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("by", sa.LargeBinary(16), nullable=False),
        sa.Column("moved", sa.Integer, nullable=False),
    )


def _apply() -> None:
    clocks = sa.table("case_clocks", *(sa.column(name) for name in ("case_id", "kind", "due", "done", "waits")))
    cases = sa.table("cases", *(sa.column(name) for name in ("id", "state", "due")))
    now, running = int(time.time()), clocks.c.done.is_(None) & clocks.c.waits.is_(None)
    for kind, states in RUN_IN.items():
        elsewhere = sa.select(cases.c.id).where(cases.c.state.not_in(states))
        op.execute(
            clocks.update().where(clocks.c.kind == kind, running, clocks.c.case_id.in_(elsewhere)).values(done=now)
        )
    for kind, states in STAND_STILL_IN.items():
        there = sa.select(cases.c.id).where(cases.c.state.in_(states))
        those = (clocks.c.kind == kind) & running & clocks.c.case_id.in_(there)
        op.execute(clocks.update().where(those).values(waits=now))
    nearest = sa.select(sa.func.min(clocks.c.due)).where(clocks.c.case_id == cases.c.id, running)
    op.execute(cases.update().values(due=nearest.scalar_subquery()))
