"""What a paper is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.guide.catalogue import Catalogue
from bot.guide.situation import Situation
from bot.guide.slots import situation_from
from bot.knowledge import catalogue


@dataclass(frozen=True)
class View:
    """What a paper is made from.

    Attributes:
        situation: whose papers.
        catalogue: everything the content files hold.
        today: the day on which the paper is looked at.
        opinions: what the first and the second doctor said, and what matters most, if told.
    """

    situation: Situation
    catalogue: Catalogue
    today: date
    opinions: tuple[str, str, str] = ("", "", "")


def view_from(slots: Mapping[str, Any], today: date) -> View:
    """Return what the papers of a conversation are made from.

    Args:
        slots: the conversation's slots.
        today: the day on which the paper is looked at.
    """
    first, second, matters = [*(slots.get("opinions") or ()), "", "", ""][:3]
    return View(situation_from(slots), catalogue(), today, (first, second, matters))
