"""Alembic's entry for the keyring database. handler.database gives it an open connection; it opens none itself."""

import handler.tables  # noqa: F401
from alembic import context
from handler.database import KeyringBase

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=KeyringBase.metadata,
    compare_type=True,
    render_as_batch=True,
)
context.run_migrations()
