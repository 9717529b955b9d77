"""Reads a Rasa tracker into guide values, and says which slots a message changes.

The only place, with ``reply``, that knows both Rasa's tracker and the guide.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker

from bot.guide.after_alert import LATELY
from bot.guide.situation import CHILD_RELATIONS, VAGUE, Situation
from bot.guide.slots import situation_from
from bot.guide.topics import UNINSURED
from bot.knowledge import knowledge

YES_NO = {"Yes": True, "No": False}
STATES = {
    "tell_surgery_recommended": "surgery",
    "tell_diagnosis_mismatch": "mismatch",
    "tell_multiple_options": "options",
    "tell_gut_feeling": "gut",
}
"""Intents that state one of the situations, and the slot each sets."""


@dataclass(frozen=True)
class Message:
    """The patient's latest message, as the understanding read it."""

    text: str
    intent: str
    confidence: float
    ranking: tuple[tuple[str, float], ...]
    reason: str
    entities: tuple[dict[str, Any], ...]
    wishes: tuple[str, ...]
    aside: str
    safety: str

    def found(self, entity: str) -> list[dict[str, Any]]:
        """Return the entities of one kind."""
        return [e for e in self.entities if e.get("entity") == entity]


def message(tracker: Tracker) -> Message:
    """Return the latest message of a tracker."""
    latest = tracker.latest_message or {}
    intent = latest.get("intent") or {}
    return Message(
        text=latest.get("text") or "",
        intent=intent.get("name") or "nlu_fallback",
        confidence=float(intent.get("confidence") or 0.0),
        ranking=tuple((r["name"], r["confidence"]) for r in latest.get("intent_ranking") or []),
        reason=intent.get("reason") or "",
        entities=tuple(latest.get("entities") or []),
        wishes=tuple(latest.get("wishes") or []),
        aside=latest.get("aside") or "",
        safety=(latest.get("safety") or {}).get("level") or "",
    )


