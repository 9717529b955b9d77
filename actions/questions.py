"""The question list, and questions of one's own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from actions.base import GuideAction, Turn, answers
from bot.guide.decisions import Decision, Offer, Say, Show
from bot.guide.payloads import questions_payload
from bot.guide.picking import DROP, RESTORE, Choice, choices_in
from bot.guide.picking import TOP as TO_TOP
from bot.guide.questions import LONGEST_OWN, MOST_OWN, OWN, PICKED, TOP, numbered_list
from bot.knowledge import phrase

_LEAD_IN = re.compile(
    r"^\W*(?:(?:please|can you|could you|pls|i want to|i'd like to|also)\s+)*"
    r"(?:add|put|include|write down|note)\b[^:?]*?"
    r"(?::|\bquestion\b\W+(?:about\b|is\b|if\b|whether\b)?|"
    r"\blist\b\W+|\bask\b\s+)",
    re.IGNORECASE,
)


ADDS = re.compile(
    r"^\W*(?:please )?add(?: (?:a|this|my))?(?: own)?(?: question)?\s*:", re.IGNORECASE
)
"""A plain command: whatever follows is the question."""
_POINTS_BACK = re.compile(
    r"\b(?:that|it|this)\b(?! (?:question )?(?:about|is|if|whether))", re.IGNORECASE
)
"""In "put that on my list"."""
_SHOWN_BY = re.compile(
    r"^\W*(?:which|what|show|give|tell|list|can (?:you|i)|could (?:you|i))\b", re.IGNORECASE
)

ASKS = frozenset("will can could is are does do should would how what when why am".split())
"""First words of a question that is put without its mark: "will I be able to work after"."""
TITLES = {TOP: "questions_top_title", PICKED: "questions_picked_title", OWN: "own_questions_title"}


@answers("get_question_list")
def questions(turn: Turn) -> Sequence[Decision]:
    """Show the questions to ask, by topic or all together; or pick from them."""
    picked = picks(turn)
    if picked:
        return pick(turn, picked)
    topics = [e["value"] for e in turn.said.found("question_topic")]
    payload = _list(turn, topics[0] if len(topics) == 1 else None)
    turn.changes["awaiting"] = "get_question_list"
    said: list[Decision] = [Say("utter_questions_intro")]
    if turn.situation.caregiver:
        said.append(Say("utter_questions_for_other"))
    return [*said, Show(payload), Offer("utter_offer_after_questions")]


def _list(turn: Turn, group: str | None = None) -> dict[str, Any]:
    titles = {key: phrase(name) for key, name in TITLES.items()}
    groups = numbered_list(turn.situation, turn.catalogue, titles, group)
    return questions_payload(phrase("questions_title"), groups)


def picks(turn: Turn) -> tuple[Choice, ...]:
    """Return what a message picks from the list as it was shown, dropped ones last.

    Nothing is picked from a list that was never shown, nor by asking to see a part of it.
    """
    seen = "get_question_list" in (turn.tracker.slots.get("awaiting"), *turn.situation.heard)
    if not seen or (_SHOWN_BY.search(turn.said.text) and turn.said.found("question_topic")):
        return ()
    also = {q.id: " ".join((q.text, *q.words)) for q in turn.catalogue.questions}
    shown = [
        (question["id"], also.get(question["id"], question["text"]))
        for group in _list(turn)["groups"]
        for question in group["questions"]
    ]
    gone = turn.situation.questions_dropped
    dropped = [(q.id, also[q.id]) for q in turn.catalogue.questions if q.id in gone]
    back = [c for c in choices_in(turn.said.text, dropped) if c.action == RESTORE and c.ids]
    return tuple(back) or choices_in(turn.said.text, shown)


def pick(turn: Turn, choices: Sequence[Choice]) -> Sequence[Decision]:
    """Put questions on top, drop them or bring them back; say what there is none of."""
    top, dropped = list(turn.situation.questions_top), set(turn.situation.questions_dropped)
    said: list[Decision] = []
    for choice in choices:
        if choice.unknown:
            said.append(Say("utter_question_none", {"said": ", ".join(choice.unknown)}))
        if choice.action == DROP:
            dropped.update(choice.ids)
            top = [key for key in top if key not in dropped]
        else:
            dropped.difference_update(choice.ids)
        if choice.action == TO_TOP:
            top = [*choice.ids, *(key for key in top if key not in choice.ids)]
    named = {key for choice in choices for key in choice.ids}
    turn.changes["awaiting"] = "get_question_list"
    if not named:
        return said
    turn.changes.update(questions_top=top, questions_dropped=sorted(dropped))
    done = {choice.action for choice in choices if choice.ids}
    key = "utter_questions_dropped" if done == {DROP} else "utter_questions_picked"
    return [*said, Say(key), Show(_list(turn)), Offer("utter_offer_after_questions")]


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
    if len(own) >= MOST_OWN:
        return [Say("utter_questions_full"), Offer("utter_offer_after_questions")]
    if question not in own:
        turn.changes["own_questions"] = [*own, question]
    return [
        Say("utter_question_added", {"question": question}),
        Offer("utter_offer_after_questions"),
    ]


def _asked_us(turn: Turn) -> str:
    """Return the question that we left to doctors just before, or "": that is what to add."""
    answered = turn.slot("heard") or [""]
    earlier = [e for e in turn.tracker.events if e.get("event") == "user"][:-1]
    if not earlier:
        return ""
    data = earlier[-1].get("parse_data") or {}
    said = str(earlier[-1].get("text") or "").strip()
    asked = (data.get("intent") or {}).get("name") == "ask_medical_advice"
    if asked and answered[-1] == "ask_medical_advice":
        return said
    points_back = _POINTS_BACK.search(turn.said.text)
    return said if points_back and _begins_as_question(said) else ""


def _begins_as_question(text: str) -> bool:
    return next(iter(text.lower().split()), "") in ASKS


def own_question(text: str) -> str:
    """Return the question inside a wish to add one ("add: will I lose my hair?"), or ""."""
    rest = _LEAD_IN.sub("", text, count=1).strip(" :\"'")
    if rest == text.strip(" :\"'"):
        return rest if "?" in rest or _begins_as_question(rest) else ""
    return rest if len(rest.split()) >= 2 else ""


class ActionQuestions(GuideAction):
    """Shows the question list."""

    action_name = "action_questions"


class ActionAddQuestion(GuideAction):
    """Adds a question of the patient's own."""

    action_name = "action_add_question"
