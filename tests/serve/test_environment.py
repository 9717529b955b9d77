"""Settings come from the environment first, then from .env; the libraries are kept quiet."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot import environment
from bot.errors import SetupProblem
from bot.settings import load_settings


def test_env_file_fills_in_what_the_environment_does_not_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "settings"
    file.write_text("RATE_LIMIT=7\nWEB_PORT=1234\n")
    monkeypatch.setenv("ENV_FILE", str(file))
    monkeypatch.setenv("WEB_PORT", "4321")
    monkeypatch.delenv("RATE_LIMIT", raising=False)
    environment.prepare()
    assert load_settings().rate_limit == 7
    assert load_settings().web_port == 4321


def test_an_empty_env_file_setting_means_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENV_FILE", "")
    before = dict(os.environ)
    environment.prepare()
    assert {name: value for name, value in os.environ.items() if name not in environment.QUIET} == {
        name: value for name, value in before.items() if name not in environment.QUIET
    }


def test_an_env_file_that_is_no_text_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "settings"
    file.write_bytes(b"\xff\xfe\x00A=1")
    monkeypatch.setenv("ENV_FILE", str(file))
    with pytest.raises(SetupProblem, match="Cannot read"):
        environment.prepare()


def test_telemetry_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RASA_TELEMETRY_ENABLED", raising=False)
    environment.prepare()
    assert os.environ["RASA_TELEMETRY_ENABLED"] == "false"
