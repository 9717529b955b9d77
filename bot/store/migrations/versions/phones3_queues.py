"""What waits for one person is found by an index: a thousand waiting took seconds a look."""

from __future__ import annotations

from alembic import op

revision = "phones3"
down_revision = "wide1"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_inbox_number_hash", "inbox", ["number_hash", "said"]),
    ("ix_outbox_number_hash", "outbox", ["number_hash", "status", "seq"]),
)


def upgrade() -> None:
    """Add the indexes."""
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns)


def downgrade() -> None:
    """Drop them again."""
    for name, table, _ in INDEXES:
        op.drop_index(name, table)
