"""What a channel itself says when the dialogue cannot: data/responses/trouble.yml."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from bot.clinic import clinic_words
from bot.knowledge import read_yaml
from bot.paths import DATA

TROUBLE = "utter_trouble"
TOO_LONG = "utter_message_too_long"
TOO_FAST = "utter_messages_too_fast"
NOT_READABLE = "utter_message_not_readable"


@lru_cache(maxsize=1)
def _responses() -> dict[str, Any]:
    return dict(read_yaml(DATA / "responses" / "trouble.yml")["responses"])


def words(key: str, **params: str) -> str:
    """Return a text of trouble.yml, its braces filled. Rasa isn't asked: it may be what failed."""
    return str(_responses()[key][0]["text"]).format(**clinic_words(), **params).strip()
