"""Keeping the conversation going: yes, no, what was meant, a person, starting over, leaving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rasa_sdk.events import SlotSet

from actions.awaited import CLEAR
from actions.base import NOT_UNDERSTOOD_IN_FLOW, GuideAction, Turn, answer, answers, is_over
from actions.reply import LEAVE_FLOW
from actions.tracker_view import after_alert
from bot.clinic import clinic_words
from bot.guide.decisions import Decision, Offer, Say, Show
from bot.guide.flows import is_plain_no
from bot.guide.payloads import handoff_payload
from bot.knowledge import intent_of_phrase, knowledge, phrase

PATIENT_SLOTS = (
    "condition", "other_conditions", "pending_condition", "procedure", "relation", "child",
    "surgery", "mismatch", "options", "gut", "serious", "records_done", "records_asked",
    "own_questions", "questions_top", "questions_dropped", "concerns", "heard", "coverage",
    "awaiting", "stopped", "check_condition", "check_serious", "check_surgery", "check_mismatch",
    "check_options", "check_gut", "first_opinion", "second_opinion", "matters_most",
    "difference", "opinions",
    "delete_confirmed", "alert",
)  # fmt: skip
"""Every slot that holds something the patient told us."""

BARE_NO = 3
"""Words up to which whatever is taken for a no is one."""
LIKELY_INSTEAD = 0.1
"""Probability of the second reading of a long "no" that does not say no."""
ASIDE_INTENTS = frozenset(
    "greet goodbye thank_you affirm deny out_of_scope report_emergency express_self_harm".split()
)
"""Never proposed as "did you mean": nobody who was not understood meant to say thanks, and about
danger the safety layer asks in words of its own."""


def last_buttons(events: Sequence[dict[str, Any]]) -> list[str]:
    """Return what the quick replies of the bot's last turn say, in order; none if it had none."""
    for event in reversed(events[:-1]):
        if event.get("event") == "bot":
            buttons = (event.get("data") or {}).get("buttons") or []
            if buttons:
                return [button["payload"] for button in buttons]
        elif event.get("event") == "user" and event is not events[-1]:
            if _is_latest(event, events):
                continue
            return []
    return []


def _is_latest(event: dict[str, Any], events: Sequence[dict[str, Any]]) -> bool:
    return event is next(e for e in reversed(events) if e.get("event") == "user")


def _still_here(in_flow: bool) -> Sequence[Decision]:
    """Two questions at once would make the next "yes" answer the wrong one."""
    return [Say("utter_after_alert_in_flow" if in_flow else "utter_after_alert")]


@answers("affirm")
def affirm(turn: Turn) -> Sequence[Decision]:
    """Take up the first quick reply that was offered."""
    in_flow = bool((turn.tracker.active_loop or {}).get("name"))
    if after_alert(turn.tracker.events):
        return _still_here(in_flow)
    if in_flow:
        return [NOT_UNDERSTOOD_IN_FLOW]
    for payload in last_buttons(turn.tracker.events):
        intent = intent_of_phrase(payload)
        if intent and intent != "affirm":  # yes to "yes" would go round for ever
            turn.said = replace(turn.said, text=payload)  # as if they had tapped it
            return answer(intent, turn)
    return [Say("utter_nothing_to_confirm")]


@answers("deny")
def deny(turn: Turn) -> Sequence[Decision]:
    """Accept a no; offer other things."""
    in_flow = bool((turn.tracker.active_loop or {}).get("name"))
    if after_alert(turn.tracker.events):
        return _still_here(in_flow)
    if in_flow:
        return [NOT_UNDERSTOOD_IN_FLOW]
    if len(turn.said.text.split()) > BARE_NO and not is_plain_no(turn.said.text):
        return _meant_instead(turn)  # "not lol im freaking out" declines nothing
    if not last_buttons(turn.tracker.events) and not turn.tracker.slots.get("awaiting"):
        return [Say("utter_nothing_to_confirm")]
    return [Say("utter_declined"), Offer("utter_what_next")]


def _meant_instead(turn: Turn) -> Sequence[Decision]:
    """Answer the next likely reading of a message that was taken for a no."""
    intents = knowledge("intents")["intents"]
    likely = [i for i, p in turn.said.ranking if p >= LIKELY_INSTEAD and i in intents]
    instead = next((i for i in likely if i not in ASIDE_INTENTS), None)
    return answer(instead, turn) if instead else clarify(turn)


