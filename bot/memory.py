"""Keeps Python's search for unused objects away from what was loaded for good.

A server holds more than a million objects that live as long as it does (the lexicon, the content,
the libraries). Looking through all of them takes a third of a second, during which nobody is
answered. It happened every few hundred messages.
"""

from __future__ import annotations

import gc


def settle() -> None:
    """Take everything that exists now for permanent; what comes after is looked through as ever.

    Called again after something big was replaced, it first lets go of what is no longer used.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
