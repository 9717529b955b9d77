"""Where a conversation stands: what is needed to go on with it without reading all of it."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables import METADATA

heads = sa.Table(
    "heads",
    METADATA,
    sa.Column("sender_id", sa.String(255), primary_key=True),
    # Grows by one with each save. Whoever saves names the version they began from, so that of two
    # who did only one succeeds. The first is drawn by lot: a conversation that was erased and begun
    # again must not come to a version that someone remembers of the old one.
    sa.Column("version", sa.Integer, nullable=False),
    # The events with a greater id are the ones to load, after the preface.
    sa.Column("after", sa.BigInteger, nullable=False),
    # JSON: events that put a new tracker into the state it has after the ones left out.
    sa.Column("preface", sa.Text, nullable=False),
)
