"""Who viewed, searched, exported and changed what. Lines are only ever added: triggers see to it.

A conversation is named by its ``ref``, which means nothing any more once the conversation is gone;
so no line needs to be touched when a patient is erased.
"""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables import METADATA

audit = sa.Table(
    "audit",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.Float, nullable=False, index=True),
    sa.Column("user_id", sa.Integer, nullable=True),
    sa.Column("who", sa.String(60), nullable=False),
    sa.Column("action", sa.String(40), nullable=False),
    sa.Column("ref", sa.String(16), nullable=False, index=True),  # "" if about no conversation
    sa.Column("detail", sa.String(300), nullable=False),
)
