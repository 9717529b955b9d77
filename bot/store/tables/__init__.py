"""Our tables, a module for each subject; schema.py gathers them."""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""Constraints get settled names, so that a migration can find them on every database."""

LONG_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""Of rows that come with every message: 32 bits are used up within two years at a million
conversations a month. SQLite's are 64 bits wide if they are called INTEGER."""
