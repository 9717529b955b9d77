"""Rows that come with every message get ids of 64 bits on PostgreSQL, before 32 are used up.

On a large table this takes its time, and the table is locked meanwhile. Rasa's own table of events
is changed where it is made, in bot/store/event_rows.py. SQLite's ids were as wide all along.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "wide1"
down_revision = "phones2"
branch_labels = None
depends_on = None

COLUMNS = (("spoken", "id"), ("spoken", "pattern"), ("tallies", "id"))


def upgrade() -> None:
    """Widen the columns, and what counts them."""
    _change("bigint", sa.BigInteger())


def downgrade() -> None:
    """Take it back; fails, and changes nothing, if a number is too long by now."""
    _change("integer", sa.Integer())


def _change(name: str, kind: sa.types.TypeEngine) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, column in COLUMNS:
        op.alter_column(table, column, type_=kind)
        if column == "id":
            op.execute(f"ALTER SEQUENCE {table}_id_seq AS {name}")
