"""A phone's own conversation is found by an index: both go when their person is erased."""

from __future__ import annotations

from alembic import op

revision = "phones2"
down_revision = "phones1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_contacts_own_id", "contacts", ["own_id"])


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_contacts_own_id", "contacts")
