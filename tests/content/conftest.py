"""A copy of the content that a test may spoil."""

from __future__ import annotations

import datetime
import os
import shutil
from pathlib import Path

import pytest

from bot.paths import ROOT
from tools import check_data
from tools.check_data_files import Content, Problem

LEFT_ALONE = ("bot", "actions", "data/knowledge/derived")
TODAY = datetime.date(2026, 12, 1)


class Copy:
    """The content of this checkout, copied: edits here harm nothing."""

    def __init__(self, root: Path) -> None:
        self.root = root
        leave = shutil.ignore_patterns("derived")
        shutil.copytree(ROOT / "data", root / "data", ignore=leave)
        shutil.copy(ROOT / "domain.yml", root)
        for folder in LEFT_ALONE:
            os.symlink(ROOT / folder, root / folder)

    def with_held_out_sets(self) -> Path:
        """Bring in the held-out sets too, which take a second to compare; return the folder."""
        (self.root / "tests").mkdir()
        os.symlink(ROOT / "tests" / "nlu_sets", self.root / "tests" / "nlu_sets")
        return self.root / "tests" / "nlu_sets"

    def change(self, file: str, old: str, new: str) -> int:
        """Replace the first occurrence of a text; return the line where it begins."""
        path = self.root / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} no longer holds {old!r}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    def add(self, file: str, text: str) -> int:
        """Put a text at the end of a file; return the line where it begins."""
        path = self.root / file
        before = path.read_text(encoding="utf-8").rstrip("\n") + "\n"
        path.write_text(before + text, encoding="utf-8")
        return before.count("\n") + 1

    def problems(self, today: datetime.date = TODAY) -> list[Problem]:
        """Return everything the checker finds."""
        return check_data.problems(Content(self.root), today)


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)
