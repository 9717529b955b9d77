"""What every process of ours finds in its environment: .env, quiet libraries, our own variables."""

from __future__ import annotations

import os
import re
from pathlib import Path

from dotenv import load_dotenv

from bot import secrets
from bot.errors import SetupProblem
from bot.paths import ROOT
from bot.settings import Settings

ENDPOINTS = ROOT / "endpoints.yml"
CREDENTIALS = ROOT / "credentials.yml"

QUIET = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "RASA_TELEMETRY_ENABLED": "false",
    "TQDM_DISABLE": "1",
    # Products of small matrices take longer on two threads than on one, many times so under load.
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONUNBUFFERED": "1",
    # A database that does not answer is a problem to report, not one to wait for.
    "PGCONNECT_TIMEOUT": "10",
}
"""Defaults for the libraries; the environment's own values win."""


def prepare() -> None:
    """Load .env and the files of secrets, and quieten the libraries. Call it before importing Rasa.

    ``ENV_FILE`` names another file than ``.env``; empty, it means none, so that tests never run on
    a developer's database.

    Raises:
        SetupProblem: a file cannot be read.
    """
    path = os.environ.get("ENV_FILE", str(ROOT / ".env"))
    try:
        if path and Path(path).exists():
            load_dotenv(path, override=False)
    except (OSError, UnicodeDecodeError) as error:
        raise SetupProblem(f"Cannot read {path}: {error}.") from None
    secrets.read_files(os.environ)
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)


def publish(settings: Settings) -> None:
    """Put what endpoints.yml refers to into the environment, for this process and its children."""
    os.environ["SECOND_OPINION_DB_URL"] = settings.db_url
    os.environ["ACTION_ENDPOINT_URL"] = settings.actions_url


def missing_variables(path: Path) -> list[str]:
    """Return the variables that a YAML file refers to as ``${NAME}`` and that are not set."""
    lines = (line.split("#")[0] for line in path.read_text(encoding="utf-8").splitlines())
    names = re.findall(r"\$\{(\w+)\}", "\n".join(lines))
    return sorted({name for name in names if not os.environ.get(name)})
