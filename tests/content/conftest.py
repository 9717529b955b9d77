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

LEFT_ALONE = ("bot", "actions", "tests/nlu_sets")
TODAY = datetime.date(2026, 12, 1)


class Copy:
    """The content of this checkout, copied: edits here harm nothing."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copytree(ROOT / "data", root / "data")
        shutil.copy(ROOT / "domain.yml", root)
        for folder in LEFT_ALONE:
            (root / folder).parent.mkdir(exist_ok=True)
            os.symlink(ROOT / folder, root / folder)

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
