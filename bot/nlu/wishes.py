"""Finds every wish in a message, also the one inside a long story, and what is said aside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message

from bot.knowledge import knowledge
from bot.nlu.classify import FALLBACK, Reading
from bot.nlu.language import other_language
from bot.nlu.statements import only_names_a_condition
from bot.nlu.text import readable, same_words

SIDE_REMARKS = frozenset(
    {
        "greet",
        "goodbye",
        "thank_you",
        "affirm",
        "deny",
        "out_of_scope",
        "nlu_fallback",
        "restart_conversation",
        "report_emergency",
        "express_self_harm",
    }
)
"""Never a second wish: courtesies, what safety decides, and what must be said on its own."""

STATED = 0.9
"""Confidence of a message that does nothing but name a condition the lexicon knows."""
SURE_OF_CLAUSE = 0.5
SHARE = 0.1
"""A wish is one clause's likeliest meaning, with so much confidence, and has so much of the reading
of the whole message: in a story of many clauses a side remark has less. On the development sets
this finds both of two wishes in 81 % (each clause for itself, from 0.6: 69 %), and one too many in
8 % of the messages with one wish (7 %), 29 % of those that try to mislead (20 %)."""
CLEAREST = 0.6
"""From here one clause says what a message that is not understood as a whole is about."""
VAGUE, CERTAIN, STORY = 0.4, 0.9, 4
"""Below the first a message of so many clauses says little as a whole; a clause from the second on
decides."""
TIED, MARGIN = 0.3, 0.15
"""A second meaning is taken up from this confidence, and if it is at most so much behind."""
TOO_LONG = 4_000
"""Characters; what is longer than this and not understood is answered with a plea for the gist."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class WishFinder(GraphComponent):
    """Sets ``wishes`` (further intents, most certain first) and ``aside``."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> WishFinder:
        """Create the component."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Read each message clause by clause."""
        for message in messages:
            self._read(message)
        return messages

    def _read(self, message: Message) -> None:
        text = message.get("text") or ""
        intent = dict(message.get("intent") or {})
        wishes = []
        if intent.get("reason") != "exact example":
            ranking = message.get("intent_ranking") or []
            readings = message.get("clause_readings") or []
            found = wishes_in(readings, ranking)
            clearest = _clearest(intent, readings)
            if clearest:
                intent.update(clearest)
                message.set("intent", intent, add_to_output=True)
            if only_names_a_condition(text, message.get("entities") or []):
                found, intent = [], _stated(intent)
                message.set("intent", intent, add_to_output=True)
            if intent.get("reason") == "classified":
                found = [*found, *_as_likely(ranking)]
            wishes = [name for name in dict(found) if name != intent.get("name")]
        message.set("wishes", wishes, add_to_output=True)
        message.set("aside", aside_of(text, intent), add_to_output=True)


def _clearest(intent: dict[str, Any], readings: Sequence[Reading]) -> dict[str, Any] | None:
    """Return the intent of the clearest clause, where the message as a whole says little."""
    telling = [reading for reading in readings if reading.intent not in SIDE_REMARKS]
    best = max(telling, key=lambda reading: reading.confidence, default=None)
    if best is None or intent.get("reason") == "no words":
        return None
    lost = intent.get("name") == FALLBACK
    if best.confidence < (CLEAREST if lost else CERTAIN):
        return None
    vague = float(intent.get("confidence") or 0.0) < VAGUE and len(readings) >= STORY
    if not lost and not vague:
        return None
    return {"name": best.intent, "confidence": best.confidence, "reason": "one clause"}


def _as_likely(ranking: Sequence[dict[str, Any]]) -> list[tuple[str, float]]:
    """Return the second meaning of a message if it is nearly as likely as the first.

    "They want to operate next month" tells of an operation as much as of time: both are taken up.
    Only where something is told: two questions as likely are one question, not understood for sure.
    """
    if len(ranking) < 2:
        return []
    first, second = (float(entry["confidence"]) for entry in ranking[:2])
    names = [str(entry["name"]) for entry in ranking[:2]]
    tied = second >= TIED and first - second <= MARGIN and names[1] not in SIDE_REMARKS
    told = any(name.startswith("tell_") for name in names)
    return [(names[1], second)] if tied and told else []


def _stated(intent: dict[str, Any]) -> dict[str, Any]:
    """Return an intent as that of someone who tells their diagnosis, or an operation advised."""
    if intent.get("name") in ("tell_condition", "tell_surgery_recommended"):
        return intent
    return {**intent, "name": "tell_condition", "confidence": STATED, "reason": "names a condition"}


def wishes_in(
    readings: Sequence[Reading], ranking: Sequence[dict[str, Any]]
) -> list[tuple[str, float]]:
    """Return the wishes of single clauses, those with the largest share of the message first.

    Args:
        readings: of each clause.
        ranking: of the whole message, clauses included: entries with "name" and "confidence".
    """
    shares = {str(entry["name"]): float(entry["confidence"]) for entry in ranking}
    best: dict[str, float] = {}
    for reading in readings:
        told = reading.confidence >= SURE_OF_CLAUSE and shares.get(reading.intent, 0.0) >= SHARE
        if told and reading.intent not in SIDE_REMARKS:
            best[reading.intent] = max(best.get(reading.intent, 0.0), reading.confidence)
    return sorted(best.items(), key=lambda wish: -shares[wish[0]])


def aside_of(text: str, intent: dict[str, Any]) -> str:
    """Return what the message says about the conversation itself: "source", "language:es" ..."""
    key = same_words(text)
    for name, phrases in knowledge("asides")["asides"].items():
        if key in {same_words(p) for p in phrases}:
            return str(name)
    if intent.get("reason") != "exact example":
        language = other_language(readable(text))
        if language:
            return f"language:{language}"
    if len(text) > TOO_LONG and intent.get("name") == FALLBACK:
        return "too_long"
    return ""
