"""What a message means because of what was said just before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actions.tracker_view import Message, after_alert
from bot.guide.flows import named_coverage
from bot.guide.records import is_tick
from bot.knowledge import intent_of_phrase, knowledge

if TYPE_CHECKING:
    from actions.base import Turn

NOT_UNDERSTOOD = frozenset({"nlu_fallback", "out_of_scope"})
CLEAR = 0.7
"""Confidence from which a message is taken at its word although we had asked for something."""
SHORT = 8
"""Words of a message that corrects one thing and says nothing else."""


def awaited_intent(turn: Turn) -> str:
    """Return the intent a message has because of what we asked just before.

    A question of one's own may look like anything, so nearly any message is taken for it; a
    diagnosis or a record we asked for is taken only from a message that names one, or that says
    nothing else clearly.
    """
    from actions.questions import ADDS, picks  # which answers, and so needs this module

    awaiting, said = turn.tracker.slots.get("awaiting"), turn.said
    if is_tick(said.text, turn.catalogue):
        return "mark_item_done"  # "I have this: ... the current diagnosis" tells of no diagnosis
    if ADDS.match(said.text):
        return "add_own_question"  # whatever the question itself is about
    if _names_another_insurance(turn):
        return "get_insurance_script"
    if (
        awaiting != "add_own_question"
        and said.intent in NOT_UNDERSTOOD
        and _names_a_condition(said)
    ):
        return "tell_condition"
    if (
        not awaiting
        or said.reason == "no words"
        or (said.intent == "affirm" and after_alert(turn.tracker.events))
        or (said.intent in knowledge("flows")["escapes"] and _clear(said))
        or intent_of_phrase(said.text)
    ):
        return said.intent
    names_it = {
        "add_own_question": True,
        "tell_condition": bool(said.found("condition")),
        "mark_item_done": bool(said.found("record_type")),
        "get_question_list": bool(awaiting == "get_question_list" and picks(turn)),
    }
    # We asked for nothing when we showed the list: only a choice from it is one.
    listed = awaiting == "get_question_list"
    unclear = not listed and (said.confidence < CLEAR or said.intent in NOT_UNDERSTOOD)
    return str(awaiting) if names_it[awaiting] or unclear else said.intent


def _names_another_insurance(turn: Turn) -> bool:
    """Return True for "no, it's Medicaid" after the words for another kind of insurance."""
    named = named_coverage(turn.said.text, knowledge("coverage")["coverage"])
    just_given = turn.situation.heard[-1:] == ("get_insurance_script",)
    short = len(turn.said.text.split()) <= SHORT and "?" not in turn.said.text
    return bool(named and just_given and short and named != turn.situation.coverage)


def _clear(said: Message) -> bool:
    """Return True if a message as a whole, not just one clause of it, is understood for sure."""
    return said.confidence >= CLEAR and said.reason != "one clause"


def _names_a_condition(said: Message) -> bool:
    """Return True if a message is little more than the name of a condition ("torn meniscus")."""
    named = [e for e in said.found("condition") if e.get("status", "current") == "current"]
    letters = sum(e["end"] - e["start"] for e in named)
    return bool(named) and letters >= len(said.text.strip()) / 2
