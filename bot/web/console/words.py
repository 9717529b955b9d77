"""The console's English, all of it in words.yml; what patients read about staff."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.clinic import clinic_words
from bot.knowledge import knowledge, read_yaml
from bot.paths import DATA

FILE = Path(__file__).parent / "words.yml"

HERE = "utter_staff_here"
GONE = "utter_staff_gone"
LATE = "utter_staff_late"
AWAY = "utter_staff_away"


@lru_cache(maxsize=1)
def console_words() -> dict[str, Any]:
    """Return what staff read."""
    return dict(read_yaml(FILE))


def sentence(key: str, **params: object) -> str:
    """Return a sentence of the part "says", its braces filled."""
    return str(console_words()["says"][key]).format(**params)


@lru_cache(maxsize=1)
def _responses() -> dict[str, Any]:
    return dict(read_yaml(DATA / "responses" / "staff.yml")["responses"])


def patient_words(key: str, staff: str = "") -> str:
    """Return what a patient reads about staff, from data/responses/staff.yml."""
    return str(_responses()[key][0]["text"]).format(**clinic_words(), staff=staff).strip()


def canned_of_file() -> list[dict[str, str]]:
    """Return the canned replies of data/knowledge/console.yml, filled in."""
    entries = knowledge("console")["canned"].values()
    return [{"title": e["title"], "text": e["text"].format(**clinic_words())} for e in entries]
