"""Conversations as the console lists them: one row each, kept up to date by projection.py.

Rasa's ``events`` stay the truth; everything in the first two tables but the staff's own columns can
be made again from them. A flag is the time it was raised, none if it is down.
"""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables import LONG_ID, METADATA

FLAGS = ("emergency", "crisis", "wanted", "missed", "negative", "undelivered", "unread", "paused")

conversations = sa.Table(
    "conversations",
    METADATA,
    sa.Column("sender_id", sa.String(255), primary_key=True),
    sa.Column("ref", sa.String(16), nullable=False, unique=True),  # its name in addresses and audit
    sa.Column("channel", sa.String(40), nullable=False),
    sa.Column("condition", sa.String(200), nullable=False),
    sa.Column("first_at", sa.Float, nullable=False),
    sa.Column("last_at", sa.Float, nullable=False),
    sa.Column("updated", sa.Float, nullable=False, index=True),
    sa.Column("last_words", sa.String(200), nullable=False),  # a person's, if one has spoken
    sa.Column("last_by", sa.String(10), nullable=False),  # "patient", "staff" or "bot"
    sa.Column("messages", sa.Integer, nullable=False),  # the patient's
    sa.Column("missed", sa.Integer, nullable=False),  # of these, not understood
    *(sa.Column(f"{flag}_at", sa.Float, nullable=True) for flag in FLAGS),
    # The staff's own, which no rebuilding touches:
    sa.Column("reviewed_at", sa.Float, nullable=True),
    sa.Column("reviewed_by", sa.Integer, nullable=True),
    sa.Column("assigned_to", sa.Integer, nullable=True),
    sa.Column("agent_id", sa.Integer, nullable=True),  # who has taken over, and their last sign
    sa.Column("agent_at", sa.Float, nullable=True),
    sa.Column("held_at", sa.Float, nullable=True),  # a legal hold
    sa.Column("held_by", sa.Integer, nullable=True),
    sa.Column("held_why", sa.String(300), nullable=False),
    sa.Column("sealed_at", sa.Float, nullable=True),  # its patient erased it while it was held
    sa.Index("ix_conversations_last_at", "last_at", "sender_id"),
    sa.Index("ix_conversations_channel", "channel", "last_at", "sender_id"),
    sa.Index("ix_conversations_condition", "condition", "last_at", "sender_id"),
    sa.Index("ix_conversations_assigned_to", "assigned_to", "last_at", "sender_id"),
    *(
        sa.Index(
            f"ix_conversations_{flag}",
            "last_at",
            "sender_id",
            sqlite_where=sa.text(f"{flag}_at IS NOT NULL"),
            postgresql_where=sa.text(f"{flag}_at IS NOT NULL"),
        )
        for flag in FLAGS
    ),
)

spoken = sa.Table(
    "spoken",
    METADATA,
    sa.Column("id", LONG_ID, primary_key=True),
    sa.Column("sender_id", sa.String(255), nullable=False, index=True),
    sa.Column("at", sa.Float, nullable=False),  # of the event it is taken from
    sa.Column("said_by", sa.String(10), nullable=False),  # "patient", "staff" or "note"
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("intent", sa.String(60), nullable=False),
    sa.Column("missed_at", sa.Float, nullable=True),  # it was not understood
    sa.Column("pattern", LONG_ID, nullable=True),  # the id of the message it is grouped with
    sa.Column("settled_at", sa.Float, nullable=True),  # somebody said what it should have been
    sa.Index(
        "ix_spoken_missed_at",
        "missed_at",
        sqlite_where=sa.text("missed_at IS NOT NULL AND settled_at IS NULL"),
        postgresql_where=sa.text("missed_at IS NOT NULL AND settled_at IS NULL"),
    ),
)

marks = sa.Table(
    "marks",
    METADATA,
    sa.Column("sender_id", sa.String(255), primary_key=True),
    sa.Column("name", sa.String(60), primary_key=True),  # "journey:letter", "concern:cost"
    sa.Column("at", sa.Float, nullable=False),  # the first time
)

tallies = sa.Table(
    "tallies",
    METADATA,
    # Numbers for the pictures, with nobody's id and nobody's words: they stay when a patient goes.
    sa.Column("id", LONG_ID, primary_key=True),
    sa.Column("day", sa.String(10), nullable=False),  # "2026-11-23"
    sa.Column("channel", sa.String(40), nullable=False),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("n", sa.Integer, nullable=False),
    sa.Index("ix_tallies_day", "day", "name"),
)
