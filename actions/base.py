"""What all actions share: one turn, read, decided and voiced.

An answer is a function from a ``Turn`` to decisions, registered for the intents it serves. The
actions of the domain, "yes" to an offer, and the second wish in one message all use the same
registry, so a wish is answered the same way however it was made.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.awaited import awaited_intent
from actions.reply import LEAVE_FLOW, Reply
from actions.tracker_view import Message, alerted_lately, changes_from, message, situation
from bot.guide.after_alert import danger_is_over
from bot.guide.catalogue import Catalogue
from bot.guide.decisions import Begin, Decision, Offer, Say
from bot.guide.flows import correction
from bot.guide.plan import known_facts
from bot.guide.situation import DESCRIBED, Situation
from bot.guide.topics import UNINSURED, follow_up, source_of
from bot.knowledge import catalogue, intent_of_phrase, knowledge, phrase

HEARD_KEPT = 40
NOT_UNDERSTOOD_IN_FLOW = Say("utter_form_not_understood")
"""Answers remembered, for "you asked that before": far more than a visit has."""
MOST_WISHES = 3
"""Wishes answered in one turn; more would be a wall of text."""
ALONE = frozenset({"add_own_question", "affirm", "deny", "nlu_fallback", "mark_item_done"})
"""Intents whose other clauses are part of what they say, not further wishes."""
COVERED_BY = {
    "concern_cost": "concern_insurance",
    "tell_multiple_options": "ask_medical_advice",
    "check_if_needed": "ask_medical_advice",
}
"""What need not be said beside another answer: who asks if the plan pays has asked about money, and
who asks whether to have a treatment, or which, is offered to put just that on the list."""
MUCH_THE_SAME = (
    frozenset({"concern_offend_doctor", "concern_doctor_pushback"}),
    frozenset({"ask_patient_rights", "how_to_get_records"}),
)
"""Pairs whose answers say much the same, and the second of which would take for a fact what was
only feared: of these the likelier one is enough."""

UNSAID = frozenset({"greet", "goodbye"})
"""Courtesies that need no words of their own beside another answer: the answer greets, and who
still wants something has not left."""
NOTHING_ELSE = frozenset({"nlu_fallback", "affirm", "deny", "greet", "out_of_scope", "thank_you"})
"""What a message that says "it is over" may be taken for without saying anything else."""
SAID_FIRST = ("thank_you", "out_of_scope", "tell_condition")
"""A word for what was said, and for what we can't do, before the answer that ends in an offer."""


@dataclass
class Turn:
    """One message of a patient and what is known when it arrives.

    Attributes:
        said: the message as understood.
        tracker: Rasa's, read only.
        changes: slot values this turn sets; answers add to it.
        events: further events this turn causes.
    """

    said: Message
    tracker: Tracker
    changes: dict[str, Any]
    events: list[EventType] = field(default_factory=list)

    @property
    def situation(self) -> Situation:
        """The situation, this turn's changes included."""
        return situation(self.tracker, self.changes)

    @property
    def catalogue(self) -> Catalogue:
        """Everything the content files hold."""
        return catalogue()

    def slot(self, name: str) -> Any:
        """Return a slot's value as it will be after this turn."""
        return self.changes[name] if name in self.changes else self.tracker.slots.get(name)

    def heard(self, intent: str) -> None:
        """Remember that an intent was answered."""
        kept = list(self.slot("heard") or [])[-HEARD_KEPT:]
        self.changes["heard"] = [*kept, intent]


FORGOTTEN = frozenset({"affirm", "restart_conversation"})
"""Not kept among what was answered: what "yes" took up is, and a fresh start keeps nothing."""
Answer = Callable[[Turn], Sequence[Decision]]
_ANSWERS: dict[str, Answer] = {}


def answers(*intents: str) -> Callable[[Answer], Answer]:
    """Register a function as the answer to some intents."""

    def register(function: Answer) -> Answer:
        for intent in intents:
            _ANSWERS[intent] = function
        return function

    return register


def answer(intent: str, turn: Turn) -> list[Decision]:
    """Return the answer to an intent: begin its flow, or what its function decides."""
    form = knowledge("flows")["forms"].get(intent)
    if form:
        return [Begin(form)]
    decided = list(_ANSWERS[intent](turn))
    if intent not in FORGOTTEN:
        turn.heard(intent)
    return decided


def _answer_all(intent: str, turn: Turn) -> list[Decision]:
    """Answer the main wish and the others; flows come last, and only one."""
    alone = intent in ALONE
    further = [w for w in turn.said.wishes if w not in UNSAID]
    wishes = [w for w in dict.fromkeys([intent, *further]) if w in _known()]
    wishes = [w for w in wishes if w not in COVERED_BY or COVERED_BY[w] not in wishes]
    wishes = [w for n, w in enumerate(wishes) if not _said_by(w, wishes[:n])]
    wishes = sorted(wishes[: 1 if alone else MOST_WISHES], key=_place)
    decided: list[Decision] = []
    for wish in wishes:
        for decision in answer(wish, turn):
            if decision not in decided:
                decided.append(decision)
    return decided


def _said_by(wish: str, likelier: Sequence[str]) -> bool:
    return any(frozenset({wish, other}) in MUCH_THE_SAME for other in likelier)


def _place(wish: str) -> int:
    return SAID_FIRST.index(wish) if wish in SAID_FIRST else len(SAID_FIRST)


