from __future__ import annotations

import pytest

from bot.guide.decisions import Offer, Say
from bot.guide.topics import explain, follow_up, source_of
from bot.knowledge import catalogue
from tests.builders import a_situation

WHY = "ask_why_second_opinion"


def keys(decisions):
    return [decision.key for decision in decisions]


@pytest.mark.parametrize("topic", sorted(catalogue().topics))
def test_the_first_time_everything_is_said_in_full_and_the_offer_last(topic):
    entry = catalogue().topics[topic]
    said = explain(topic, a_situation(), catalogue())
    expected = [*entry.say, *([entry.offer] if entry.offer else [])]
    assert keys(said) == expected
    assert all(isinstance(decision, Say) for decision in said[: len(entry.say)])
    assert not entry.offer or isinstance(said[-1], Offer)


@pytest.mark.parametrize("topic", sorted(catalogue().topics))
def test_the_second_time_it_is_said_differently_and_shorter(topic):
    entry = catalogue().topics[topic]
    said = explain(topic, a_situation(heard=[topic]), catalogue())
    again = [key for key in keys(said) if key != entry.offer]
    assert again == list(entry.again)
    assert not set(entry.again) & set(entry.say)


def test_the_third_time_it_is_said_in_full_again_with_the_way_to_a_person():
    first = explain(WHY, a_situation(), catalogue())
    third = explain(WHY, a_situation(heard=[WHY, "greet", WHY]), catalogue())
    assert third == (Say("utter_once_more"), *first)


def test_thanks_need_no_lead_in():
    thanks = explain("thank_you", a_situation(heard=["thank_you"] * 2), catalogue())
    assert thanks == explain("thank_you", a_situation(), catalogue())


def test_other_topics_heard_before_change_nothing():
    first = explain(WHY, a_situation(), catalogue())
    assert explain(WHY, a_situation(heard=["concern_time"]), catalogue()) == first


def test_a_source_is_named_with_its_publisher_and_title():
    (said,) = source_of(WHY, catalogue())
    assert isinstance(said, Say)
    assert said.key == "utter_source"
    assert "BMJ Quality & Safety" in said.params["sources"]


@pytest.mark.parametrize("topic", ["concern_privacy", "no such topic", None])
def test_it_says_so_honestly_when_there_is_no_source(topic):
    assert keys(source_of(topic, catalogue())) == ["utter_no_source"]


@pytest.mark.parametrize(
    ("after", "text", "key"),
    [
        ("concern_insurance", "what if they say no", "utter_insurance_refused"),
        ("concern_insurance", "And if they won't cover it?", "utter_insurance_refused"),
        ("get_insurance_script", "they denied it", "utter_insurance_refused"),
        ("how_to_get_records", "what if they say no", "utter_get_records_refused"),
        ("how_to_get_records", "is there a fee for that", "utter_get_records_fee"),
        ("get_records_checklist", "how long does that take?", "utter_get_records_limit"),
        ("concern_offend_doctor", "and what if he says no?", "utter_pushback_warning_sign"),
        ("ask_virtual_options", "how much is it", "utter_virtual_terms"),
    ],
)
def test_a_short_question_is_read_in_the_light_of_what_was_said_before(after, text, key):
    said = follow_up(text, a_situation(heard=["greet", after]), catalogue())
    assert keys(said)[0] == key
    assert isinstance(said[-1], Offer)


@pytest.mark.parametrize(
    ("after", "text"),
    [
        ("", "what if they say no"),
        ("greet", "what if they say no"),
        ("how_to_get_records", "how much does a second opinion cost"),
        ("how_to_get_records", "thank you"),
        ("how_to_get_records", "I worry about the cost"),
        (
            "concern_insurance",
            "my brother says no good doctor would ever mind if I asked one more of them to look",
        ),
    ],
)
def test_a_message_that_speaks_for_itself_is_no_follow_up(after, text):
    heard = [after] if after else []
    assert follow_up(text, a_situation(heard=heard), catalogue()) == ()
