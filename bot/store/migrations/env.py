"""Alembic's entry point: runs migrations on the connection that migrate.py opened."""

from alembic import context

from bot.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata(),
    render_as_batch=True,  # SQLite cannot alter columns; Alembic copies the table instead
)
with context.begin_transaction():
    context.run_migrations()
