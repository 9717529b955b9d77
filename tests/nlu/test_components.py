"""What the pipeline's components leave on a message for the actions."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.knowledge import knowledge
from bot.nlu.classify import Reading
from bot.nlu.entities import EntityFinder
from bot.nlu.safety_component import SafetyLayer
from bot.nlu.wishes import (
    SIDE_REMARKS,
    TOO_LONG,
    WishFinder,
    aside_of,
    heard,
    remarks_in,
    wishes_in,
)


def understood(text: str, *ranking: tuple[str, float], reason: str = "classified") -> Message:
    message = Message({"text": text})
    name, confidence = ranking[0] if ranking else ("nlu_fallback", 0.0)
    message.set("intent", {"name": name, "confidence": confidence, "reason": reason})
    message.set("intent_ranking", [{"name": n, "confidence": c} for n, c in ranking])
    return message


def judged(message: Message) -> Message:
    return SafetyLayer().process([message])[0]


def flags(message: Message) -> list[str]:
    found: list[dict[str, Any]] = message.get("entities") or []
    return [entity["value"] for entity in found if entity["entity"] == "red_flag"]


def test_a_red_flag_becomes_the_intent_whatever_was_understood():
    message = judged(understood("I can't breathe, what does it cost", ("concern_cost", 0.95)))
    assert message.get("intent")["name"] == "report_emergency"
    assert message.get("intent")["confidence"] == 1.0
    assert flags(message) == ["breathing"]
    assert message.get("safety")["level"] == "emergency"


def test_thoughts_of_suicide_become_the_intent():
    message = judged(understood("I want to die", ("concern_fear", 0.9)))
    assert message.get("intent")["name"] == "express_self_harm"
    assert flags(message) == ["suicide"]


def test_entities_found_before_are_kept():
    message = understood("I can't breathe, I have copd", ("tell_condition", 0.9))
    EntityFinder().process([message])
    kinds = {entity["entity"] for entity in judged(message).get("entities")}
    assert {"condition", "red_flag"} <= kinds


def test_a_calm_message_is_left_as_it_is():
    message = judged(understood("what does it cost", ("concern_cost", 0.9)))
    assert message.get("intent")["name"] == "concern_cost"
    assert message.get("safety")["level"] == ""
    assert flags(message) == []


def test_an_alarm_that_the_words_take_back_becomes_the_next_best_intent():
    ranking = (("report_emergency", 0.5), ("tell_condition", 0.4))
    message = judged(understood("I had a heart attack in 2015", *ranking))
    assert message.get("intent")["name"] == "tell_condition"


def test_and_the_fallback_if_nothing_else_is_likely():
    ranking = (("report_emergency", 0.5), ("tell_condition", 0.05))
    message = judged(understood("I had a heart attack in 2015", *ranking))
    assert message.get("intent")["name"] == "nlu_fallback"


def test_the_reason_never_holds_the_patients_words():
    message = judged(understood("I can't breathe", ("concern_cost", 0.9)))
    assert "breathe" not in str(message.get("safety"))
    assert "breathe" not in str(message.get("intent"))


def reading(intent: str, confidence: float) -> Reading:
    return Reading([(intent, confidence)])


def ranking(**shares: float) -> list[dict]:
    return [{"name": name, "confidence": share} for name, share in shares.items()]


def said(text: str, **scores: float) -> Reading:
    ranked = sorted(scores.items(), key=lambda entry: -entry[1])
    return Reading(ranked, text=text)


def wishes_of(whole: Reading, *clauses: Reading, main: str | None = None) -> list[str]:
    return wishes_in(heard(main or whole.intent, whole, clauses, []))


BOTH = {"get_records_checklist": 0.5, "concern_cost": 0.45}
RECORDS = said("Which records do I need?", get_records_checklist=0.97)
COST = said("And how much does it cost?", concern_cost=0.95)


def test_what_a_second_clause_asks_for_is_a_second_wish():
    assert wishes_of(said("...", **BOTH), RECORDS, COST) == ["concern_cost"]


def test_a_wish_that_no_mark_divides_from_the_other_is_found():
    clause = said("which records do I need n how much is it", **BOTH)
    clause.pieces = [RECORDS, COST]
    assert wishes_of(clause) == ["concern_cost"]


def test_a_side_remark_in_a_story_is_no_wish():
    story = [said(f"That was the year number {i}", tell_gut_feeling=0.1) for i in range(6)]
    remark = said("and the train was dear", concern_cost=0.6)
    whole = said("...", get_records_checklist=0.8, concern_cost=0.02)
    assert wishes_of(whole, *story[:3], remark, *story[3:], RECORDS) == []


def test_a_clear_wish_leaves_nothing_to_a_meaning_that_is_merely_near():
    assert wishes_of(said("How much is it?", concern_cost=0.9, concern_insurance=0.09)) == []


def test_the_question_to_put_on_the_list_is_not_asked_of_us():
    whole = said("...", add_own_question=0.5, ask_medical_advice=0.45)
    clauses = (
        said("Put on my list", add_own_question=0.99),
        said("can I drink wine?", ask_medical_advice=0.95),
    )
    assert wishes_of(whole, *clauses) == []


def test_what_a_question_is_about_is_not_told_besides():
    scores = {"ask_medical_advice": 0.83, "tell_multiple_options": 0.17}
    assert wishes_of(said("Which is better for me, radiation or surgery?", **scores)) == []


@pytest.mark.parametrize("intent", sorted(SIDE_REMARKS))
def test_courtesies_and_what_must_be_said_alone_are_never_wished_for_being_likely(intent):
    both = said("...", **{"get_records_checklist": 0.5, intent: 0.5})
    assert wishes_of(both, RECORDS, said("...", **{intent: 1.0}), main=RECORDS.intent) == []


@pytest.mark.parametrize(
    ("part", "remarks"),
    [
        (said("Thanks a lot", thank_you=0.99), ["thank_you"]),
        (said("I ought to be thankful", thank_you=0.7), []),
        (said("Can you book me a hotel?", out_of_scope=0.9), ["out_of_scope"]),
        (said("My son does the gutters", out_of_scope=0.98), []),
        (said("does the gutters", out_of_scope=0.98), []),
        (said("start over", restart_conversation=1.0), []),
    ],
)
def test_a_remark_counts_if_it_is_plain(part, remarks):
    assert remarks_in([RECORDS, part]) == remarks


def wished(message: Message, *readings: Reading) -> Message:
    shares = [(entry["name"], entry["confidence"]) for entry in message.get("intent_ranking")]
    message.set("reading", Reading(shares))
    message.set("clause_readings", list(readings))
    return WishFinder().process([message])[0]


def test_further_wishes_stand_beside_the_intent_and_courtesies_after_them():
    message = wished(
        understood("...", ("concern_cost", 0.5), ("get_records_checklist", 0.45)),
        said("Thanks", thank_you=1.0), COST, RECORDS,
    )  # fmt: skip
    assert message.get("wishes") == ["get_records_checklist", "thank_you"]


def test_a_message_not_understood_as_a_whole_is_understood_by_its_clearest_clause():
    message = understood("...", ("nlu_fallback", 0.2))
    message.set("intent", {"name": "nlu_fallback", "confidence": 0.2, "reason": "low confidence"})
    message.set("intent_ranking", ranking(concern_cost=0.2))
    assert wished(message, reading("concern_cost", 0.5)).get("intent")["name"] == "nlu_fallback"
    assert wished(message, reading("concern_cost", 0.9)).get("intent")["name"] == "concern_cost"


def test_a_long_vague_message_is_understood_by_a_clause_that_is_certain():
    message = understood("...", ("show_my_plan", 0.3))
    story = [reading("greet", 0.5)] * 3
    few = wished(message, reading("concern_cost", 0.95))
    assert few.get("intent")["name"] == "show_my_plan"
    unsure = wished(message, *story, reading("concern_cost", 0.8))
    assert unsure.get("intent")["name"] == "show_my_plan"
    certain = wished(message, *story, reading("concern_cost", 0.95))
    assert certain.get("intent")["name"] == "concern_cost"


def test_a_message_that_is_clear_as_a_whole_is_not_understood_by_one_clause():
    message = understood("...", ("show_my_plan", 0.5))
    readings = [reading("greet", 0.5)] * 3 + [reading("concern_cost", 0.95)]
    assert wished(message, *readings).get("intent")["name"] == "show_my_plan"


def test_a_quick_reply_is_one_wish_and_no_more():
    message = understood("Show me my plan", ("show_my_plan", 1.0), reason="exact example")
    assert wished(message, reading("concern_cost", 0.9)).get("wishes") == []


CLEAR = {"name": "concern_cost", "reason": "classified"}
UNCLEAR = {"name": "nlu_fallback", "reason": "low confidence"}


@pytest.mark.parametrize(
    ("text", "intent", "aside"),
    [
        ("Where is that from?", UNCLEAR, "source"),
        ("says who", CLEAR, "source"),
        ("Hola, necesito una segunda opini\u00f3n", UNCLEAR, "language:es"),
        ("what does it cost", CLEAR, ""),
        ("florb", UNCLEAR, ""),
        ("blah " * TOO_LONG, UNCLEAR, "too_long"),
        ("blah " * TOO_LONG, CLEAR, ""),
    ],
    ids=["source", "source anyway", "Spanish", "a wish", "gibberish", "a book", "a clear book"],
)
def test_what_is_said_about_the_conversation_itself_is_an_aside(text, intent, aside):
    assert aside_of(text, intent) == aside


@pytest.mark.parametrize("aside", sorted(knowledge("asides")["asides"]))
def test_every_phrase_of_an_aside_is_recognized(aside):
    for phrase in knowledge("asides")["asides"][aside]:
        assert aside_of(f"{str(phrase).capitalize()}?", UNCLEAR) == aside
