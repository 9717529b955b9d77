"""Descriptions that name no condition, as a Rasa graph component."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message

from bot.guide.situation import DESCRIBED, VAGUE
from bot.nlu.encoder import shared_encoder
from bot.nlu.likeness import Likeness, NamesByMeaning, likeness, shared_names
from bot.paths import cache_dir

NAME = "this health problem"
TOLD = {"tell_condition": 0.45, "find_specialist": 0.6, "nlu_fallback": 0.6}
"""Intents in which a description is looked for, and the cosine from which it counts."""
SAYS_NOTHING = frozenset(
    (
        "a about an and any are at be best can could dad daughter deal deals do doc docs doctor "
        "doctors does find fits for get go good handles has have he help her him his how "
        "husband i i'm in is it it's its kid kind know look looks mom my need needs of on or "
        "our out person problem right see sees she should son sort specialist specialists talk "
        "tell that the their them they this to treat treats type us want wants we what what's "
        "whats where which who who's whom whos wife with would you your"
    ).split()
)
"""Words of a question for a doctor; a description has two others at least."""
WEAK = {"symptom", "finding"}
LITTLE = 0.5
"""Named by a symptom or in a small part of a message, a condition gets the doctor likeliest by
the whole description, too: of 200 lay descriptions 93 instead of 90 % lead to a right one."""
LIKE_ENOUGH = 0.45
LONGEST = 40
"""Words; a longer message tells a story, which is like everything and nothing."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class DescriptionReader(GraphComponent):
    """Adds a ``condition`` of the kind "description" where no condition was named."""

    def __init__(self, names: NamesByMeaning) -> None:
        self._names = names

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> DescriptionReader:
        """Create the component; the names' embeddings are read now, or computed the first time."""
        return cls(shared_names(cache_dir()))

    def process(self, messages: list[Message]) -> list[Message]:
        """Look at each message that tells of a condition or asks for a specialist."""
        for message in messages:
            self._read(message)
        return messages

    def _read(self, message: Message) -> None:
        text = message.get("text") or ""
        entities = list(message.get("entities") or [])
        named = [e for e in entities if e.get("entity") == "condition"]
        limit = TOLD.get(str((message.get("intent") or {}).get("name")))
        if limit is None or not _describes(message, text):
            return
        if named and not _says_little(named, text):
            return
        found = likeness(text, self._names, shared_encoder(cache_dir()))
        if found and not named and found.cosine >= limit:
            message.set("entities", [*entities, _entity(found, text)], add_to_output=True)
        elif found and named and _all_current(named) and found.cosine >= LIKE_ENOUGH:
            wider = [_widened(e, found) if e in named else e for e in entities]
            message.set("entities", wider, add_to_output=True)


def _describes(message: Message, text: str) -> bool:
    exact = (message.get("intent") or {}).get("reason") == "exact example"
    words = text.lower().split()
    telling = {word.strip(".,;:!?") for word in words} - SAYS_NOTHING
    return not exact and len(words) <= LONGEST and len(telling) >= 2


def _says_little(named: list[dict[str, Any]], text: str) -> bool:
    vague = all(e.get("kind") in WEAK or e["id"].startswith(VAGUE) for e in named)
    letters = sum(e["end"] - e["start"] for e in named)
    return vague or letters < LITTLE * len(text)


def _all_current(named: list[dict[str, Any]]) -> bool:
    """Return False if a text also tells of what somebody else had: it is like that, too."""
    return all(e.get("status", "current") == "current" for e in named)


def _widened(condition: dict[str, Any], found: Likeness) -> dict[str, Any]:
    """Return a named condition with the likeliest doctor of the description added."""
    if not condition.get("specialists"):
        return condition
    doctors = dict.fromkeys([*condition["specialists"], found.specialists[0]])
    return {**condition, "specialists": list(doctors)}


def _entity(found: Likeness, text: str) -> dict[str, Any]:
    return {
        "entity": "condition", "value": NAME, "start": 0, "end": len(text),
        "id": f"like:{found.specialists[0]}", "name": NAME, "said": text, "kind": DESCRIBED,
        "families": list(found.families), "specialists": list(found.specialists),
        "serious": False, "status": "current", "ask": [], "extractor": "DescriptionReader",
        "confidence": found.cosine,
    }  # fmt: skip
