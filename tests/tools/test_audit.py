"""Every accepted advisory is argued, and about something we have; nothing else is accepted."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.paths import ROOT
from tests.conftest import need
from tools import audit

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def test_every_accepted_advisory_is_argued_and_dated() -> None:
    for each in audit.accepted():
        assert set(each) == {"id", "also", "package", "why", "looked_at"}
        assert len(each["why"]) > 40, each["id"]
        assert isinstance(each["looked_at"], datetime.date)
    ids = [name for each in audit.accepted() for name in (each["id"], *each["also"])]
    assert len(set(ids)) == len(ids)


def test_each_is_about_a_library_that_is_locked() -> None:
    assert audit.stale(LOCK) == []
    assert "scikit-learn" in audit.stale(LOCK.replace("scikit-learn==", "gone=="))[0]


def fake_uv(folder: Path, answer: str, status: int) -> dict[str, str]:
    """Put a uv first on the path that answers so, and notes how it was called."""
    program = folder / "uv"
    program.write_text(f'#!/bin/sh\necho "$@" >{folder}/called\necho "{answer}"\nexit {status}\n')
    program.chmod(0o755)
    return {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "ENV_FILE": ""}


@pytest.mark.parametrize(
    ("answer", "status", "offline_is_fine", "code", "said"),
    [
        ("No known vulnerabilities", 0, "", 0, "No known"),
        ("Found 1 vulnerability in aiohttp", 1, "1", 1, "aiohttp"),
        ("cause: dns error", 2, "", 3, "NOT AUDITED"),
        ("cause: dns error", 2, "1", 0, "NOT AUDITED"),
    ],
)
def test_only_a_real_answer_counts_as_an_audit(
    tmp_path: Path, answer: str, status: int, offline_is_fine: str, code: int, said: str
) -> None:
    env = {**fake_uv(tmp_path, answer, status), "AUDIT_MAY_BE_OFFLINE": offline_is_fine}
    done = subprocess.run(
        [sys.executable, "-m", "tools.audit"],
        cwd=ROOT, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code and said in done.stdout, done.stderr
    called = (tmp_path / "called").read_text()
    assert called.startswith("audit --frozen") and "--ignore CVE-2024-5206" in called


def test_the_bill_of_materials_names_every_library(tmp_path: Path) -> None:
    uv = audit.uv_program()
    need(uv is not None, "uv")
    assert uv is not None
    target = tmp_path / "sbom.json"
    command = [uv, "export", "--quiet", "--frozen", "--no-dev", "--format", "cyclonedx1.5", "-o"]
    subprocess.run([*command, str(target)], cwd=ROOT, check=True, capture_output=True)
    bill = json.loads(target.read_text())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    named = {part["name"] for part in bill["components"]}
    assert {"rasa", "aiohttp", "cryptography", "sqlalchemy"} <= named and "pytest" not in named
    assert all(part["purl"].startswith("pkg:pypi/") for part in bill["components"])