def _known() -> set[str]:
    return set(_ANSWERS) | set(knowledge("flows")["forms"])


def _aside(turn: Turn) -> list[Decision] | None:
    """Return the answer to what is said *about* the conversation, or None."""
    aside = turn.said.aside
    if aside == "source":
        heard = turn.slot("heard") or [""]
        return list(source_of(heard[-1], turn.catalogue))
    if aside == "known":
        facts = known_facts(turn.situation, turn.catalogue, knowledge("coverage")["coverage"])
        if not facts:
            return [Say("utter_known_nothing")]
        words = [phrase(f"fact_{name}", value=value) for name, value in facts]
        return [Say("utter_known", {"facts": "; ".join(words)})]
    if aside == "trust":
        return [Say("utter_trust")]
    if aside == "unwilling" and turn.situation.caregiver:
        return [
            Say("utter_unwilling"),
            Say("utter_unwilling_steps"),
            Offer("utter_offer_unwilling"),
        ]
    if aside == "clinic":
        return [Say("utter_clinic_contact")]
    if aside == "too_long":
        return [Say("utter_too_long")]
    if aside == "language:es":
        return [Say("utter_other_language_es")]
    if aside.startswith("language"):
        return [Say("utter_other_language")]
    if correction(turn.said.text) == "" and not in_flow(turn):
        return [Say("utter_nothing_to_go_back_to"), Offer("utter_what_next")]
    if turn.slot("awaiting") or intent_of_phrase(turn.said.text):
        return None
    return list(follow_up(turn.said.text, turn.situation, turn.catalogue)) or None


def is_over(turn: Turn) -> bool:
    """Return True if a message says that what an alert was for is over."""
    phrases = knowledge("asides")["is_over"]
    return alerted_lately(turn.tracker.events) and danger_is_over(turn.said.text, phrases)


def _noted_in_passing(turn: Turn) -> list[Decision]:
    """Return a human word for a diagnosis, or a relative, mentioned while asking for something."""
    told = "tell_condition" in (awaited_intent(turn), *turn.said.wishes)
    condition = turn.situation.condition
    before = turn.tracker.slots.get("condition") or {}
    new = condition and "condition" in turn.changes and condition.id != before.get("id")
    if condition and new and not told and condition.kind != DESCRIBED:
        other = "_other" if turn.situation.caregiver else ""
        return [Say(f"utter_condition_noted{other}", {"condition": condition.full_name})]
    before_insured = turn.tracker.slots.get("coverage") != UNINSURED
    if turn.changes.get("coverage") == UNINSURED and before_insured and not _about_money(turn):
        return [Say("utter_uninsured_noted")]
    relation = turn.changes.get("relation")
    someone = relation is not None and relation != turn.tracker.slots.get("relation")
    return [Say("utter_caregiver_noted")] if someone and not told else []


def _bereaved(turn: Turn) -> bool:
    """Return True if a message tells that one of the family has died."""
    words = f" {' '.join(re.findall(r'[a-z]+', turn.said.text.lower()))} "
    died = any(f" {phrase} " in words for phrase in knowledge("asides")["died"])
    return died and bool(turn.said.found("relation")) and not turn.said.safety


def _about_money(turn: Turn) -> bool:
    asked = {awaited_intent(turn), *turn.said.wishes}
    return bool(asked & {"concern_cost", "concern_insurance", "get_insurance_script"})


def in_flow(turn: Turn) -> bool:
    """Return True if a flow goes on after this turn and will ask again."""
    going_on = bool((turn.tracker.active_loop or {}).get("name"))
    return going_on and LEAVE_FLOW[0] not in turn.events


class GuideAction(Action, ABC):
    """Base of the actions: subclasses give the name, and may give their own decision."""

    asks_whether_now = True
    """Whether a doubt about danger is said before the answer."""

    @property
    @abstractmethod
    def action_name(self) -> str:
        """The action's name in the domain; abstract, so that the base itself is no action."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return self.action_name

    def decide(self, turn: Turn) -> list[Decision]:
        """Return what to say; by default the registered answer to the message's intent."""
        return _answer_all(awaited_intent(turn), turn)

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Read the tracker, ask the guide, voice the decision."""
        said = message(tracker)
        turn = Turn(said, tracker, changes_from(said, tracker))
        reply = Reply(dispatcher, tracker, turn.changes)
        over = is_over(turn)
        if over:
            reply.say("utter_alert_over")
        elif said.safety == "check" and self.asks_whether_now:
            reply.say("utter_check_now")
        if _bereaved(turn):
            reply.say("utter_condolence")
        decisions = _aside(turn)
        if over and said.intent in NOTHING_ELSE:
            decisions = [] if in_flow(turn) else [Offer("utter_what_next")]
        elif decisions is None:
            decisions = [*_noted_in_passing(turn), *self.decide(turn)]
        unclear = said.intent == "nlu_fallback" or NOT_UNDERSTOOD_IN_FLOW in decisions
        if decisions and in_flow(turn) and not unclear:
            decisions = [*decisions, Say("utter_form_resume")]
        for name, rest in (("awaiting", None), ("misunderstood", 0.0)):
            if tracker.slots.get(name) and name not in turn.changes:
                turn.changes[name] = rest
        return reply.voice(decisions, turn.events)
