"""The sealed inbox, cases, the board's queue."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    inbox()
    cases()
    threads()
    board()


def inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", sa.LargeBinary(32), primary_key=True),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("raw", sa.LargeBinary(20480), nullable=False),
    )
    op.create_index("ix_inbox_epoch", "inbox", ["epoch"])
    op.create_table(
        "pulled",
        sa.Column("id", sa.LargeBinary(32), primary_key=True),
        sa.Column("epoch", sa.Integer, nullable=False),
    )
    op.create_index("ix_pulled_epoch", "pulled", ["epoch"])
    op.create_table(
        "pieces",
        sa.Column("name", sa.LargeBinary(16), primary_key=True),
        sa.Column("epoch", sa.Integer, nullable=False),
    )
    op.create_index("ix_pieces_epoch", "pieces", ["epoch"])
    op.create_table(
        "alarms",
        sa.Column("key", sa.String(128), primary_key=True),
        sa.Column("since", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table(
        "orphan_keys",
        sa.Column("purpose", sa.String(128), primary_key=True),
        sa.Column("day", sa.Integer, nullable=False),
    )
    op.create_table(
        "housekeeping",
        sa.Column("task", sa.String(32), primary_key=True),
        sa.Column("day", sa.Integer, nullable=False),
    )
    op.create_table(
        "held",
        sa.Column("id", sa.LargeBinary(32), primary_key=True),
        sa.Column("thread_key", sa.LargeBinary(32), nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("raw", sa.LargeBinary(20480), nullable=False),
    )
    op.create_index("ix_held_thread_key", "held", ["thread_key"])
    op.create_index("ix_held_epoch", "held", ["epoch"])
    op.create_table(
        "quarantine",
        sa.Column("id", sa.LargeBinary(32), primary_key=True),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("error", sa.String(64), nullable=False),
        sa.Column("raw", sa.LargeBinary(20480), nullable=False),
    )
    op.create_index("ix_quarantine_epoch", "quarantine", ["epoch"])


def case_column(**more: bool) -> sa.Column[bytes]:
    return sa.Column(
        "case_id", sa.LargeBinary(16), sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False, **more
    )


def cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("sequence", sa.Integer, nullable=False, unique=True),
        sa.Column("number", sa.String(48), nullable=False, unique=True),
        sa.Column("group_name", sa.String(32), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("urgency", sa.Integer, nullable=False),
        sa.Column("flags", sa.String(256), nullable=False),
        sa.Column("unread", sa.Boolean, nullable=False),
    )
    op.create_index("cases_by_urgency", "cases", ["urgency", "sequence"])
    op.create_table(
        "case_numbers",
        sa.Column("prefix", sa.String(40), primary_key=True),
        sa.Column("last", sa.Integer, nullable=False),
    )
    op.create_table(
        "case_records",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        case_column(),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_index("case_records_by_case", "case_records", ["case_id", "position"])
    op.create_table(
        "case_pieces", case_column(primary_key=True), sa.Column("name", sa.LargeBinary(16), primary_key=True)
    )
    op.create_index("ix_case_pieces_name", "case_pieces", ["name"])
    op.create_table(
        "case_openings",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        case_column(),
        sa.Column("user_id", sa.LargeBinary(16), nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.UniqueConstraint("case_id", "user_id", "day"),
    )


def threads() -> None:
    op.create_table(
        "threads",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        case_column(),
        sa.Column("key", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("name", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("reader", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("standing", sa.String(8), nullable=False),
        sa.Column("successor", sa.LargeBinary(16)),
        sa.Column("used", sa.Boolean, nullable=False),
        sa.Column("next_index", sa.Integer, nullable=False),
        sa.Column("next_notice", sa.Integer, nullable=False),
    )
    op.create_index("ix_threads_case_id", "threads", ["case_id"])
    op.create_table(
        "taken_posts",
        sa.Column("thread_id", sa.LargeBinary(16), sa.ForeignKey("threads.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("post", sa.LargeBinary(16), primary_key=True),
    )


def board() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.LargeBinary(8), primary_key=True),
        case_column(),
        sa.Column("thread_id", sa.LargeBinary(16), sa.ForeignKey("threads.id", ondelete="CASCADE"), nullable=False),
        sa.Column("record_id", sa.LargeBinary(16), nullable=False),
        sa.Column("author", sa.LargeBinary(16)),
        sa.Column("kind", sa.Integer, nullable=False),
        sa.Column("parts", sa.Integer, nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("confirmed", sa.Boolean, nullable=False),
    )
    op.create_index("ix_messages_case_id", "messages", ["case_id"])
    op.create_index("ix_messages_thread_id", "messages", ["thread_id"])
    op.create_table(
        "slots",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("message_id", sa.LargeBinary(8), sa.ForeignKey("messages.id", ondelete="CASCADE")),
        sa.Column("thread_id", sa.LargeBinary(16)),
        sa.Column("tag_index", sa.Integer),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("copy", sa.Integer, nullable=False),
        sa.Column("certificate", sa.LargeBinary(8)),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("bundle", sa.LargeBinary(8)),
        sa.Column("publication", sa.Integer),
        sa.Column("position", sa.Integer),
        sa.Column("seen", sa.Boolean, nullable=False),
        sa.Column("sealed", sa.LargeBinary(1024), nullable=False),
        sa.UniqueConstraint("thread_id", "tag_index"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_slots_message_id", "slots", ["message_id"])
    op.create_index("slots_by_state", "slots", ["state", "priority", "id"])
    op.create_index("slots_by_publication", "slots", ["publication", "position"])
    op.create_table(
        "publications",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.Column("bulletin", sa.LargeBinary, nullable=False),
        sa.Column("outcome", sa.String(64), nullable=False),
    )
