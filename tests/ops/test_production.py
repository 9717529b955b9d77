"""PRODUCTION=1 refuses, with one line each, what is right for a trial only."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from bot import production
from bot.errors import SetupProblem
from bot.paths import ROOT
from bot.settings import load_settings
from tests.conftest import free_port


def good(**changed: str) -> dict[str, str]:
    """Settings fit for patients, changed as told."""
    names = ("RASA_AUTH_TOKEN", "SESSION_SECRET", "ENCRYPTION_KEY", "METRICS_TOKEN")
    return {
        "PRODUCTION": "1",
        **{name: secrets.token_urlsafe(32) for name in names},
        "PUBLIC_BASE_URL": "https://guide.clinic.org",
        "ALLOWED_ORIGINS": "https://www.clinic.org",
        "SECOND_OPINION_DB_URL": "postgresql://guide:long-enough@db.clinic.org/guide",
        **changed,
    }


def lines(env: dict[str, str]) -> list[str]:
    try:
        production.check(load_settings(env), env)
    except SetupProblem as problem:
        return str(problem).splitlines()
    return []


@pytest.fixture(autouse=True)
def closed_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of our own, closed to others."""
    folder = tmp_path / "var"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("SECOND_OPINION_VAR", str(folder))
    monkeypatch.setenv("ENV_FILE", str(tmp_path / "none"))
    return folder


def test_good_settings_pass() -> None:
    assert lines(good()) == []


def test_a_trial_is_not_asked_for_anything() -> None:
    assert lines({"PRODUCTION": "0", "RASA_AUTH_TOKEN": "x", "SESSION_SECRET": "x"}) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"RASA_AUTH_TOKEN": "a-token-for-the-tests-only"}, "RASA_AUTH_TOKEN has fewer than 32"),
        ({"SESSION_SECRET": "change-me-change-me-change-me-12345678"}, "placeholder"),
        ({"ENCRYPTION_KEY": "a" * 40}, "different characters"),
        ({"METRICS_TOKEN": "secret"}, "METRICS_TOKEN has fewer"),
        ({"PUBLIC_BASE_URL": "http://guide.clinic.org"}, "https://"),
        ({"PUBLIC_BASE_URL": ""}, "https://"),
        ({"PUBLIC_BASE_URL": "https://localhost"}, "its own name"),
        ({"ALLOWED_ORIGINS": "https://a.org,http://b.org"}, "not http://b.org"),
        ({"ALLOWED_ORIGINS": "*"}, "not *"),
        ({"RATE_LIMIT": "0"}, "RATE_LIMIT=0"),
        ({"SECOND_OPINION_DB_URL": "postgresql://guide@db/guide"}, "no password"),
    ],
)
def test_each_wrong_setting_is_one_line(changed: dict[str, str], said: str) -> None:
    found = lines(good(**changed))
    assert len(found) == 1 and said in found[0] and found[0].startswith("In production: ")


def test_two_secrets_must_not_be_the_same() -> None:
    same = secrets.token_urlsafe(32)
    assert "different" in lines(good(RASA_AUTH_TOKEN=same, SESSION_SECRET=same))[0]


def test_several_servers_cannot_each_make_their_own_secrets() -> None:
    env = good()
    del env["ENCRYPTION_KEY"]
    assert "set ENCRYPTION_KEY: every server needs the same" in lines(env)[0]


def test_a_folder_that_everybody_can_read_is_refused(closed_folder: Path) -> None:
    closed_folder.chmod(0o755)
    assert f"chmod o= {closed_folder}" in lines(good())[0]


def test_no_line_shows_a_secret() -> None:
    env = good(RASA_AUTH_TOKEN="weak-but-mine", SECOND_OPINION_DB_URL="postgresql://u@h/guide")
    assert "weak-but-mine" not in "\n".join(lines(env))


@pytest.mark.parametrize("module", ["bot.serve", "bot.rasa_server", "bot.action_server", "bot.web"])
def test_no_process_starts_with_a_weak_secret(module: str, closed_folder: Path) -> None:
    ports = {name: str(free_port()) for name in ("RASA_PORT", "ACTIONS_PORT", "WEB_PORT")}
    env = {**os.environ, **good(RASA_AUTH_TOKEN="weak"), **ports, "ENV_FILE": ""}
    del env["SECOND_OPINION_DB_URL"]
    ended = subprocess.run(
        [sys.executable, "-m", module],
        cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stdout) == (2, "")
    assert [line for line in ended.stderr.splitlines() if "RASA_AUTH_TOKEN has fewer" in line]
    assert "Traceback" not in ended.stderr