@answers("nlu_fallback")
def clarify(turn: Turn) -> Sequence[Decision]:
    """Ask what was meant, with the two likeliest meanings; the second time offer help."""
    if turn.said.reason == "no words":
        return [Say("utter_no_words")]
    if turn.said.safety == "check":
        return []  # the doubt about danger is said; a second question would drown it
    if (turn.tracker.active_loop or {}).get("name"):
        return [NOT_UNDERSTOOD_IN_FLOW]
    missed = float(turn.tracker.slots.get("misunderstood") or 0) + 1
    turn.changes["misunderstood"] = missed
    intents = knowledge("intents")["intents"]
    likely = [i for i, _ in turn.said.ranking if i in intents and i not in ASIDE_INTENTS][:2]
    if missed > 1 or len(likely) < 2:
        return [Say("utter_clarify_more")]
    first, second = (intents[i] for i in likely)
    words = {"meaning_1": first["meaning"], "meaning_2": second["meaning"]}
    choices = tuple((i["title"], i["phrase"]) for i in (first, second))
    return [Say("utter_clarify", words, choices)]


@answers("request_human")
def hand_off(turn: Turn) -> Sequence[Decision]:
    """Mark the conversation for the clinic's staff, and say honestly what that means."""
    again = turn.tracker.slots.get("handoff") == "requested"
    turn.changes["handoff"] = "requested"
    turn.events += LEAVE_FLOW
    text = phrase("handoff", **clinic_words())
    words = "utter_handoff_again" if again else "utter_handoff_requested"
    return [Say(words), Show(handoff_payload(text))]


@answers("opt_out")
def opt_out(turn: Turn) -> Sequence[Decision]:
    """Send nothing unasked from now on, if that was clearly asked for."""
    if turn.said.confidence < CLEAR:
        return clarify(turn)
    again = turn.tracker.slots.get("opted_out")
    turn.changes["opted_out"] = True
    turn.events += LEAVE_FLOW
    return [Say("utter_opted_out_again" if again else "utter_opted_out")]


@answers("restart_conversation")
def start_over(turn: Turn) -> Sequence[Decision]:
    """Forget what was told in this conversation's slots, and begin again.

    What can't be undone is done only when it was clearly asked for.
    """
    if turn.said.confidence < CLEAR:
        return clarify(turn)
    turn.changes.clear()
    turn.changes.update(dict.fromkeys(PATIENT_SLOTS), patient="you", patients="your")
    turn.changes["disclosed"] = True
    turn.events += LEAVE_FLOW
    return [Say("utter_restarted"), Offer("utter_offer_start")]


class ActionAffirm(GuideAction):
    """Answers "yes"."""

    action_name = "action_affirm"


class ActionDeny(GuideAction):
    """Answers "no"."""

    action_name = "action_deny"


class ActionClarify(GuideAction):
    """Asks back when a message was not understood."""

    action_name = "action_clarify"


class ActionHandOff(GuideAction):
    """Asks for a person."""

    action_name = "action_hand_off"


class ActionOptOut(GuideAction):
    """Ends unasked messages."""

    action_name = "action_opt_out"


class ActionStartOver(GuideAction):
    """Starts over."""

    action_name = "action_start_over"


class ActionHelpCame(GuideAction):
    """Is glad that help is there, or that it is over, and leaves whatever was being asked."""

    action_name = "action_help_came"
    asks_whether_now = False

    def decide(self, turn: Turn) -> list[Decision]:
        """Say so, and offer to go on; a flow's next question would be cold now."""
        if is_over(turn):  # which is said already, and "it was angina" is noted in passing
            return [Offer("utter_what_next")]
        forms = knowledge("flows")["forms"]
        going_on = (turn.tracker.active_loop or {}).get("name")
        turn.events += LEAVE_FLOW
        flow = next((i for i, form in forms.items() if form == going_on), None)
        intents = knowledge("intents")["intents"]
        resume = ((intents[flow]["title"], intents[flow]["phrase"]),) if flow else ()
        return [Say("utter_help_came", choices=resume)]


class ActionDelete(GuideAction):
    """Erases what is stored, once the patient has confirmed it."""

    action_name = "action_delete"

    def decide(self, turn: Turn) -> list[Decision]:
        """Erase on a clear yes only."""
        confirmed = turn.tracker.slots.get("delete_confirmed") == "Yes"
        turn.changes.update(delete_confirmed=None, stopped=None)
        if not confirmed:
            return [Say("utter_not_deleted")]
        turn.events.append(SlotSet("erase", True))
        return [Say("utter_deleted")]
