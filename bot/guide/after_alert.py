"""What is said after an alert: help has come, it goes on, or it is over."""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.guide.flows import INTERROGATIVES

ASKS = INTERROGATIVES | {"can", "could", "should", "will", "would", "do", "does"}
ABOUT_HELP = 20
"""Words of a message that only says that help has come."""
ABOUT_DANGER = 12
"""Words of a message that only says how it is now; a longer one tells something of its own."""
LATELY = 3
"""Messages of the patient's for which an alert still is what the talk is about."""


def help_came(text: str, phrases: Collection[str]) -> bool:
    """Return True if a message says that help is there ("ok we called, she is at the hospital").

    Args:
        text: the patient's words; a long message tells more, and is answered as any other.
        phrases: the content's phrases for it, small letters without marks.
    """
    asks = "?" in text or next(iter(text.lower().split()), "") in ASKS
    return _says(text, phrases, ABOUT_HELP) and not asks


def danger_goes_on(text: str, phrases: Collection[str]) -> bool:
    """Return True if a short message says that what the alert was for goes on ("it's worse").

    Args:
        text: the patient's words.
        phrases: the content's phrases for it, small letters without marks.
    """
    return _says(text, phrases, ABOUT_DANGER)


def danger_is_over(text: str, phrases: Collection[str]) -> bool:
    """Return True if a message says that it is over ("I'm back from the hospital, it was angina").

    Args:
        text: the patient's words.
        phrases: the content's phrases for it, small letters without marks.
    """
    return _says(text, phrases, ABOUT_HELP)


def _says(text: str, phrases: Collection[str], most_words: int) -> bool:
    words = re.findall(r"[a-z0-9]+", text.lower().replace("'", "").replace("\u2019", ""))
    said = f" {' '.join(words)} "
    return len(words) <= most_words and any(f" {phrase} " in said for phrase in phrases)
