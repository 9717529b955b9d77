"""Descriptions that name no condition, as a Rasa graph component."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message

from bot.guide.situation import DESCRIBED
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
            found = self._described(message)
            if found:
                text = message.get("text") or ""
                entities = [*(message.get("entities") or []), _entity(found, text)]
                message.set("entities", entities, add_to_output=True)
        return messages

    def _described(self, message: Message) -> Likeness | None:
        intent = message.get("intent") or {}
        text = message.get("text") or ""
        limit = TOLD.get(str(intent.get("name")))
        named = any(e.get("entity") == "condition" for e in message.get("entities") or [])
        exact = intent.get("reason") == "exact example"
        words = text.lower().split()
        telling = {word.strip(".,;:!?") for word in words} - SAYS_NOTHING
        if limit is None or named or exact or len(words) > LONGEST or len(telling) < 2:
            return None
        found = likeness(text, self._names, shared_encoder(cache_dir()))
        return found if found and found.cosine >= limit else None


def _entity(found: Likeness, text: str) -> dict[str, Any]:
    return {
        "entity": "condition", "value": NAME, "start": 0, "end": len(text),
        "id": f"like:{found.specialists[0]}", "name": NAME, "said": text, "kind": DESCRIBED,
        "families": list(found.families), "specialists": list(found.specialists),
        "serious": False, "status": "current", "ask": [], "extractor": "DescriptionReader",
        "confidence": found.cosine,
    }  # fmt: skip
