"""Work that takes longer than a request, and who of several processes does what is done once."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables import METADATA

jobs = sa.Table(
    "jobs",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),  # "check" or "patterns"
    sa.Column("state", sa.String(10), nullable=False),  # "running", "done" or "failed"
    sa.Column("user_id", sa.Integer, nullable=False),
    sa.Column("started_at", sa.Float, nullable=False),
    sa.Column("beat_at", sa.Float, nullable=False),  # the last sign of life
    sa.Column("done", sa.Float, nullable=False),  # 0 to 1
    sa.Column("result", sa.Text, nullable=False),  # JSON, without anybody's words
)

leases = sa.Table(
    "leases",
    METADATA,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("until", sa.Float, nullable=False),
)
