"""Who may use the staff console, and who is signed in."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables import METADATA

users = sa.Table(
    "users",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(60), nullable=False, unique=True),  # small letters
    sa.Column("shown_name", sa.String(80), nullable=False),  # what patients read
    sa.Column("role", sa.String(10), nullable=False),  # "reader", "agent" or "admin"
    sa.Column("passphrase", sa.String(200), nullable=False),  # argon2id; "" until it is chosen
    sa.Column("second_factor", sa.String(300), nullable=False),  # encrypted; "" for none
    sa.Column("last_step", sa.Integer, nullable=False),  # of the code used last: none works twice
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("created", sa.Float, nullable=False),
)

user_sessions = sa.Table(
    "user_sessions",
    METADATA,
    sa.Column("token", sa.String(64), primary_key=True),  # SHA-256 of what the browser holds
    sa.Column("user_id", sa.Integer, nullable=False, index=True),
    sa.Column("created", sa.Float, nullable=False),
    sa.Column("seen", sa.Float, nullable=False),
    sa.Column("masked", sa.Boolean, nullable=False),  # the screen is shared: words are covered
)

invitations = sa.Table(
    "invitations",
    METADATA,
    sa.Column("token", sa.String(64), primary_key=True),  # SHA-256 of what the link holds
    sa.Column("user_id", sa.Integer, nullable=True),  # none: it makes the first admin
    sa.Column("expires", sa.Float, nullable=False),
)

sign_in_failures = sa.Table(
    "sign_in_failures",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("who", sa.String(64), nullable=False),  # SHA-256 of a name or of an address
    sa.Column("at", sa.Float, nullable=False),
    sa.Index("ix_sign_in_failures_who_at", "who", "at"),
)
