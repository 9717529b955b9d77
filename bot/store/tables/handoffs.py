"""People who asked for a person, what the program still owes a patient, and the staff's replies."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables import METADATA

handoffs = sa.Table(
    "handoffs",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("sender_id", sa.String(255), nullable=False, index=True),
    sa.Column("asked_at", sa.Float, nullable=False),
    sa.Column("answered_at", sa.Float, nullable=True),
    sa.Column("answered_by", sa.Integer, nullable=True),
    sa.Column("closed_at", sa.Float, nullable=True),
    sa.Index(
        "ix_handoffs_open",
        "asked_at",
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    ),
)

duties = sa.Table(
    "duties",
    METADATA,
    # Something to say to a patient unasked. Several web processes look here; one claims it.
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("sender_id", sa.String(255), nullable=False, index=True),
    sa.Column("kind", sa.String(20), nullable=False),  # "late", "away", "emergency", "crisis"
    sa.Column("at", sa.Float, nullable=False),  # when the reason for it arose
    sa.Column("detail", sa.String(80), nullable=False),  # the name of staff it is about
    sa.Column("claimed_at", sa.Float, nullable=True),
    sa.Column("done_at", sa.Float, nullable=True),
    sa.Index(
        "ix_duties_open",
        "kind",
        "at",
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    ),
)

staff_replies = sa.Table(
    "staff_replies",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("sender_id", sa.String(255), nullable=False, index=True),
    sa.Column(
        "key", sa.String(40), nullable=False, unique=True
    ),  # the browser's: sent twice is once
    sa.Column("user_id", sa.Integer, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("text", sa.Text, nullable=False),  # "" once it is in the conversation itself
    sa.Column("state", sa.String(10), nullable=False),  # "sending", "sent", "waiting" or "failed"
)
