"""Our own tables. Each subject defines its tables in a module of ``bot/store/tables``.

Rasa's ``events`` table is Rasa's and isn't here. Every table with something of a patient's has the
column ``sender_id``: that is how one person is erased (erasure.py) without a list that could go
stale. A table that must outlive an erasure says why: ``info={KEEP: "the reason"}``.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import lru_cache

import sqlalchemy as sa

from bot.store import tables

KEEP = "kept when a patient is erased, because"
SENDER_WIDTH = 255
"""The width of the sender's column in Rasa's SQL store."""


@lru_cache(maxsize=1)
def metadata() -> sa.MetaData:
    """Return the description of all our tables."""
    for module in pkgutil.iter_modules(tables.__path__):
        importlib.import_module(f"{tables.__name__}.{module.name}")
    return tables.METADATA


def tables_of_patients() -> list[sa.Table]:
    """Return the tables whose rows go when the patient they are about is erased."""
    return [
        table
        for table in metadata().sorted_tables
        if "sender_id" in table.columns and not table.info.get(KEEP)
    ]
