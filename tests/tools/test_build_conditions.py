"""The lexicon of conditions is what its sources say, and is made anew when they change."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tools import build_conditions
from tools.build_conditions import KNOWLEDGE, STAMP, main

FILES = ("conditions.tsv", "names.tsv", "ambiguous.tsv", "icd10cm.tsv")


def test_the_shipped_files_are_what_the_program_makes(tmp_path: Path) -> None:
    assert main(["--out", str(tmp_path)]) == 0
    for name in (*FILES, STAMP):
        made, shipped = tmp_path / name, KNOWLEDGE / "derived" / name
        assert made.read_bytes() == shipped.read_bytes(), f"run make check-data: {name} is older"


def test_a_phrase_that_an_editor_adds_reaches_the_lexicon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    knowledge = tmp_path / "knowledge"
    shutil.copytree(KNOWLEDGE, knowledge)
    monkeypatch.setattr(build_conditions, "KNOWLEDGE", knowledge)
    names = knowledge / "derived" / "names.tsv"
    before = names.stat().st_mtime_ns
    assert main(["--out", str(knowledge / "derived")]) == 0
    assert names.stat().st_mtime_ns == before, "nothing changed, so nothing is made"
    lay = knowledge / "lay_conditions.yml"
    text = lay.read_text(encoding="utf-8")
    lay.write_text(text.replace('"copd", ', '"copd", "the wheezy lung thing", ', 1), "utf-8")
    assert main(["--out", str(knowledge / "derived")]) == 0
    assert "the wheezy lung thing\tDOID:3083\tLAY" in names.read_text(encoding="utf-8")


def test_a_broken_file_is_named_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    knowledge = tmp_path / "knowledge"
    shutil.copytree(KNOWLEDGE, knowledge)
    monkeypatch.setattr(build_conditions, "KNOWLEDGE", knowledge)
    (knowledge / "lay_conditions.yml").write_text("conditions: [", encoding="utf-8")
    assert main(["--out", str(knowledge / "derived")]) == 1
    assert "make check-data" in capsys.readouterr().out
