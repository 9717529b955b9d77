"""What the documents name exists: tests, make targets, settings, files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.paths import ROOT

DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
SETTINGS = set(re.findall(r"^#?([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
OTHERS = {"FILE", "TO", "NAME", "QUICK", "DOMAIN", "FAULT_KILLS", "PHONE_PEOPLE"}
"""Variables of make targets, of deploy/ and of tests."""


def quoted(document: Path) -> Iterator[str]:
    """Yield what stands between backticks, and the lines of indented or fenced examples."""
    text = document.read_text(encoding="utf-8")
    yield from re.findall(r"`([^`\n]+)`", text)


@pytest.mark.parametrize("document", DOCS, ids=lambda path: path.name)
def test_what_a_document_names_exists(document: Path) -> None:
    for said in quoted(document):
        for path in re.findall(r"(?<![/\w])(?:tests|tools|deploy|docs|data|bot)/[\w./-]+", said):
            assert (ROOT / path.rstrip("./")).exists(), f"{path} does not exist"
        for target in re.findall(r"^make ([a-z-]+)", said):
            assert target in TARGETS, f"make {target} does not exist"
        for name in re.findall(r"^([A-Z]{3,}(?:_[A-Z]+)+)=?[^ ]*$", said):
            known = name in SETTINGS | OTHERS or name.removesuffix("_FILE") in SETTINGS
            assert known, f"{name} is in no .env.example"
