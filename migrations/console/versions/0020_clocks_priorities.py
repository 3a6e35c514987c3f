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
    for kind, states in RUN_IN.items():
        _set("done", kind, "NOT IN", states)
    for kind, states in STAND_STILL_IN.items():
        _set("waits", kind, "IN", states)
    op.execute(
        "UPDATE cases SET due = (SELECT min(due) FROM case_clocks"
        " WHERE case_id = cases.id AND done IS NULL AND waits IS NULL)"
    )
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


def _set(column: str, kind: str, where: str, states: tuple[str, ...]) -> None:
    quoted = ", ".join(f"'{state}'" for state in states)
    op.execute(
        sa.text(
            f"UPDATE case_clocks SET {column} = :now WHERE kind = :kind AND done IS NULL"
            f" AND case_id IN (SELECT id FROM cases WHERE state {where} ({quoted}))"
        ).bindparams(now=int(time.time()), kind=kind)
    )
