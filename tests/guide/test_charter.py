"""The guide stays pure: it imports the standard library and itself, and nothing opens a file."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from bot.paths import ROOT

MODULES = sorted((ROOT / "bot" / "guide").glob("*.py"))
NOT_FOR_DECISIONS = frozenset(
    ["os", "io", "socket", "sqlite3", "urllib", "http", "time", "random", "pathlib",
     "logging", "asyncio", "subprocess"]
)  # fmt: skip
"""Parts of the standard library that bring in the world: files, network, clock, chance."""


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_it_imports_only_the_standard_library_and_itself(path: Path) -> None:
    for name in imported(path):
        assert name.startswith("bot.guide") or name.split(".")[0] in sys.stdlib_module_names, name


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_it_knows_no_file_no_network_and_no_clock(path: Path) -> None:
    assert not {name.split(".")[0] for name in imported(path)} & NOT_FOR_DECISIONS


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_it_opens_nothing(path: Path) -> None:
    called = {
        node.func.id
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not called & {"open", "print", "input", "exec", "eval"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_it_never_asks_what_day_it_is(path: Path) -> None:
    asked = {
        node.func.attr
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert not asked & {"today", "now", "utcnow"}
