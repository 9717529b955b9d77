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
    """Return the folder for what can be built again (``SECOND_OPINION_CACHE``, else below var).

    Many servers may share one, also read only, so that only the first computes for a minute.
    """
    return Path(os.environ.get("SECOND_OPINION_CACHE") or var_dir() / "cache")
