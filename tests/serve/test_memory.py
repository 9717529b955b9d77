"""What a server loaded for good is out of the way of the search for unused objects."""

from __future__ import annotations

import gc
import weakref

from bot import memory


class Node:
    """An object that only the search for unused ones can let go of: it points at itself."""

    def __init__(self) -> None:
        self.itself = self


def test_what_is_loaded_is_not_looked_through_again_and_what_was_replaced_goes() -> None:
    model = Node()
    trace = weakref.ref(model)
    try:
        memory.settle()
        assert gc.get_freeze_count() > 10_000
        assert not any(each is model for each in gc.get_objects())
        del model
        gc.collect()
        assert trace() is not None  # out of sight of an ordinary search

        memory.settle()
        assert trace() is None
    finally:
        gc.unfreeze()


def test_what_comes_later_is_still_let_go_of() -> None:
    try:
        memory.settle()
        trace = weakref.ref(Node())
        gc.collect()
        assert trace() is None
    finally:
        gc.unfreeze()
