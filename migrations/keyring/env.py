"""Alembic's entry for the keyring database. handler.database gives it an open connection; it opens none itself."""

from alembic import context

import handler.tables  # noqa: F401
from handler.database import KeyringBase

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=KeyringBase.metadata,
    compare_type=True,
    render_as_batch=True,
)
context.run_migrations()
