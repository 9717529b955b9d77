"""The question list, and questions of one's own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from actions.base import GuideAction, Turn, answers
from bot.guide.decisions import Decision, Offer, Say, Show
from bot.guide.payloads import questions_payload
from bot.guide.questions import LONGEST_OWN, MOST_OWN, question_list
from bot.knowledge import phrase

_LEAD_IN = re.compile(
    r"^\W*(?:(?:please|can you|could you|pls|i want to|i'd like to|also)\s+)*"
    r"(?:add|put|include|write down|note)\b[^:?]*?"
    r"(?::|\bquestion\b\W+(?:about\b|is\b|if\b|whether\b)?|"
    r"\blist\b\W+|\bask\b\s+)",
    re.IGNORECASE,
)


@answers("get_question_list")
def questions(turn: Turn) -> Sequence[Decision]:
    """Show the questions to ask, by topic or all together."""
    topics = [e["value"] for e in turn.said.found("question_topic")]
    group = topics[0] if len(topics) == 1 else None
    groups = question_list(turn.situation, turn.catalogue, group)
    own = turn.situation.own_questions if group is None else ()
    payload = questions_payload(
        phrase("questions_title"), groups, own, phrase("own_questions_title")
    )
    return [
        Say("utter_questions_intro"), Show(payload), Offer("utter_offer_after_questions")
    ]  # fmt: skip


@answers("add_own_question")
def add_question(turn: Turn) -> Sequence[Decision]:
    """Add a question of the patient's own, or ask for it."""
    awaited = turn.tracker.slots.get("awaiting") == "add_own_question"
    own = list(turn.situation.own_questions)
    question = turn.said.text.strip() if awaited else own_question(turn.said.text)
    if turn.said.reason == "exact example" and (not awaited or turn.said.intent == "affirm"):
        question = ""  # the quick reply's words, or a plain yes
    question = question or _asked_us(turn)
    if not question:
        turn.changes["awaiting"] = "add_own_question"
        return [Say("utter_question_ask")]
    if len(question) > LONGEST_OWN:
        turn.changes["awaiting"] = "add_own_question"
        return [Say("utter_question_long")]
    if question not in own and len(own) < MOST_OWN:
        turn.changes["own_questions"] = [*own, question]
    return [
        Say("utter_question_added", {"question": question}),
        Offer("utter_offer_after_questions"),
    ]


def _asked_us(turn: Turn) -> str:
    """Return the question that we left to doctors just before, or "": that is what to add."""
    answered = turn.slot("heard") or [""]
    earlier = [e for e in turn.tracker.events if e.get("event") == "user"][:-1]
    if answered[-1] != "ask_medical_advice" or not earlier:
        return ""
    data = earlier[-1].get("parse_data") or {}
    asked = (data.get("intent") or {}).get("name") == "ask_medical_advice"
    return str(earlier[-1].get("text") or "").strip() if asked else ""


def own_question(text: str) -> str:
    """Return the question inside a wish to add one ("add: will I lose my hair?"), or ""."""
    rest = _LEAD_IN.sub("", text, count=1).strip(" :\"'")
    if rest == text.strip(" :\"'"):
        return rest if "?" in rest else ""
    return rest if len(rest.split()) >= 2 else ""


class ActionQuestions(GuideAction):
    """Shows the question list."""

    action_name = "action_questions"


class ActionAddQuestion(GuideAction):
    """Adds a question of the patient's own."""

    action_name = "action_add_question"
