"""What the pipeline's components leave on a message for the actions."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.knowledge import knowledge
from bot.nlu.classify import Reading
from bot.nlu.entities import EntityFinder
from bot.nlu.safety_component import SafetyLayer
from bot.nlu.wishes import SIDE_REMARKS, TOO_LONG, WishFinder, aside_of, wishes_in


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


def test_only_clauses_that_are_sure_count_as_wishes_and_the_largest_share_comes_first():
    readings = [
        reading("concern_cost", 0.95), reading("concern_time", 0.4),
        reading("get_records_checklist", 0.8),
    ]  # fmt: skip
    shares = ranking(get_records_checklist=0.4, concern_cost=0.3, concern_time=0.2)
    assert wishes_in(readings, shares) == [("get_records_checklist", 0.8), ("concern_cost", 0.95)]


@pytest.mark.parametrize(
    ("ranking", "wishes"),
    [
        (
            [("concern_time", 0.42), ("tell_surgery_recommended", 0.39)],
            ["tell_surgery_recommended"],
        ),
        ([("concern_time", 0.6), ("tell_surgery_recommended", 0.35)], []),
        ([("concern_time", 0.25), ("tell_surgery_recommended", 0.24)], []),
        ([("concern_time", 0.45), ("goodbye", 0.4)], []),
        ([("ask_opinions_differ", 0.45), ("ask_opinions_agree", 0.4)], []),
    ],
)
def test_a_second_meaning_nearly_as_likely_is_taken_up(ranking, wishes):
    message = understood("they want to operate next month", *ranking)
    assert WishFinder().process([message])[0].get("wishes") == wishes


def test_a_side_remark_in_a_story_is_no_wish():
    readings = [reading("concern_cost", 0.9), reading("get_records_checklist", 0.9)]
    shares = ranking(get_records_checklist=0.6, concern_cost=0.08)
    assert wishes_in(readings, shares) == [("get_records_checklist", 0.9)]


@pytest.mark.parametrize("intent", sorted(SIDE_REMARKS))
def test_courtesies_and_what_must_be_said_alone_are_never_a_second_wish(intent):
    assert wishes_in([reading(intent, 1.0)], ranking(**{intent: 1.0})) == []


def wished(message: Message, *readings: Reading) -> Message:
    message.set("clause_readings", list(readings))
    return WishFinder().process([message])[0]


def test_further_wishes_stand_beside_the_intent():
    message = wished(
        understood("...", ("concern_cost", 0.6), ("get_records_checklist", 0.3)),
        reading("concern_cost", 0.9), reading("get_records_checklist", 0.9),
    )  # fmt: skip
    assert message.get("wishes") == ["get_records_checklist"]


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
