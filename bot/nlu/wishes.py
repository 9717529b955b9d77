"""Finds every wish in a message, also the one inside a long story, and what is said aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message

from bot.knowledge import knowledge
from bot.nlu.classify import FALLBACK, Reading
from bot.nlu.clauses import asks
from bot.nlu.language import other_language
from bot.nlu.second_wish import Heard, further_wishes
from bot.nlu.statements import names_a_condition, only_names_a_condition
from bot.nlu.text import readable, same_words

COURTESIES = frozenset({"greet", "goodbye", "thank_you"})
ELSEWHERE = "out_of_scope"
SIDE_REMARKS = COURTESIES | frozenset(
    {
        ELSEWHERE,
        "affirm",
        "deny",
        "nlu_fallback",
        "restart_conversation",
        "report_emergency",
        "express_self_harm",
    }
)
"""Never a wish for being likely: courtesies, what safety decides, and what must be said on its own.
"""

STATED = 0.9
"""Confidence of a message that does nothing but name a condition the lexicon knows."""
SECOND, THIRD = 0.17, 0.4
"""Probability from which a further wish is taken up; who has two wishes seldom has three."""
SURE_OF_COURTESY = 0.9
SURE_OF_ELSEWHERE = 0.8
WORDS_ELSEWHERE = 4
"""A clause from so sure on is a courtesy, or asks in so many words for what we don't do. People
tell much in passing that is not about second opinions: only what is asked for gets an answer."""
CLEAREST = 0.6
"""From here one clause says what a message that is not understood as a whole is about."""
VAGUE, CERTAIN, STORY = 0.4, 0.9, 4
"""Below the first a message of so many clauses says little as a whole; a clause from the second on
decides."""
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
        wishes: list[str] = []
        if intent.get("reason") != "exact example":
            readings = message.get("clause_readings") or []
            clearest = _clearest(intent, readings)
            if clearest:
                intent.update(clearest)
                message.set("intent", intent, add_to_output=True)
            entities = message.get("entities") or []
            parts = parts_of(message.get("reading"), readings)
            if only_names_a_condition(text, entities):
                intent = _stated(intent)
                message.set("intent", intent, add_to_output=True)
            elif message.get("reading"):
                wishes = wishes_in(
                    heard(intent["name"], message.get("reading"), readings, entities)
                )
            wishes = [*wishes, *remarks_in(parts)]
        wishes = [name for name in dict.fromkeys(wishes) if name != intent.get("name")]
        message.set("wishes", wishes, add_to_output=True)
        message.set("aside", aside_of(text, intent), add_to_output=True)


def heard(
    main: str,
    reading: Reading,
    readings: Sequence[Reading],
    entities: Sequence[Mapping[str, Any]],
) -> Heard:
    """Return what further wishes are judged by.

    Args:
        main: the intent the message is about.
        reading: of the message.
        readings: of its clauses; none if it has only one.
        entities: what is named in it.
    """
    return Heard(
        main=reading.intent if main == FALLBACK else main,
        whole=reading.scores if reading.whole is None else reading.whole,
        blended=reading.scores,
        clauses=readings or [reading],
        names_condition=names_a_condition(entities),
    )


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


def _stated(intent: dict[str, Any]) -> dict[str, Any]:
    """Return an intent as that of someone who tells their diagnosis, or an operation advised."""
    if intent.get("name") in ("tell_condition", "tell_surgery_recommended"):
        return intent
    return {**intent, "name": "tell_condition", "confidence": STATED, "reason": "names a condition"}


def wishes_in(heard: Heard) -> list[str]:
    """Return the further wishes of a message, likeliest first."""
    found = [wish for wish in further_wishes(heard) if wish[0] not in SIDE_REMARKS]
    return [name for i, (name, p) in enumerate(found) if p >= (THIRD if i else SECOND)]


def parts_of(reading: Reading | None, readings: Sequence[Reading]) -> list[Reading]:
    """Return the readings of a message's clauses and their pieces; none if it is one whole."""
    clauses = readings or ([reading] if reading else [])
    return [*readings, *(piece for clause in clauses for piece in clause.pieces)]


def remarks_in(parts: Sequence[Reading]) -> list[str]:
    """Return the courtesies among a message's parts, and "out_of_scope" if one asks for that."""
    return [part.intent for part in parts if _is_courtesy(part) or _is_elsewhere(part)]


def _is_courtesy(part: Reading) -> bool:
    return part.intent in COURTESIES and part.confidence >= SURE_OF_COURTESY


def _is_elsewhere(part: Reading) -> bool:
    sure = part.intent == ELSEWHERE and part.confidence >= SURE_OF_ELSEWHERE
    return sure and asks(part.text) and len(part.text.split()) >= WORDS_ELSEWHERE


@lru_cache(maxsize=1)
def _asides() -> dict[str, str]:
    known = reversed(knowledge("asides")["asides"].items())  # the first of a name counts
    return {same_words(phrase): str(name) for name, phrases in known for phrase in phrases}


def aside_of(text: str, intent: dict[str, Any]) -> str:
    """Return what the message says about the conversation itself: "source", "language:es" ..."""
    name = _asides().get(same_words(text))
    if name:
        return name
    if intent.get("reason") != "exact example":
        language = other_language(readable(text))
        if language:
            return f"language:{language}"
    if len(text) > TOO_LONG and intent.get("name") == FALLBACK:
        return "too_long"
    return ""
