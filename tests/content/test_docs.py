"""What the documents below docs/ name exists: tests, commands, settings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.paths import ROOT
from tests.content.test_documentation import CODE, LINK, TARGET, targets

DOCS = sorted((ROOT / "docs").glob("*.md"))
TEST = re.compile(r"\btests/[\w/.-]*\w/?(?:::test_\w+)?")
TEST_NAME = re.compile(r"`(test_\w+)`")
SETTING = re.compile(r"\b[A-Z]{2,}(?:_[A-Z]{2,})+\b")
ENDINGS = re.compile(r"_FILE$")


def named(pattern: re.Pattern[str], path: Path) -> list[str]:
    return sorted(set(pattern.findall(path.read_text(encoding="utf-8"))))


def text_below(*folders: str) -> str:
    paths = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_test_it_names_exists(path: Path) -> None:
    for name in named(TEST, path):
        file, _, function = name.partition("::")
        assert (ROOT / file).exists(), name
        if function:
            assert f"def {function}(" in (ROOT / file).read_text(encoding="utf-8"), name
    everything = text_below("tests")
    for function in named(TEST_NAME, path):
        assert f"def {function}(" in everything or list(ROOT.glob(f"tests/**/{function}.py")), (
            function
        )


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_command_and_file_it_names_exists(path: Path) -> None:
    commands = {target for found in named(CODE, path) for target in TARGET.findall(found)}
    commands |= set(re.findall(r"`make ([a-z-]+)[^`]*`", path.read_text(encoding="utf-8")))
    assert commands <= targets()
    for link in named(LINK, path):
        assert (path.parent / link).exists(), link


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_setting_it_names_exists(path: Path) -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    read = text_below("tests", "tools")  # the length of a test is a variable, too
    for name in named(SETTING, path):
        plain = ENDINGS.sub("", name)
        listed = any(re.search(rf"^#?{each}=", example, re.MULTILINE) for each in (name, plain))
        assert listed or f'environ.get("{name}"' in read, name
