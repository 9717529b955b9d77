"""The conversation as a conversation: yes and no, two wishes, asking again, buttons, a person."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import pytest

from bot.knowledge import intent_of_phrase, knowledge
from tests.conftest import Patient, Stack
from tests.conversations.helpers import (
    active_flow,
    ask,
    every_response,
    last_heard,
    missing,
    rows_of,
)

INTENTS = knowledge("intents")["intents"]
FLOWS = knowledge("flows")
TOPICS = {
    name: topic
    for name, topic in knowledge("topics")["topics"].items()
    if name in INTENTS and topic["offer"] and name not in ("request_human", "opt_out")
}


def phrase_of(intent: str) -> str:
    return str(INTENTS[intent]["phrase"])


def gives(patient: Patient, intent: str) -> bool:
    """Tell whether the last answer was the answer to an intent."""
    if intent in FLOWS["forms"]:
        return active_flow(patient) == FLOWS["forms"][intent]
    heard = patient.slot("heard") or []
    return bool(heard) and heard[-1] == intent


# Yes and no


@lru_cache(maxsize=1)
def _buttons() -> dict[str, list[str]]:
    return {
        key: [button["payload"] for button in variation["buttons"]]
        for key, variation in every_response()
        if variation.get("buttons")
    }


@pytest.mark.parametrize("topic", TOPICS)
def test_yes_takes_up_what_was_offered(stack: Stack, topic: str) -> None:
    patient = ask(stack, phrase_of(topic))
    first = _buttons()[TOPICS[topic]["offer"]][0]
    assert patient.buttons[0]["payload"] == first
    patient.says("yes please")
    assert gives(patient, str(intent_of_phrase(first))), patient.heard


@pytest.mark.parametrize("said", ["sure", "ok", "yeah why not", "Yes, that would help", "go ahead"])
def test_a_yes_may_be_said_in_many_ways(stack: Stack, said: str) -> None:
    patient = ask(stack, "Why should I get a second opinion?", said)
    assert gives(patient, "ask_when_to_seek"), patient.heard


@pytest.mark.parametrize("said", ["no", "no thanks", "not now", "I'd rather not", "nah"])
def test_a_no_is_accepted(stack: Stack, said: str) -> None:
    patient = ask(stack, "Why should I get a second opinion?", said)
    assert not missing(patient.heard, ["That's fine. There is no rush."]), patient.heard
    assert patient.buttons


@pytest.mark.parametrize("said", ["yes", "no"])
def test_yes_and_no_to_nothing_are_met_with_help(stack: Stack, said: str) -> None:
    patient = ask(stack, said)
    assert not missing(patient.heard, ["I'm not sure what that answers"]), patient.heard
    assert patient.buttons


def test_a_yes_follows_a_chain_of_offers(stack: Stack) -> None:
    patient = ask(stack, "How do I start getting a second opinion?", "yes", "yes", "yes")
    assert patient.payload("document")["title"] == "Letter to ask for medical records"


# Several wishes

TWO_WISHES = {
    "records and getting them": (
        "Which papers do I need to collect, and how do I get hold of them?",
        ("Here is what to gather", "They have 30 days"),
    ),
    "a worry and the cost": (
        "I don't want to hurt my doctor's feelings. And what does the whole thing cost?",
        ("Good doctors encourage", "good-faith estimate"),
    ),
    "a diagnosis and the questions": (
        "My wife has been told it's Parkinson's. What should we ask the other neurologist?",
        ("I have noted Parkinson's disease", "What else could explain my symptoms?"),
    ),
    "time and a doctor": (
        "Do I have enough time for this? And which specialist is right for a brain aneurysm?",
        ("Most diagnoses leave time", "Neurosurgeon"),
    ),
    "online and insurance": (
        "can i do it over video and does my insurance pay for that",
        ("second opinions online", "Many plans cover"),
    ),
    "what happens and what to ask": (
        "What's going to happen at the appointment? Also give me a list of questions to take.",
        ("thorough review of the records", "Do you agree with the diagnosis?"),
    ),
    "disagreement and comparing": (
        "The two doctors disagree, what should I do? And please show me my plan.",
        ("don't panic", "My plan"),
    ),
    "an emergency and a question": (
        "what records do I need, also I have crushing chest pain right now",
        ("Call 911 now",),
    ),
}


@pytest.mark.parametrize("name", TWO_WISHES)
def test_two_wishes_in_one_message_are_both_answered(stack: Stack, name: str) -> None:
    said, expressions = TWO_WISHES[name]
    patient = ask(stack, said)
    assert not missing(patient.heard, expressions), patient.heard
    offers = [reply for reply in patient.replies if reply.get("buttons")]
    assert len(offers) <= 1, "one question at a time"


# Asked again


@pytest.mark.parametrize("topic", TOPICS)
def test_what_is_asked_again_is_said_differently(stack: Stack, topic: str) -> None:
    patient = ask(stack, phrase_of(topic))
    first = {r["text"] for r in patient.replies if r.get("text") and not r.get("buttons")}
    patient.says(phrase_of(topic))
    again = {r["text"] for r in patient.replies if r.get("text") and not r.get("buttons")}
    assert again and not again & first


def test_who_asks_three_times_never_hears_the_same(stack: Stack) -> None:
    patient, heard = ask(stack, "Hello"), set()
    for asked in (
        "How do I get my medical records?",
        "how do i get my records",
        "get the records?",
    ):
        patient.says(asked)
        assert patient.heard not in heard, patient.heard
        heard.add(patient.heard)
    assert not missing(patient.heard, ["once more", "talk to a person"]), patient.heard


# Not understood

UNCLEAR = (
    "florble gax wibbly",
    "wibbly gronk",
    "hm so like when it goes and then it doesn't",
    "umm never the same since tuesday",
    "the thing with the other thing you know",
    "brax the tolly of seven",
    "mostly the left one but upside",
    "it said so on there somewhere",
    "zorp and then the flim",
    "well he sort of did and they sort of didn't",
    "between that and the blue one",
    "quonk",
    "and so on until the corner",
    "tarvin mo leppet",
)


@pytest.fixture(scope="module")
def unclear(stack: Stack) -> tuple[str, ...]:
    """Messages that this model cannot make out."""
    found = [t for t in UNCLEAR if stack.parse(t)["intent"]["name"] == "nlu_fallback"]
    assert len(found) >= 3, "nonsense is taken for sense"
    return tuple(found)


def test_what_is_not_understood_is_asked_back_and_then_a_person_is_offered(
    stack: Stack, unclear: tuple[str, ...]
) -> None:
    first, second, third = unclear[:3]
    patient = ask(stack, first)
    assert not missing(patient.heard, ["I want to be sure I understand. Do you want to"])
    phrases = {entry["phrase"]: entry["title"] for entry in INTENTS.values()}
    assert len(patient.buttons) == 2
    assert all(phrases[b["payload"]] == b["title"] for b in patient.buttons)
    patient.says(second)
    assert not missing(patient.heard, ["I still don't follow", "can help with more"])
    assert "I want to talk to a person" in [b["payload"] for b in patient.buttons]
    patient.says("I want to talk to a person")
    assert patient.payload("handoff")
    patient.says(third)
    assert not missing(patient.heard, ["I want to be sure I understand"]), "it counts anew"


@pytest.mark.parametrize("number", [0, 1])
def test_both_meanings_asked_back_are_understood(
    stack: Stack, unclear: tuple[str, ...], number: int
) -> None:
    patient = ask(stack, unclear[0])
    payload = patient.buttons[number]["payload"]
    patient.says(payload)
    assert last_heard(patient)["intent"]["name"] == intent_of_phrase(payload)


def test_yes_to_being_asked_back_means_the_first(stack: Stack, unclear: tuple[str, ...]) -> None:
    patient = ask(stack, unclear[0])
    tapped = ask(stack, unclear[0])
    patient.says("yes")
    tapped.says(tapped.buttons[0]["payload"])
    assert patient.heard == tapped.heard


# Quick replies

TAPPED = sorted(
    {(b["title"], b["payload"]) for _, v in every_response() for b in v.get("buttons") or ()}
)
PHRASES = [pair for pair in TAPPED if intent_of_phrase(pair[1]) not in (None, "affirm", "deny")]
ANSWERS = {pair[1] for pair in TAPPED} - {pair[1] for pair in PHRASES}


@pytest.mark.parametrize(("title", "payload"), PHRASES, ids=[p[1] for p in PHRASES])
def test_a_tap_gives_what_it_promises(stack: Stack, title: str, payload: str) -> None:
    promised = str(intent_of_phrase(payload))
    if payload == INTENTS[promised]["phrase"]:
        assert INTENTS[promised]["title"] == title
    patient = ask(stack, payload)
    intent = last_heard(patient)["intent"]
    assert (intent["name"], intent["confidence"]) == (promised, 1.0)
    if promised == "request_human":
        assert patient.payload("handoff")
    else:
        assert gives(patient, promised), patient.heard


@pytest.mark.parametrize("intent", INTENTS)
def test_the_words_of_every_intent_mean_it(stack: Stack, intent: str) -> None:
    found = stack.parse(phrase_of(intent))["intent"]
    assert (found["name"], found["confidence"]) == (intent, 1.0)


def test_every_answer_that_a_flow_offers_is_taken(stack: Stack) -> None:
    taken = set()
    for form, slots in FLOWS["slots"].items():
        begin = next(i for i, name in FLOWS["forms"].items() if name == form)
        most = max(len(_buttons()[f"utter_ask_{form}_{slot}"]) for slot in slots)
        for number in range(most):
            patient = ask(stack, phrase_of(begin))
            for slot in slots:
                offered = [b["payload"] for b in patient.buttons]
                assert offered == _buttons()[f"utter_ask_{form}_{slot}"]
                answer = offered[min(number, len(offered) - 1)]
                taken.add(answer)
                patient.says(answer)
                assert active_flow(patient) is None or patient.slot("requested_slot") != slot
            assert active_flow(patient) is None
    assert taken == ANSWERS


def test_no_title_or_payload_is_a_reserved_word_or_a_command() -> None:
    reserved = set("STOP STOPALL UNSUBSCRIBE END QUIT CANCEL REVOKE OPTOUT HELP INFO START".split())
    for title, payload in TAPPED:
        assert title.upper() not in reserved and payload.upper() not in reserved
        assert not payload.startswith("/") and len(title) <= 20


# Sources


@pytest.mark.parametrize("said", ["where is that from?", "Says who?", "Whats your source"])
def test_where_something_is_from_is_told(stack: Stack, said: str) -> None:
    patient = ask(stack, "How do I get my medical records?", said)
    assert not missing(patient.heard, ["That comes from", "45 CFR 164.524"]), patient.heard


@pytest.mark.parametrize("topic", [t for t in TOPICS if TOPICS[t]["sources"]])
def test_every_topic_with_facts_names_its_sources(stack: Stack, topic: str) -> None:
    patient = ask(stack, phrase_of(topic), "where does that come from?")
    sources = knowledge("sources")["sources"]
    wanted = [sources[key]["publisher"] for key in TOPICS[topic]["sources"]]
    assert not missing(patient.heard, wanted), patient.heard


def test_without_a_source_it_says_so(stack: Stack) -> None:
    patient = ask(stack, "I'm afraid I'm a burden on my kids", "where is that from?")
    assert not missing(patient.heard, ["general guidance"]), patient.heard
    patient = ask(stack, "where is that from?")
    assert not missing(patient.heard, ["general guidance"]), patient.heard


# Courtesies


def test_thanks_and_goodbye_are_answered(stack: Stack) -> None:
    patient = ask(stack, "Why should I get a second opinion?", "thanks a lot, that helps")
    assert not missing(patient.heard, ["You're welcome"]), patient.heard
    patient.says("ok bye, have a good day")
    assert not missing(patient.heard, ["Take care", "reach out to a specialist"]), patient.heard
    patient.says("hi again")
    assert patient.heard


@pytest.mark.parametrize("said", ["are you a real nurse?", "is this a computer talking to me"])
def test_it_says_that_it_is_no_person(stack: Stack, said: str) -> None:
    patient = ask(stack, said)
    assert not missing(patient.heard, ["I'm a computer program", "can read this chat"])


def test_what_it_knows_is_told(stack: Stack) -> None:
    patient = ask(
        stack, "My sister has lupus", "I have her lab results", "what do you know about me?"
    )
    wanted = ["this is about your sister", "lupus", "lab results"]
    assert not missing(patient.heard, wanted), patient.heard


def test_a_short_question_leans_on_what_was_said_before(stack: Stack) -> None:
    patient = ask(stack, "Will my insurance pay for this?", "what if they say no")
    assert not missing(patient.heard, ["you can appeal"]), patient.heard
    patient.says("How do I get my medical records?")
    patient.says("is there a fee for that")
    assert not missing(patient.heard, ["based on what the copies cost"]), patient.heard
    patient.says("How do I get my medical records?")
    patient.says(phrase_of("concern_cost"))
    assert not missing(patient.heard, ["good-faith estimate"]), patient.heard


# Starting over, leaving, being erased


def test_starting_over_forgets_what_was_told(stack: Stack) -> None:
    patient = ask(stack, "My mother has COPD", "I've got the CT discs")
    patient.says("can we start over from the beginning please")
    assert not missing(patient.heard, ["we start fresh"]), patient.heard
    slots = stack.tracker(patient.id)["slots"]
    assert not any(slots[name] for name in ("condition", "relation", "records_done", "heard"))
    assert (slots["patient"], slots["patients"]) == ("you", "your")
    patient.says("Show me my plan")
    assert not missing(patient.heard, ["Your plan is still empty"]), patient.heard


@pytest.mark.parametrize(
    "said", ["will it grow again after years", "Could the cancer come back from the beginning?"]
)
def test_a_question_that_sounds_like_it_does_not_start_over(stack: Stack, said: str) -> None:
    patient = ask(stack, "I have COPD", said)
    assert patient.slot("condition")


def test_deleting_erases_every_trace(stack: Stack) -> None:
    patient = ask(stack, "My husband has melanoma", "Which records do I need?")
    other = ask(stack, "I have gout")
    assert rows_of(stack, patient.id) > 10
    patient.says("please delete all the data you have about us")
    assert not missing(patient.heard, ["This can't be undone"]), patient.heard
    patient.says("yes")
    assert not missing(patient.heard, ["are erased"]), patient.heard
    assert rows_of(stack, patient.id) == 0
    assert rows_of(stack, other.id) > 5, "someone else's was erased"
    tracker = stack.tracker(patient.id)
    assert not [e for e in tracker["events"] if e["event"] in ("user", "bot")]
    assert tracker["slots"]["condition"] is None
    patient.says("Hello")
    assert not missing(patient.heard, ["automated assistant"]), "a stranger is told what this is"
    patient.says("what do you know about me?")
    assert not missing(patient.heard, ["I haven't noted anything"]), patient.heard


@pytest.mark.parametrize("said", ["please quit texting me", "take me off your list"])
def test_no_more_messages_is_honored(stack: Stack, said: str) -> None:
    patient = ask(stack, said)
    assert not missing(patient.heard, ["I will not message you any more"]), patient.heard
    assert patient.slot("opted_out") is True
    patient.says("Which records do I need?")
    assert patient.payload("checklist"), "who writes again is answered"


@pytest.mark.parametrize("said", ["can somebody call me back", "I want to speak to a human being"])
def test_a_person_can_be_asked_for(stack: Stack, said: str) -> None:
    patient = ask(stack, said)
    payload = patient.payload("handoff")
    assert (payload["kind"], payload["status"]) == ("handoff", "requested")
    assert "555-0142" in payload["text"] and "911" in payload["text"]
    assert patient.slot("handoff") == "requested"
    assert not missing(patient.heard, ["I have marked this chat for the staff"])
    patient.says("is anybody there? I want a person")
    assert not missing(patient.heard, ["still marked"]), patient.heard


# Many at once

SCRIPT = (
    ("Hello", "I'm glad you're here"),
    ("I was told I have {condition}", "I have noted {condition}"),
    ("Which records do I need?", "I fitted it to {condition}"),
    ("I have the MRI", "You have: imaging"),
    ("Which kind of specialist should I see?", "For {condition}"),
    ("How do I choose a good specialist?", "rather than a generalist"),
    ("Do I have time to get a second opinion?", "Most diagnoses leave time"),
    ("I want to add my own question", "What would you like to ask?"),
    ("Is {condition} dangerous for my dog?", "Added to your list: Is {condition} dangerous"),
    ("Show me my plan", "{condition}"),
)
CONDITIONS = ("gout", "lung cancer", "epilepsy", "psoriasis", "glaucoma")
AT_ONCE = 50


def test_fifty_conversations_at_once_are_all_answered_right_and_kept(stack: Stack) -> None:
    before = stack.log.stat().st_size

    def talk(number: int) -> tuple[Patient, list[str]]:
        patient, wrong = Patient(stack, f"crowd{number}"), []
        for said, expected in SCRIPT:
            words = {"condition": CONDITIONS[number % len(CONDITIONS)]}
            patient.says(said.format(**words))
            wrong += missing(patient.heard, [expected.format(**words)])
        return patient, wrong

    with ThreadPoolExecutor(AT_ONCE) as crowd:
        talks = list(crowd.map(talk, range(AT_ONCE)))
    assert [wrong for _, wrong in talks if wrong] == []
    for patient, _ in talks:
        events = stack.tracker(patient.id)["events"]
        assert sum(e["event"] == "user" for e in events) == len(SCRIPT)
    with stack.log.open() as log:
        log.seek(before)
        said = log.read().lower()
    assert "database is locked" not in said
    assert "traceback" not in said
