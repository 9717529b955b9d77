"""People on the phone: contacts, what came in, what goes out, consents, codes for linking."""

import sqlalchemy as sa
from alembic import op

revision = "phones1"
down_revision = "scale1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "contacts",
        sa.Column("number_hash", sa.String(64), nullable=False),
        sa.Column("sender_id", sa.String(255), nullable=False),
        sa.Column("own_id", sa.String(255), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("last_in", sa.Float, nullable=False),
        sa.Column("offered", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number_hash", name="pk_contacts"),
    )
    op.create_table(
        "inbox",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("message_id", sa.String(64), nullable=False),
        sa.Column("sender_id", sa.String(255), nullable=False),
        sa.Column("number_hash", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("via", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("said", sa.Float, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_try", sa.Float, nullable=False),
        sa.Column("owner", sa.String(40), nullable=False),
        sa.Column("lease", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_inbox"),
        sa.UniqueConstraint("message_id", name="uq_inbox_message_id"),
    )
    op.create_table(
        "seen_messages",
        sa.Column("message_id", sa.String(64), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="pk_seen_messages"),
    )
    op.create_table(
        "outbox",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("sender_id", sa.String(255), nullable=False),
        sa.Column("number_hash", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("via", sa.String(80), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_try", sa.Float, nullable=False),
        sa.Column("owner", sa.String(40), nullable=False),
        sa.Column("lease", sa.Float, nullable=False),
        sa.Column("provider_id", sa.String(120), nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("updated", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_outbox"),
        sa.UniqueConstraint("id", name="uq_outbox_id"),
    )
    op.create_table(
        "consents",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("number_hash", sa.String(64), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("how", sa.String(20), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
    )
    op.create_table(
        "link_codes",
        sa.Column("code", sa.String(12), nullable=False),
        sa.Column("sender_id", sa.String(255), nullable=False),
        sa.Column("expires", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_link_codes"),
    )
    op.create_index("ix_contacts_sender_id", "contacts", ["sender_id"])
    op.create_index("ix_inbox_sender_id", "inbox", ["sender_id"])
    op.create_index("ix_outbox_sender_id", "outbox", ["sender_id"])
    op.create_index("ix_outbox_status", "outbox", ["status"])
    op.create_index("ix_outbox_provider_id", "outbox", ["provider_id"])
    op.create_index("ix_consents_number_hash", "consents", ["number_hash"])
    op.create_index("ix_link_codes_sender_id", "link_codes", ["sender_id"])


def downgrade() -> None:
    """Take them back."""
    for table in (
        "link_codes",
        "consents",
        "outbox",
        "seen_messages",
        "inbox",
        "contacts",
    ):
        op.drop_table(table)
