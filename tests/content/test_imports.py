"""The arrows of bot/README.md point one way, and importing a module costs nothing."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.paths import ROOT

FORBIDDEN = {
    # folder: what nothing in it may import
    "bot/guide": ("actions", "rasa", "rasa_sdk", "ruamel", "sqlalchemy", "aiohttp", "spacy"),
    "bot/nlu": ("actions", "bot.web", "bot.channels", "bot.store", "bot.policies", "rasa_sdk"),
    "bot/store": ("actions", "bot.web", "bot.channels", "bot.nlu", "bot.guide", "rasa_sdk"),
    "bot/papers": (
        "actions", "bot.web", "bot.channels", "bot.nlu", "bot.store", "rasa", "rasa_sdk",
        "sqlalchemy", "aiohttp",
    ),
    "bot/channels": ("actions", "bot.web", "bot.nlu", "bot.guide", "rasa_sdk"),
    "bot/web": ("actions", "bot.nlu", "rasa", "rasa_sdk"),
    "bot": ("actions", "tools", "tests"),
    "actions": ("bot.nlu", "bot.channels", "bot.web", "bot.store", "tools", "tests", "rasa."),
}  # fmt: skip
MODULES = sorted(
    path for folder in ("bot", "actions") for path in (ROOT / folder).rglob("*.py")
)  # fmt: skip


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def is_below(name: str, package: str) -> bool:
    package = package.rstrip(".")
    return name == package or name.startswith(f"{package}.")


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_no_arrow_points_back(folder: str) -> None:
    for path in (ROOT / folder).rglob("*.py"):
        for name in imports(path):
            for package in FORBIDDEN[folder]:
                assert not is_below(name, package), f"{path.relative_to(ROOT)} imports {name}"


def test_nothing_is_imported_relatively() -> None:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            assert not (isinstance(node, ast.ImportFrom) and node.level), path


COSTLY = """
import importlib, pathlib, sys
def refuse(event, args):
    name = str(args[0]) if args else ""
    if event in ("socket.connect", "sqlite3.connect", "subprocess.Popen", "os.mkdir", "os.remove"):
        sys.stderr.write(f"{event} {name}\\n"); sys.exit(3)
    if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        if not name.endswith(".pyc") and "__pycache__" not in name:
            sys.stderr.write(f"writes {name}\\n"); sys.exit(3)
    if event == "open" and name.startswith(str(pathlib.Path.cwd() / "data")):
        sys.stderr.write(f"reads {name}\\n"); sys.exit(3)
for name in ("rasa.core.channels.channel", "rasa.core.policies.policy", "rasa.engine.graph",
             "rasa.core.tracker_store", "rasa_sdk.forms", "sqlalchemy", "aiohttp.web"):
    importlib.import_module(name)
sys.addaudithook(refuse)
for name in sys.argv[1:]:
    importlib.import_module(name)
"""
"""Other people's packages come first: what they do when imported is not ours to promise."""
STARTS = {"__main__"}
"""Modules that exist to be run."""


def test_importing_any_module_reads_no_content_writes_nothing_and_calls_nobody(tmp_path) -> None:
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in MODULES
        if path.stem not in STARTS and "migrations" not in path.parts
    ]
    var = tmp_path / "var"
    done = subprocess.run(
        [sys.executable, "-B", "-c", COSTLY, *names],
        cwd=ROOT,
        env={**os.environ, "SECOND_OPINION_VAR": str(var), "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert not var.exists()
