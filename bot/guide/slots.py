"""Reads a situation out of the slots in which a conversation keeps it.

The actions have the slots from Rasa, the papers from the database: both read them here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.guide.situation import Condition, Situation


def situation_from(slots: Mapping[str, Any]) -> Situation:
    """Return the patient's situation.

    Args:
        slots: the value of each slot by name; what is missing is not known.
    """
    return Situation(
        condition=condition_from(slots.get("condition")),
        relation=slots.get("relation"),
        child=bool(slots.get("child")),
        surgery=slots.get("surgery"),
        mismatch=slots.get("mismatch"),
        options=slots.get("options"),
        gut=slots.get("gut"),
        serious=slots.get("serious"),
        procedure=slots.get("procedure"),
        records_done=frozenset(slots.get("records_done") or ()),
        records_asked=tuple(sorted((slots.get("records_asked") or {}).items())),
        own_questions=tuple(slots.get("own_questions") or ()),
        questions_top=tuple(slots.get("questions_top") or ()),
        questions_dropped=frozenset(slots.get("questions_dropped") or ()),
        concerns=tuple(slots.get("concerns") or ()),
        coverage=slots.get("coverage"),
        heard=tuple(slots.get("heard") or ()),
        others=tuple(slots.get("other_conditions") or ()),
    )


def condition_from(value: Mapping[str, Any] | None) -> Condition | None:
    """Return the condition kept in a slot or carried by an entity, or None."""
    if not value or not value.get("specialists"):
        return None
    return Condition(
        id=str(value["id"]),
        name=str(value["name"]),
        said=str(value.get("said") or value["name"]),
        families=tuple(value.get("families") or ()),
        specialists=tuple(value["specialists"]),
        serious=bool(value.get("serious")),
        kind=str(value.get("kind") or "disease"),
        details=tuple(value.get("details") or ()),
    )
