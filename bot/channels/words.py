"""What a channel itself says: the sentences of data/responses/trouble.yml, and ways to begin."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from bot.channels.envelope import Choice
from bot.clinic import clinic_words
from bot.knowledge import knowledge, read_yaml
from bot.paths import DATA

TROUBLE = "utter_trouble"
TOO_LONG = "utter_message_too_long"
TOO_FAST = "utter_messages_too_fast"
NO_PHONE = "utter_no_text_messages"
NOT_READABLE = "utter_message_not_readable"
STARTERS = ("tell_condition", "ask_why_second_opinion", "ask_how_to_start", "concern_fear")
"""What an empty conversation offers: first what fits all the rest to the patient, then doubts."""


@lru_cache(maxsize=1)
def _responses() -> dict[str, Any]:
    return dict(read_yaml(DATA / "responses" / "trouble.yml")["responses"])


def words(key: str, **params: str) -> str:
    """Return a text of trouble.yml, its braces filled. Rasa isn't asked: it may be what failed."""
    return str(_responses()[key][0]["text"]).format(**clinic_words(), **params).strip()


def starters() -> tuple[Choice, ...]:
    """Return what an empty conversation offers."""
    intents = knowledge("intents")["intents"]
    return tuple(Choice(intents[name]["title"], intents[name]["phrase"]) for name in STARTERS)
