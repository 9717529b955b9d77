"""The policy that comes before all others: a red flag is answered first, whatever is going on."""

from __future__ import annotations

from typing import Any

from rasa.core.policies.policy import Policy, PolicyPrediction, SupportedData
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, SlotSet, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

from bot.guide.after_alert import LATELY, danger_goes_on, danger_is_over, help_came
from bot.knowledge import knowledge

ALERTS = {"report_emergency": "utter_emergency", "express_self_harm": "utter_crisis"}
TAKES = {
    "add_own_question": "action_add_question",
    "tell_condition": "action_note_condition",
    "mark_item_done": "action_mark_record",
}
"""What we may have asked for in the patient's own words, and the action that takes it."""
DISCLOSURE = "utter_disclosure_plain"
CHECK = "utter_check_now"
STILL_ABOUT_IT = (
    DISCLOSURE,
    CHECK,
    "utter_after_alert",
    "utter_after_alert_in_flow",
    "utter_help_came",
)
"""What may be said between an alert and words about the same danger."""
SOME_SIGN = 0.1
"""Probability of a crisis from which a doubt was about one rather than about an emergency."""
HELP_CAME = "action_help_came"
BY_SIGN = "safety: sign"
"""How the reason begins where words of danger were found, not only their likeness."""


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False
)
class SafetyPolicy(Policy):
    """Answers an emergency or a crisis with its alert, then listens.

    It outranks rules and forms alike, and the alert's words are rendered by the Rasa server, so
    that they reach the patient even when the action server is down. A form that is interrupted
    stays active, and isn't asked on again until the patient speaks.

    For the next messages the alert stays what the talk is about: "it's getting worse" and "should I
    wait?" get it again, "my husband called, they are coming" gets a word of relief.
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
        answer = _answer_to_danger(tracker)
        if answer is None:
            return self._taking_what_was_asked_for(tracker, domain)
        latest, events = tracker.latest_action_name, []
        if latest == ACTION_LISTEN_NAME:
            action = answer
        elif latest == answer and answer != HELP_CAME and not tracker.get_slot("disclosed"):
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


def _answer_to_danger(tracker: DialogueStateTracker) -> str | None:
    """Return the action that a message asks for because of danger, or None."""
    message = tracker.latest_message
    if message is None:
        return None
    intent, text = message.intent.get("name") or "", message.text or ""
    alert = ALERTS.get(intent)
    before, at_once, heard = _alert_before(tracker)
    if before is None or str(message.intent.get("reason") or "").startswith(BY_SIGN):
        return alert
    words = knowledge("asides")
    if help_came(text, words["help_came"]) and (alert or at_once):
        return HELP_CAME
    if alert and danger_is_over(text, words["is_over"]):
        return HELP_CAME
    doubts = words["doubts"] if at_once else ()
    goes_on = danger_goes_on(text, [*words["goes_on"], *doubts])
    yes_to_check = at_once and before == CHECK and intent == "affirm"
    if alert is None and (goes_on or yes_to_check):
        return _likelier_alert(heard) if before == CHECK else before
    return alert


def _likelier_alert(heard: UserUttered | None) -> str:
    """Return the alert for a message that we were in doubt about: which danger it was likelier."""
    ranking = (heard.parse_data or {}).get("intent_ranking") or [] if heard else []
    scores = {entry["name"]: entry["confidence"] for entry in ranking}
    dark = scores.get("express_self_harm", 0.0)
    crisis = dark >= SOME_SIGN and dark > scores.get("report_emergency", 0.0)
    return ALERTS["express_self_harm" if crisis else "report_emergency"]


def _alert_before(
    tracker: DialogueStateTracker,
) -> tuple[str | None, bool, UserUttered | None]:
    """Return the last alert of the last turns, or else the last doubt, and what that was about.

    The second value tells whether nothing else was said since.
    """
    alert: tuple[str, bool] | None = None
    doubt: tuple[str, bool, UserUttered | None] | None = None
    said, messages = False, 0
    for event in reversed(tracker.events):
        if isinstance(event, BotUttered) and messages:
            key = (event.metadata or {}).get("utter_action") or ""
            if key in ALERTS.values():
                return key, not said, None
            if key == CHECK and alert is None:
                alert = key, not said
            said = said or key not in STILL_ABOUT_IT
        elif isinstance(event, UserUttered):
            if alert and doubt is None:
                doubt = (*alert, event)
            messages += 1
            if messages > LATELY:
                break
    return doubt or (None, False, None)
