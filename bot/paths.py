"""Where things lie. The root is the checkout; everything written at run time goes under ``var``."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
KNOWLEDGE = DATA / "knowledge"
MODELS = ROOT / "models"


def var_dir() -> Path:
    """Return the folder for everything that is written (``SECOND_OPINION_VAR``, else ``var/``)."""
    return Path(os.environ.get("SECOND_OPINION_VAR") or ROOT / "var")


def cache_dir() -> Path:
    """Return the folder for what can be built again at any time."""
    return var_dir() / "cache"
