"""Explaining: every topic of the guidance, every concern, and the small courtesies."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten

from actions.base import GuideAction, Turn, answers, in_flow
from actions.reply import LEAVE_FLOW
from actions.tracker_view import last_said, only_guesses
from bot.guide.decisions import Decision, Offer, Say
from bot.guide.situation import DESCRIBED
from bot.guide.topics import explain

TOPICS = (
    "greet", "thank_you", "ask_capabilities", "ask_are_you_human",
    "ask_why_second_opinion", "ask_when_to_seek", "ask_how_to_start", "ask_what_to_expect",
    "ask_virtual_options", "ask_opinions_differ", "ask_opinions_agree",
    "tell_surgery_recommended", "tell_diagnosis_mismatch", "tell_multiple_options",
    "tell_gut_feeling", "concern_offend_doctor", "concern_doctor_pushback", "concern_insurance",
    "concern_cost", "concern_time", "concern_family_burden", "concern_fear", "concern_privacy",
    "concern_travel", "ask_how_to_choose_specialist", "ask_medical_advice", "give_feedback",
    "out_of_scope",
)  # fmt: skip


def _explain_as(intent: str) -> None:
    @answers(intent)
    def _(turn: Turn) -> Sequence[Decision]:
        return explain(intent, turn.situation, turn.catalogue)


for _intent in TOPICS:
    _explain_as(_intent)


def _explain_access(intent: str) -> None:
    @answers(intent)
    def _(turn: Turn) -> Sequence[Decision]:
        """Explain it; to who asks for somebody else also whose word it takes."""
        now = turn.situation
        said = explain(intent, now, turn.catalogue)
        if not now.caregiver or intent in now.heard:
            return said
        whose = "utter_records_of_child" if now.child else "utter_records_of_other"
        return [*said[:-1], Say(whose), said[-1]]


for _intent in ("how_to_get_records", "ask_patient_rights"):
    _explain_access(_intent)


@answers("goodbye")
def goodbye(turn: Turn) -> Sequence[Decision]:
    """Say goodbye, and leave whatever was being asked."""
    turn.events += LEAVE_FLOW
    return explain("goodbye", turn.situation, turn.catalogue)


@answers("tell_condition")
def note_condition(turn: Turn) -> Sequence[Decision]:
    """Acknowledge a diagnosis, or ask which one is meant."""
    named = turn.said.found("condition")
    if named and only_guesses(turn.said.text):
        turn.heard("ask_medical_advice")
        return explain("ask_medical_advice", turn.situation, turn.catalogue)
    ambiguous = next((e for e in named if e.get("ask")), None)
    if ambiguous and "condition" not in turn.changes:  # "multiple sclerosis (MS)" says which
        if in_flow(turn):  # which asks something else just now
            return [Say("utter_condition_which_later", {"term": ambiguous["said"]})]
        turn.changes["awaiting"] = "tell_condition"
        choices = tuple((_title(name), name) for name in ambiguous["ask"])
        words = {"term": ambiguous["said"], "choices": " or ".join(ambiguous["ask"])}
        return [Say("utter_condition_which", words, choices)]
    condition = turn.situation.condition
    if "other_conditions" in turn.changes and condition:
        words = {"condition": turn.situation.others[-1], "main": condition.full_name}
        return [Say("utter_condition_beside", words), Offer("utter_what_next")]
    if "condition" in turn.changes and condition:
        if condition.kind == DESCRIBED:
            turn.changes["pending_condition"] = None
            return [Say("utter_condition_described"), *_specialists(turn)]
        return _noted(turn, condition.full_name)
    if any(e.get("status") == "animal" for e in named):
        return explain("out_of_scope", turn.situation, turn.catalogue)
    if any(e.get("status") == "denied" for e in named):
        return [Say("utter_condition_denied")]
    asked = turn.tracker.slots.get("awaiting") == "tell_condition"
    told = turn.said.intent == "tell_condition" and turn.said.reason != "exact example"
    before = last_said(turn.tracker.events)
    if told and condition and "utter_condition_kept" not in before:
        return [Say("utter_condition_kept", {"condition": condition.full_name})]
    if {"utter_condition_unknown", "utter_condition_kept"} & set(before):
        return [Say("utter_condition_unknown_again")]
    turn.changes["awaiting"] = "tell_condition"
    return [Say("utter_condition_unknown" if told or asked else "utter_condition_ask")]


def _title(name: str) -> str:
    """Return a condition's name as it fits on a quick reply of any channel: 20 characters."""
    return shorten(name.split(" (")[0], 20, placeholder="…")


def _noted(turn: Turn, name: str) -> list[Decision]:
    other = "_other" if turn.situation.caregiver else ""
    said: list[Decision] = [Say(f"utter_condition_noted{other}", {"condition": name})]
    follow = turn.tracker.slots.get("pending_condition")
    if follow == "find_specialist":
        turn.changes["pending_condition"] = None
        return [*said, *_specialists(turn)]
    return [*said, Offer("utter_what_next")]


def _specialists(turn: Turn) -> Sequence[Decision]:
    from actions.specialists import specialists  # the answer that was waiting for this

    return specialists(turn)


class ActionExplain(GuideAction):
    """Explains the topic of the intent."""

    action_name = "action_explain"


class ActionNoteCondition(GuideAction):
    """Takes note of a diagnosis."""

    action_name = "action_note_condition"
