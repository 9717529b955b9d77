"""The safety layer as a Rasa graph component: the last word on the intent."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.safety import INTENT_OF, Verdict, safety_judge


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SafetyLayer(GraphComponent):
    """Puts a red flag above whatever was understood, and records what it decided and why."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SafetyLayer:
        """Create the component; the signs are compiled now, not at the first message."""
        safety_judge()
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Judge each message."""
        for message in messages:
            ranking = message.get("intent_ranking") or []
            scores = {entry["name"]: entry["confidence"] for entry in ranking}
            for intent in INTENT_OF.values():  # other clauses do not make a danger smaller
                whole = (message.get("whole_scores") or {}).get(intent, 0.0)
                scores[intent] = max(scores.get(intent, 0.0), whole)
            verdict = safety_judge().assess(message.get("text") or "", scores)
            self._record(message, verdict)
        return messages

    @staticmethod
    def _record(message: Message, verdict: Verdict) -> None:
        safety = {"level": verdict.level, "family": verdict.family, "reason": verdict.reason}
        message.set("safety", safety, add_to_output=True)
        intent = dict(message.get("intent") or {})
        flagged = INTENT_OF.get(verdict.level)
        if flagged:
            intent.update(name=flagged, confidence=1.0, reason=f"safety: {verdict.reason}")
            flag = {
                "entity": "red_flag",
                "value": verdict.alert or "general",
                "start": 0,
                "end": len(message.get("text") or ""),  # all of it told of danger
                "extractor": "SafetyLayer",
            }
            message.set("entities", [*(message.get("entities") or []), flag], add_to_output=True)
        elif intent.get("name") in INTENT_OF.values():
            # The classifier heard an alarm that the surroundings take back: ask, don't guess.
            intent.update(name=_next_best(message), reason=f"safety: {verdict.reason or 'calm'}")
        message.set("intent", intent, add_to_output=True)


def _next_best(message: Message) -> str:
    for entry in message.get("intent_ranking") or []:
        if entry["name"] not in INTENT_OF.values():
            return str(entry["name"]) if entry["confidence"] >= 0.15 else "nlu_fallback"
    return "nlu_fallback"