def last_said(events: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """Return the responses that answered the message before this one, the last first."""
    keys: list[str] = []
    heard = 0
    for event in reversed(events):
        if event.get("event") == "user":
            heard += 1
            if heard == 2:
                break
        elif event.get("event") == "bot":
            keys.append(str((event.get("metadata") or {}).get("utter_action") or ""))
    return tuple(keys)


def after_alert(events: Sequence[dict[str, Any]]) -> bool:
    """Return True if the bot's last words before this message were an alert."""
    for event in reversed(events):
        if event.get("event") == "bot":
            key = (event.get("metadata") or {}).get("utter_action") or ""
            if key == "utter_disclosure_plain":
                continue
            return key in ("utter_emergency", "utter_crisis", "utter_check_now")
    return False


def alerted_lately(events: Sequence[dict[str, Any]]) -> bool:
    """Return True if the bot said an alert in one of the last few turns."""
    messages = 0
    for event in reversed(events):
        if event.get("event") == "bot":
            key = (event.get("metadata") or {}).get("utter_action") or ""
            if key in ("utter_emergency", "utter_crisis"):
                return True
        elif event.get("event") == "user":
            messages += 1
            if messages > LATELY:
                return False
    return False


def situation(tracker: Tracker, changes: dict[str, Any] | None = None) -> Situation:
    """Return the patient's situation.

    Args:
        tracker: where the slots are.
        changes: slot values that the current turn sets and the tracker doesn't know yet.
    """
    return situation_from({**tracker.slots, **(changes or {})})


_GUESS = re.compile(
    r"^\W*(?:(?:so|and|or|but|ok|well|what if it'?s)\W+)*(?:maybe|perhaps|possibly|"
    r"could (?:it|this) be|might (?:it|this) be|can (?:it|this) be|"
    r"is (?:it|this) (?:maybe |perhaps )?)\b[^.!?]*\?",
    re.IGNORECASE,
)
_BESIDES = re.compile(
    r"\b(?:also|too|as well|besides|in addition|on top of (?:it|that|this))\b", re.I
)
MOST_OTHERS = 10
KEPT = ("id", "name", "families", "specialists", "serious", "kind", "details")


def _named_condition(said: Message) -> dict[str, Any] | None:
    """Return the slot value for the condition a message states, the most telling one first."""
    current = [
        e
        for e in said.found("condition")
        if e.get("status", "current") == "current" and e.get("specialists")
    ]
    if not current:
        return None
    best = min(current, key=_rank)
    return {**{key: best.get(key) for key in KEPT}, "said": best.get("said") or best["value"]}


def changes_from(said: Message, tracker: Tracker) -> dict[str, Any]:
    """Return the slot values that a message changes, whatever its intent.

    A patient who asks for records and mentions their diagnosis has told us the diagnosis.
    """
    changes: dict[str, Any] = {}
    condition = None if only_guesses(said.text) else _named_condition(said)
    if condition and told_besides(said, tracker):
        names = list(tracker.slots.get("other_conditions") or [])
        if condition["name"] not in names:
            changes["other_conditions"] = [*names, condition["name"]][-MOST_OTHERS:]
    elif condition and _outranks(condition, tracker.slots.get("condition"), said):
        changes["condition"] = condition
    for entity in said.found("relation"):
        if entity.get("role") == "patient":
            changes.update(patient_words(str(entity["value"])))
    for entity in said.found("procedure"):
        changes["procedure"] = entity["value"]
    if any(e.get("status") == "child" for e in said.found("condition")):
        changes["child"] = True
    if _tells_of_no_insurance(said.text):
        changes["coverage"] = UNINSURED
    for stated in STATES.keys() & {said.intent, *said.wishes}:
        changes[STATES[stated]] = True
    if said.intent.startswith("concern_"):
        raised = list(tracker.slots.get("concerns") or [])
        if said.intent not in raised:
            changes["concerns"] = [*raised, said.intent]
    return changes


def only_guesses(text: str) -> bool:
    """Return True if a text asks whether it might be something: "maybe lupus? my aunt had it"."""
    return bool(_GUESS.match(text))


def told_besides(said: Message, tracker: Tracker) -> bool:
    """Return True if a condition is told beside the one that the talk is about ("he also has ...").

    What belongs to the same family says more of that one: "it has also spread to the bones".
    """
    old, new = tracker.slots.get("condition"), _named_condition(said)
    if not old or not new or old.get("id") == new["id"] or not _BESIDES.search(said.text):
        return False
    both_diseases = _rank(new) == _rank(old) == 0
    return both_diseases and not set(new["families"] or ()) & set(old.get("families") or ())


def _tells_of_no_insurance(text: str) -> bool:
    told = knowledge("coverage")["coverage"][UNINSURED]["told"]
    words = re.findall(r"[a-z']+", text.lower().replace("\u2019", "'"))
    lower = f" {' '.join(words)} "
    return " if " not in lower and any(f" {phrase} " in lower for phrase in told)


RANKS = {"disease": 0, "injury": 0, "procedure": 1, "finding": 2, "symptom": 3, "treatment": 3}


def _rank(condition: dict[str, Any]) -> int:
    """Return how much a condition tells about what a second opinion is for; 0 tells most."""
    if str(condition.get("id")).startswith(VAGUE):
        return RANKS["symptom"]
    return RANKS.get(str(condition.get("kind")), RANKS["symptom"])


def _outranks(new: dict[str, Any], old: dict[str, Any] | None, said: Message) -> bool:
    """A symptom or a biopsy mentioned in passing does not replace a diagnosis."""
    if old is None:
        return True
    stated = said.intent == "tell_condition" and _rank(new) < RANKS["symptom"]
    return stated or _rank(new) <= _rank(old)


def patient_words(relation: str) -> dict[str, Any]:
    """Return the slots that make every later sentence speak of "your mother"."""
    return {
        "relation": relation,
        "child": relation in CHILD_RELATIONS,
        "patient": f"your {relation}",
        "patients": f"your {relation}'s",
    }
