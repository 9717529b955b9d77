"""A stack of its own for every test that breaks one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.harness import FaultStack


@pytest.fixture
def hurt(model: Path, tmp_path: Path) -> Iterator[Callable[..., FaultStack]]:
    """Give a way to start a stack with other settings; it is stopped afterwards."""
    started: list[FaultStack] = []

    def start(**extra: str) -> FaultStack:
        stack = FaultStack(tmp_path / f"stack{len(started)}", extra=extra)
        started.append(stack)
        stack.start()
        return stack

    yield start
    for stack in started:
        if stack.process and stack.process.poll() is None:
            stack.stop()
