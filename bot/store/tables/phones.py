"""People on the phone: who they are, what came in, what must go out, what they agreed to.

No column holds a telephone number in the clear: ``number`` is encrypted, ``number_hash`` is a keyed
hash (bot/channels/phones/identity.py has both keys).
"""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.schema import KEEP, SENDER_WIDTH
from bot.store.tables import METADATA

contacts = sa.Table(
    "contacts",
    METADATA,
    sa.Column("number_hash", sa.String(64), primary_key=True),
    # The conversation: the phone's own, or the one in the browser it was linked to.
    sa.Column("sender_id", sa.String(SENDER_WIDTH), nullable=False, index=True),
    sa.Column("own_id", sa.String(SENDER_WIDTH), nullable=False, index=True),
    sa.Column("channel", sa.String(40), nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("created", sa.Float, nullable=False),
    sa.Column("last_in", sa.Float, nullable=False),
    # What "2" and "more" stand for at the moment, as JSON.
    sa.Column("offered", sa.Text, nullable=False),
)

inbox = sa.Table(
    "inbox",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("message_id", sa.String(64), nullable=False, unique=True),
    sa.Column("sender_id", sa.String(SENDER_WIDTH), nullable=False, index=True),
    sa.Column("number_hash", sa.String(64), nullable=False),
    sa.Column("channel", sa.String(40), nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("via", sa.String(80), nullable=False),  # the clinic's number that was written to
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("said", sa.Float, nullable=False),
    sa.Column("status", sa.String(20), nullable=False),  # "waiting", "taken"
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_try", sa.Float, nullable=False),
    sa.Column("owner", sa.String(40), nullable=False),
    sa.Column("lease", sa.Float, nullable=False),
    sa.Index("ix_inbox_number_hash", "number_hash", "said"),
)
"""Messages that no answer was made for yet; the row goes once the answer is in the outbox."""

seen = sa.Table(
    "seen_messages",
    METADATA,
    sa.Column("message_id", sa.String(64), primary_key=True),
    sa.Column("at", sa.Float, nullable=False),
)
"""Hashes of the providers' message ids, so that none is taken twice. No name is in it."""

outbox = sa.Table(
    "outbox",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("id", sa.String(64), nullable=False, unique=True),
    sa.Column("sender_id", sa.String(SENDER_WIDTH), nullable=False, index=True),
    sa.Column("number_hash", sa.String(64), nullable=False),
    sa.Column("channel", sa.String(40), nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("via", sa.String(80), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("body", sa.Text, nullable=False),  # JSON; emptied once it is sent
    # "queued", "sending", "unsure", "held" (outside WhatsApp's 24 hours), "sent", "delivered",
    # "failed"
    sa.Column("status", sa.String(20), nullable=False, index=True),
    sa.Column("reason", sa.String(200), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_try", sa.Float, nullable=False),
    sa.Column("owner", sa.String(40), nullable=False),
    sa.Column("lease", sa.Float, nullable=False),
    sa.Column("provider_id", sa.String(120), nullable=False, index=True),
    sa.Column("created", sa.Float, nullable=False),
    sa.Column("updated", sa.Float, nullable=False),
    # By it the first open message of a person is told, however many wait during an outage.
    sa.Index("ix_outbox_number_hash", "number_hash", "status", "seq"),
)

consents = sa.Table(
    "consents",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("number_hash", sa.String(64), nullable=False, index=True),
    sa.Column("state", sa.String(20), nullable=False),  # "informed", "in", "out"
    sa.Column("channel", sa.String(40), nullable=False),
    sa.Column("how", sa.String(20), nullable=False),  # "word", "own words", "provider", "wrote on"
    sa.Column("at", sa.Float, nullable=False),
    info={KEEP: "who said STOP must stay unwritten to; it holds a keyed hash and a date, no words"},
)

link_codes = sa.Table(
    "link_codes",
    METADATA,
    sa.Column("code", sa.String(12), primary_key=True),
    sa.Column("sender_id", sa.String(SENDER_WIDTH), nullable=False, index=True),
    sa.Column("expires", sa.Float, nullable=False),
)
