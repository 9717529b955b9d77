"""What staff add to a conversation, and the examples they propose for training."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables import METADATA

notes = sa.Table(
    "notes",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("sender_id", sa.String(255), nullable=False, index=True),
    sa.Column("user_id", sa.Integer, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)

tags = sa.Table(
    "tags",
    METADATA,
    sa.Column("sender_id", sa.String(255), primary_key=True),
    sa.Column("tag", sa.String(40), primary_key=True, index=True),
)

corrections = sa.Table(
    "corrections",
    METADATA,
    # One for each message that somebody corrected, so that it goes when its patient goes.
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("sender_id", sa.String(255), nullable=False),
    sa.Column("said_at", sa.Float, nullable=False),
    sa.Column("key", sa.String(64), nullable=False, index=True),  # the same for the same words
    sa.Column("text", sa.Text, nullable=False),  # masked
    sa.Column("was", sa.String(60), nullable=False),  # the intent it was taken for
    sa.Column("intent", sa.String(60), nullable=False),  # the intent it should have been
    sa.Column("entities", sa.Text, nullable=False),  # JSON: start, end, entity, value
    sa.Column("state", sa.String(10), nullable=False),  # "proposed", "approved" or "rejected"
    sa.Column("proposed_by", sa.Integer, nullable=False),
    sa.Column("proposed_at", sa.Float, nullable=False),
    sa.Column("decided_by", sa.Integer, nullable=True),
    sa.Column("decided_at", sa.Float, nullable=True),
    sa.UniqueConstraint("sender_id", "said_at"),
)

canned_replies = sa.Table(
    "canned_replies",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("title", sa.String(60), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("user_id", sa.Integer, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
)
