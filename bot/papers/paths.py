"""Where the papers' own files lie."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).resolve().parent
FONTS = HERE / "fonts"
TEMPLATES = HERE / "templates"
