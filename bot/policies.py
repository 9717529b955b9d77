"""The policy that comes before all others: a red flag is answered first, whatever is going on."""

from __future__ import annotations

from typing import Any

from rasa.core.policies.policy import Policy, PolicyPrediction, SupportedData
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

ALERTS = {"report_emergency": "utter_emergency", "express_self_harm": "utter_crisis"}
TAKES = {
    "add_own_question": "action_add_question",
    "tell_condition": "action_note_condition",
    "mark_item_done": "action_mark_record",
}
"""What we may have asked for in the patient's own words, and the action that takes it."""
DISCLOSURE = "utter_disclosure_plain"


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False
)
class SafetyPolicy(Policy):
    """Answers an emergency or a crisis with its alert, then listens.

    It outranks rules and forms alike, and the alert's words are rendered by the Rasa server, so
    that they reach the patient even when the action server is down. A form that is interrupted
    stays active, and isn't asked on again until the patient speaks.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings: a priority above every policy of Rasa's (6 is the highest)."""
        return {"priority": 10}

    @staticmethod
    def supported_data() -> SupportedData:
        """Only stories and rules concern policies; this one learns from neither."""
        return SupportedData.ML_AND_RULE_DATA

    def train(
        self,
        training_trackers: list[TrackerWithCachedStates],
        domain: Domain,
        **kwargs: Any,
    ) -> Resource:
        """Nothing to learn."""
        return self._resource

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Predict the alert, the first-turn notice if it is still owed, then listening."""
        message = tracker.latest_message
        intent = message.intent.get("name") if message else None
        alert = ALERTS.get(intent or "")
        if alert is None:
            return self._taking_what_was_asked_for(tracker, domain)
        latest, events = tracker.latest_action_name, []
        if latest == ACTION_LISTEN_NAME:
            action = alert
        elif latest == alert and not tracker.get_slot("disclosed"):
            action, events = DISCLOSURE, [SlotSet("disclosed", True)]
        else:
            action = ACTION_LISTEN_NAME
        probabilities = self._default_predictions(domain)
        probabilities[domain.index_for_action(action)] = 1.0
        return self._prediction(probabilities, is_no_user_prediction=True, optional_events=events)

    def _taking_what_was_asked_for(
        self, tracker: DialogueStateTracker, domain: Domain
    ) -> PolicyPrediction:
        """Predict the action that takes what we asked for, before a rule begins a flow on it.

        "Is there another way for me?" is a question for the list if a question was asked for; the
        action itself begins the flow if the message means that after all.
        """
        probabilities = self._default_predictions(domain)
        takes = TAKES.get(tracker.get_slot("awaiting") or "")
        spoken = tracker.latest_action_name == ACTION_LISTEN_NAME
        if not takes or not spoken or tracker.active_loop_name:
            return self._prediction(probabilities)
        probabilities[domain.index_for_action(takes)] = 1.0
        return self._prediction(probabilities, is_no_user_prediction=True)

    def _metadata(self) -> dict[str, Any]:
        return {}

    @classmethod
    def _metadata_filename(cls) -> str:
        return "safety_policy.json"

    @classmethod
    def load(cls, config, model_storage, resource, execution_context, **kwargs):  # type: ignore[no-untyped-def]
        """Create it again; nothing was stored."""
        return cls(config, model_storage, resource, execution_context)
