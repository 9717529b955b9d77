"""Where each conversation stands.

Conversations from before have none; they get one with their next message.
"""

import sqlalchemy as sa
from alembic import op

revision = "scale1"
down_revision = "console1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "heads",
        sa.Column("sender_id", sa.String(255), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("after", sa.BigInteger, nullable=False),
        sa.Column("preface", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("sender_id", name="pk_heads"),
    )


def downgrade() -> None:
    """Take it back: every conversation is then read in full again."""
    op.drop_table("heads")
