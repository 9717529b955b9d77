"""Test data in words: a_situation(condition="copd", surgery=True), a_tracker("Hello", "greet")."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from ruamel.yaml import YAML

from bot.guide.situation import Condition, Situation
from bot.paths import ROOT

Event = dict[str, Any]

_CONDITIONS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...], bool, str]] = {
    # short name: name, families, specialists, serious, kind
    "copd": ("COPD", ("lung",), ("pulmonology",), True, "disease"),
    "lung cancer": ("Lung cancer", ("cancer", "lung"), ("medical_oncology", "pulmonology"), True,
                    "disease"),
    "leukemia": ("Leukemia", ("blood_cancer", "blood"), ("hematology",), True, "disease"),
    "heart failure": ("Heart failure", ("heart",), ("cardiology",), True, "disease"),
    "eczema": ("Eczema", ("skin",), ("dermatology",), False, "disease"),
    "knee replacement": ("Knee replacement", ("joint_bone",), ("orthopedic_surgery",), False,
                         "procedure"),
    "back pain": ("Back pain", ("spine_back",), ("spine_surgery",), False, "symptom"),
    "asthma": ("Asthma", ("lung",), ("pulmonology",), False, "disease"),
}  # fmt: skip


def a_condition(name: str = "copd") -> Condition:
    """Return one of the conditions that the tests speak of."""
    shown, families, specialists, serious, kind = _CONDITIONS[name]
    slug = name.replace(" ", "_")
    return Condition(f"test:{slug}", shown, name, families, specialists, serious, kind)


def a_condition_of(*families: str, kind: str = "disease") -> Condition:
    """Return a condition of some families and of nothing else."""
    name = " and ".join(families)
    return Condition(f"test:{name}", name, name, families, ("primary_care",), False, kind)


def a_situation(condition: str | Condition | None = None, **known: Any) -> Situation:
    """Return a situation.

    Args:
        condition: the short name of one of the conditions here, or one of your own.
        known: anything else of a ``Situation``; lists may be given for its tuples and sets.
    """
    if isinstance(condition, str):
        condition = a_condition(condition)
    for name, make in (("records_done", frozenset), ("own_questions", tuple), ("heard", tuple)):
        if name in known:
            known[name] = make(known[name])
    return Situation(condition=condition, **known)


def condition_entity(name: str = "copd", **more: Any) -> Event:
    """Return the entity that the understanding makes of a named condition."""
    condition = a_condition(name)
    return {
        "entity": "condition", "value": condition.name, "start": 0, "end": len(name),
        "id": condition.id, "name": condition.name, "said": name, "kind": condition.kind,
        "families": list(condition.families), "specialists": list(condition.specialists),
        "serious": condition.serious, "status": "current", "ask": [], **more,
    }  # fmt: skip


def condition_slot(name: str = "copd") -> Event:
    """Return the value of the slot ``condition``."""
    entity = condition_entity(name)
    kept = ("id", "name", "families", "specialists", "serious", "kind", "said")
    return {key: entity[key] for key in kept}


@lru_cache(maxsize=1)
def the_domain() -> dict[str, Any]:
    """Return domain.yml with the responses of data/responses merged in, as Rasa does."""
    yaml = YAML(typ="safe")
    domain: dict[str, Any] = yaml.load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    domain["responses"] = {}
    for path in sorted((ROOT / "data" / "responses").glob("*.yml")):
        domain["responses"].update(yaml.load(path.read_text(encoding="utf-8"))["responses"])
    return domain


def first_slots() -> dict[str, Any]:
    """Return every slot of the domain as it is before the first message."""
    slots = {name: slot.get("initial_value") for name, slot in the_domain()["slots"].items()}
    return {**slots, "requested_slot": None}


def bot_said(key: str, buttons: Sequence[tuple[str, str]] = ()) -> Event:
    """Return the event of one bubble of the bot, with its quick replies."""
    shown = [{"title": title, "payload": payload} for title, payload in buttons]
    return {
        "event": "bot", "text": "...", "data": {"buttons": shown or None},
        "metadata": {"utter_action": key},
    }  # fmt: skip


def bot_offered(key: str) -> Event:
    """Return the event of a response of ours with its own quick replies."""
    variation = the_domain()["responses"][key][0]
    return bot_said(key, [(b["title"], b["payload"]) for b in variation.get("buttons") or []])


def patient_said(text: str, intent: str = "greet") -> Event:
    """Return the event of one message of the patient."""
    return {"event": "user", "text": text, "parse_data": {"intent": {"name": intent}}}


def a_message(text: str, intent: str, **more: Any) -> dict[str, Any]:
    """Return a message as the pipeline leaves it.

    Args:
        text: the patient's words.
        intent: what they were understood as.
        more: confidence, reason, entities, wishes, aside, safety, ranking.
    """
    ranking = more.get("ranking") or [(intent, more.get("confidence", 0.9))]
    return {
        "text": text,
        "intent": {
            "name": intent,
            "confidence": more.get("confidence", 0.9),
            "reason": more.get("reason", "classified"),
        },
        "intent_ranking": [{"name": name, "confidence": score} for name, score in ranking],
        "entities": list(more.get("entities") or []),
        "wishes": list(more.get("wishes") or []),
        "aside": more.get("aside") or "",
        "safety": {"level": more.get("safety") or "", "family": "", "reason": ""},
    }


def a_tracker(
    text: str,
    intent: str,
    *,
    slots: dict[str, Any] | None = None,
    before: Sequence[Event] = (),
    form: str | None = None,
    disclosed: bool = True,
    **message: Any,
) -> Tracker:
    """Return Rasa's tracker at the moment an action runs.

    Args:
        text, intent: the latest message.
        slots: what is known, beside the domain's initial values.
        before: events before the latest message.
        form: the flow that is going on.
        disclosed: the first-turn notice was given.
        message: see ``a_message``.
    """
    known = {**first_slots(), "disclosed": disclosed, **(slots or {})}
    after = [{"event": "slot", "name": "requested_slot", "value": known["requested_slot"]}]
    after.append({"event": "action", "name": form} if form else {"event": "user_featurization"})
    return Tracker(
        sender_id="a patient",
        slots=known,
        latest_message=a_message(text, intent, **message),
        events=[*before, patient_said(text, intent), *after],
        paused=False,
        followup_action=None,
        active_loop={"name": form} if form else {},
        latest_action_name="action_listen",
    )


@dataclass
class Said:
    """What one run of an action said and changed.

    Attributes:
        messages: as collected for the channel.
        events: as returned to Rasa.
    """

    messages: list[dict[str, Any]]
    events: list[EventType]
    keys: list[str] = field(init=False)

    def __post_init__(self) -> None:
        """Collect the response keys, in order."""
        self.keys = [m["response"] for m in self.messages if m.get("response")]

    @property
    def slots(self) -> dict[str, Any]:
        """The slots that were set, by name."""
        return {e["name"]: e["value"] for e in self.events if e["event"] == "slot"}

    @property
    def payloads(self) -> list[dict[str, Any]]:
        """The structured messages."""
        return [m["custom"] for m in self.messages if m.get("custom")]

    @property
    def kinds(self) -> list[str]:
        """The kinds of the structured messages."""
        return [payload["kind"] for payload in self.payloads]

    @property
    def next_action(self) -> str | None:
        """The action asked for next, such as a form that begins."""
        return next((e["name"] for e in self.events if e["event"] == "followup"), None)

    @property
    def leaves_flow(self) -> bool:
        """The flow that was going on is ended."""
        return any(e["event"] == "active_loop" and e["name"] is None for e in self.events)

    def message(self, key: str) -> dict[str, Any]:
        """Return the message of one response key."""
        return next(m for m in self.messages if m.get("response") == key)


def said_by(action: Action, tracker: Tracker) -> Said:
    """Run an action as the action server does; return what it said and changed."""
    dispatcher = CollectingDispatcher()
    events = asyncio.run(action.run(dispatcher, tracker, the_domain()))
    return Said(dispatcher.messages, list(events))


@lru_cache(maxsize=1)
def the_actions() -> dict[str, Action]:
    """Return every action of actions/, by name, found as the action server finds them."""
    from rasa_sdk.executor import ActionExecutor

    executor = ActionExecutor()
    executor.register_package("actions")
    return {name: run.__self__ for name, run in executor.actions.items()}


def answer_to(text: str, intent: str, action: str, **tracker: Any) -> Said:
    """Return what an action answers to a message; see ``a_tracker``."""
    return said_by(the_actions()[action], a_tracker(text, intent, **tracker))
