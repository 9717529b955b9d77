"""That someone was erased: a dated line without words and without a name."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables import METADATA

erasures = sa.Table(
    "erasures",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.Float, nullable=False),  # seconds since 1970
    sa.Column("asked_by", sa.String(20), nullable=False),  # "patient", "staff", "retention"
    sa.Column("channel", sa.String(40), nullable=False),  # "" when nobody knows
    sa.Column("rows", sa.Integer, nullable=False),
)
