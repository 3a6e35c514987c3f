"""Alembic's entry for the console database. handler.database gives it an open connection; it opens none itself."""

from alembic import context

import handler.tables  # noqa: F401
from handler.database import ConsoleBase

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=ConsoleBase.metadata,
    compare_type=True,
    render_as_batch=True,
)
context.run_migrations()
