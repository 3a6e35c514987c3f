"""Alembic's entry for the drop's database. reporter.database gives it an open connection; it opens none itself."""

from alembic import context

from reporter.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_type=True,
    render_as_batch=True,
)
context.run_migrations()
