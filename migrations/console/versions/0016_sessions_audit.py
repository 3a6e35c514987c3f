"""Locked sessions; what the audit is searched by, beside each entry; samples of cases for review."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

SEARCHED = ("time", "actor", "act", "case_id")
APPEND_ONLY_SQLITE = (
    "CREATE TRIGGER audit_entries_{act} BEFORE {act} ON audit_entries "
    "BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END"
)


def upgrade() -> None:
    op.add_column("sessions", sa.Column("factor", sa.String(8), nullable=False, server_default=""))
    op.add_column("sessions", sa.Column("locked", sa.BigInteger))
    op.add_column("sessions", sa.Column("failures", sa.Integer, nullable=False, server_default="0"))
    op.add_column("audit_entries", sa.Column("time", sa.BigInteger, nullable=False, server_default="0"))
    for name in SEARCHED[1:]:
        op.add_column("audit_entries", sa.Column(name, sa.Text, nullable=False, server_default=""))
    fill()
    for name in SEARCHED:
        op.create_index(f"audit_entries_by_{name}", "audit_entries", [name, "number"])
    op.create_table(
        "audit_samples",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("by", sa.LargeBinary(16), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("first_day", sa.Integer, nullable=False),
        sa.Column("last_day", sa.Integer, nullable=False),
        sa.Column("wanted", sa.Integer, nullable=False),
        sa.Column("candidates", sa.Integer, nullable=False),
        sa.Column("seed", sa.LargeBinary(32), nullable=False),
    )
    op.create_table(
        "audit_sample_cases",
        sa.Column(
            "sample_id", sa.LargeBinary(16), sa.ForeignKey("audit_samples.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("case_id", sa.LargeBinary(16), primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("number", sa.String(48), nullable=False),
        sa.Column("safeguarding", sa.Boolean, nullable=False),
        sa.Column("closed", sa.BigInteger, nullable=False),
        sa.Column("finding", sa.String(24), nullable=False),
        sa.Column("reviewed", sa.BigInteger),
    )


def fill() -> None:
    """The columns of entries that are there already. The guards against changes are set aside for it and put back."""
    link = op.get_bind()
    sqlite = link.dialect.name == "sqlite"
    if sqlite:
        for act in ("UPDATE", "DELETE"):
            op.execute(f"DROP TRIGGER audit_entries_{act}")
    else:
        op.execute("ALTER TABLE audit_entries DISABLE TRIGGER audit_append_only")
    change = sa.text(
        "UPDATE audit_entries SET time = :time, actor = :actor, act = :act, case_id = :case WHERE number = :number"
    )
    for number, raw in link.execute(sa.text("SELECT number, entry FROM audit_entries ORDER BY number")).all():
        entry = json.loads(bytes(raw))
        link.execute(change, {"number": number, **{name: entry[name] for name in ("time", "actor", "act", "case")}})
    if sqlite:
        for act in ("UPDATE", "DELETE"):
            op.execute(APPEND_ONLY_SQLITE.format(act=act))
    else:
        op.execute("ALTER TABLE audit_entries ENABLE TRIGGER audit_append_only")
