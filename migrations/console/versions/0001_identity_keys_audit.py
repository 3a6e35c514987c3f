"""People, sessions, certificates and the audit chain."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

APPEND_ONLY_SQLITE = (
    "CREATE TRIGGER audit_entries_{act} BEFORE {act} ON audit_entries "
    "BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END"
)
APPEND_ONLY_POSTGRESQL = (
    "CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the audit chain is append-only'; END $$",
    "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()",
)


def upgrade() -> None:
    people()
    sessions()
    certificates()
    audit()


def people() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("lookup", sa.String(256), nullable=False, unique=True),
        sa.Column("public", sa.LargeBinary(1216), nullable=False),
        sa.Column("totp", sa.LargeBinary, nullable=False),
        sa.Column("totp_step", sa.Integer, nullable=False),
        sa.Column("created", sa.Integer, nullable=False),
        sa.Column("disabled", sa.Integer),
    )
    op.create_table(
        "user_roles",
        sa.Column("user_id", sa.LargeBinary(16), sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("role", sa.String(32), primary_key=True),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", sa.LargeBinary(1023), primary_key=True),
        sa.Column("user_id", sa.LargeBinary(16), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("public", sa.LargeBinary, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("added", sa.Integer, nullable=False),
    )
    op.create_index("ix_passkeys_user_id", "passkeys", ["user_id"])


def sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.LargeBinary(32), primary_key=True),
        sa.Column("user_id", sa.LargeBinary(16), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("open", sa.Boolean, nullable=False),
        sa.Column("started", sa.BigInteger, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sa.Column("challenge", sa.LargeBinary(32)),
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])
    op.create_table(
        "failed_sign_ins",
        sa.Column("bucket", sa.LargeBinary(32), primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("again_at", sa.BigInteger, nullable=False),
    )


def certificates() -> None:
    op.create_table(
        "epoch_certificates",
        sa.Column("id", sa.LargeBinary(8), primary_key=True),
        sa.Column("group_name", sa.String(32), nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("raw", sa.LargeBinary(1332), nullable=False),
        sa.Column("revoked", sa.Boolean, nullable=False),
    )
    op.create_index("ix_epoch_certificates_group_name", "epoch_certificates", ["group_name"])
    op.create_index("ix_epoch_certificates_epoch", "epoch_certificates", ["epoch"])
    op.create_table(
        "reply_certificates",
        sa.Column("id", sa.LargeBinary(8), primary_key=True),
        sa.Column("serial", sa.Integer, nullable=False, unique=True),
        sa.Column("from_day", sa.Integer, nullable=False),
        sa.Column("until_day", sa.Integer, nullable=False),
        sa.Column("raw", sa.LargeBinary(150), nullable=False),
        sa.Column("revoked", sa.Boolean, nullable=False),
    )


def audit() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("entry", sa.LargeBinary, nullable=False),
        sa.Column("head", sa.LargeBinary(32), nullable=False),
    )
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("head", sa.LargeBinary(32), nullable=False),
    )
    op.bulk_insert(head, [{"id": 1, "number": 0, "head": bytes(32)}])
    if op.get_bind().dialect.name == "sqlite":
        statements = tuple(APPEND_ONLY_SQLITE.format(act=act) for act in ("UPDATE", "DELETE"))
    else:
        statements = APPEND_ONLY_POSTGRESQL
    for statement in statements:
        op.execute(statement)
