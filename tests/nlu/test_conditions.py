"""Conditions in patients' words: traps of everyday English; denied, past, misspelled."""

from __future__ import annotations

import pytest

from bot.knowledge import catalogue
from bot.nlu.conditions import condition_finder, more_specific
from bot.nlu.entities import entities_in
from bot.nlu.lexicon import lexicon


def found(text):
    return condition_finder().find(text)


def names(text):
    return [mention.entry.name.lower() for mention in found(text)]


def only(text):
    (mention,) = found(text)
    return mention


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("I have COPD", "copd"),
        ("dad was told it is interstitial lung disease", "interstitial lung disease"),
        ("pulmonary hypertension", "pulmonary hypertension"),
        ("Mom has stage 3 lung cancer", "lung cancer"),
        ("they found a spot on my lung", "lung"),
        ("breast cancer", "breast cancer"),
        ("I got glioblastoma", "glioblastoma"),
        ("Parkinson's disease", "parkinson"),
        ("it's lupus they say", "lupus"),
        ("ulcerative colitis", "ulcerative colitis"),
        ("my a-fib is back", "fibrillation"),
        ("torn rotator cuff", "rotator cuff"),
        ("torn meniscus in the left knee", "meniscus"),
        ("they want to do a hip replacement", "hip replacement"),
        ("hysterectomy", "hysterectomy"),
        ("my PSA is high", "psa"),
        ("a lump in my breast", "breast"),
        ("herniated disc", "disc"),
        ("blood clot in my leg", "clot"),
        ("sugar diabetes", "diabetes"),
        ("fibroids", "fibroid"),
    ],
)
def test_a_condition_is_found_in_patients_words(text, part):
    assert any(part in name for name in names(text)), names(text)


@pytest.mark.parametrize(
    "text",
    ["CAN I get all my records?", "can all of them help", "I have a cold", "I caught a cold",
     "It is COLD here", "my face", "I can't face it", "all in all",
     "Can you help me with all of this?",
     "I would like to know about their team", "Where are there others which could help",
     "thanks so much", "I want to start over", "second opinion", "is it safe to wait a few weeks",
     "my doctor is great", "could you repeat those words", "the mail came with a price",
     "I live far away and can't travel", "what happens at the visit", "I feel alone with this",
     "appointment on Monday", "will my insurance cover it", "how do I tell my doctor", "bananas"],
)  # fmt: skip
def test_everyday_english_names_no_condition(text):
    assert names(text) == []


@pytest.mark.parametrize(
    "text",
    ["I NEED ALL MY RECORDS TODAY", "CAN YOU HELP ME WITH ALL OF THIS", "HELP ME FACE THIS",
     "MY MOM HAS ALL THE SYMPTOMS"],
)  # fmt: skip
def test_shouting_does_not_turn_words_into_acronyms(text):
    assert names(text) == []


def test_an_acronym_that_is_no_word_is_found_in_a_shouted_message():
    assert any("copd" in name for name in names("I HAVE COPD AND NEED HELP NOW"))


def test_an_acronym_that_is_a_word_needs_its_capitals():
    assert any("leukemia" in name for name in names("my son was diagnosed with ALL last week"))
    assert names("my son was diagnosed with all of it last week") == []


@pytest.mark.parametrize(
    ("text", "meanings"),
    [
        ("I have MS", ["multiple sclerosis", "mitral"]),
        ("she has ALD", ["adrenoleukodystrophy", "alcohol"]),
        ("they say OCD", ["obsessive", "osteochondritis"]),
        ("I was told scleroderma", ["systemic", "localized"]),
    ],
)
def test_a_name_with_two_meanings_is_asked_about(text, meanings):
    asked = " / ".join(only(text).entry.ask).lower()
    for meaning in meanings:
        assert meaning in asked


@pytest.mark.parametrize(
    ("text", "kind"), [("I have CLL", "lymphocytic"), ("it is CML", "myeloid")]
)
def test_the_two_chronic_leukemias_are_told_apart(text, kind):
    assert kind in only(text).entry.name


@pytest.mark.parametrize("text", ["Cushing's syndrome", "cushings syndrome", "Cushing syndrome"])
def test_cushings_is_not_taken_for_another_gland_disease(text):
    assert "aldosteron" not in " ".join(names(text))
    assert "cushing" in names(text)[0]


@pytest.mark.parametrize(
    "text",
    ["I don't have cancer", "no diabetes", "it is not COPD", "never had asthma",
     "she doesn't have lupus", "without cancer", "they said it isn't pneumonia"],
)  # fmt: skip
def test_what_is_denied_is_known_to_be_denied(text):
    assert [mention.status for mention in found(text)] == ["denied"]


@pytest.mark.parametrize("text", ["not just COPD", "it's not only diabetes", "no doubt: COPD"])
def test_not_only_is_no_denial(text):
    assert "current" in [mention.status for mention in found(text)]


@pytest.mark.parametrize(
    "text",
    ["I had breast cancer in 2010", "I had asthma as a kid", "history of lung cancer",
     "my lymphoma is in remission", "pneumonia two years ago"],
)  # fmt: skip
def test_what_is_past_is_known_to_be_past(text):
    assert [mention.status for mention in found(text)] == ["past"]


@pytest.mark.parametrize(
    "text", ["my father died of lung cancer", "breast cancer runs in my family"]
)
def test_what_relatives_had_is_not_the_patients(text):
    assert [mention.status for mention in found(text)] == ["family"]


@pytest.mark.parametrize(
    ("typo", "part"),
    [
        ("diabetis", "diabetes"),
        ("emphysima", "emphysema"),
        ("phneumonia", "pneumonia"),
        ("limphoma", "lymphoma"),
        ("protsate cancer", "prostate"),
        ("arthritus", "arthritis"),
        ("alzhiemers", "alzheimer"),
        ("parkinsons", "parkinson"),
        ("fibromyalga", "fibromyalgia"),
        ("melenoma", "melanoma"),
    ],
)
def test_a_misspelled_name_is_found(typo, part):
    meant = [*names(typo), *(name.lower() for m in found(typo) for name in m.entry.ask)]
    assert any(part in name for name in meant), meant


@pytest.mark.parametrize(
    ("code", "part"),
    [
        ("C34.90", "lung"),
        ("the code is M17.11", "knee"),
        ("J44.9", "pulmonary"),
        ("E11.9", "diabetes"),
    ],
)
def test_a_code_from_a_bill_is_read(code, part):
    assert part in names(code)[0]


@pytest.mark.parametrize("text", ["B12", "version 2.0", "room A1", "at 5.30", "$19.99", "A1C"])
def test_what_only_looks_like_a_code_is_none(text):
    assert not [m for m in found(text) if m.entry.id.startswith("icd10cm:")]


def test_the_longest_name_wins():
    assert names("non-small cell lung cancer") == [
        only("non-small cell lung cancer").entry.name.lower()
    ]
    assert "non-small" in names("non-small cell lung cancer")[0]


def test_the_patients_own_words_and_their_place_are_kept():
    text = "They say it is Sugar Diabetes."
    mention = only(text)
    assert mention.said == "Sugar Diabetes"
    assert text[mention.start : mention.end] == mention.said


def test_each_condition_is_kept_once_and_a_current_mention_wins():
    mentions = more_specific(found("I was told it is not COPD. Now they say it is COPD."))
    assert [mention.status for mention in mentions] == ["current"]


def test_several_conditions_are_all_found():
    assert len(names("I have COPD and my husband has diabetes")) == 2


@pytest.mark.parametrize(
    "text",
    ["", " ", "\U0001f44d", "\x00", "a" * 20_000, ". " * 5_000, "COPD " * 4_000],
    ids=["nothing", "a space", "a thumb", "a control", "no spaces", "dots", "one name many times"],
)
def test_any_text_is_read_without_an_error(text):
    found(text)


def test_every_condition_leads_to_a_doctor_that_exists():
    words = lexicon()
    for name, strict in words.phrases():
        entry = words.entry(name, strict)
        assert entry is not None
        assert entry.specialists or entry.ask, name
        assert set(entry.specialists) <= set(catalogue().specialists), name
        assert set(entry.families) <= set(catalogue().families), name


def entities(text, kind):
    return [entity for entity in entities_in(text) if entity["entity"] == kind]


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("my mom has copd", "mother"),
        ("my 6 year old son has asthma", "son"),
        ("our daughter was diagnosed with leukemia", "daughter"),
        ("my husband's knee", "husband"),
        ("it's about my grandma", "grandmother"),
        ("I'm asking for my wife", "wife"),
    ],
)
def test_the_patient_is_known_when_someone_writes_for_them(text, relation):
    (entity,) = entities(text, "relation")
    assert (entity["value"], entity.get("role")) == (relation, "patient")


@pytest.mark.parametrize(
    "text",
    ["my sister says I should get one", "my husband thinks it is a waste", "my wife is a nurse",
     "I don't want to be a burden to my kids", "how do I tell my mother", "my son drove me here",
     "my mother died of lung cancer"],
)  # fmt: skip
def test_a_relative_who_is_not_the_patient_is_not_taken_for_one(text):
    assert not [entity for entity in entities(text, "relation") if entity.get("role")]


def test_an_operation_is_a_procedure_as_well():
    (entity,) = entities("they want to do a hip replacement", "procedure")
    assert "hip replacement" in entity["value"].lower()


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("I have my MRI", "record_type", "imaging"),
        ("I need a pulmonologist", "specialty", "pulmonology"),
        ("questions about treatment", "question_topic", "treatment"),
    ],
)
def test_records_doctors_and_topics_are_found(text, kind, value):
    assert value in [entity["value"] for entity in entities(text, kind)]


@pytest.mark.parametrize(
    "text",
    ["I have a mass on my pancreas", "a lump in her pancreas", "they saw a spot on the pancreas"],
)
def test_an_article_does_not_cut_a_name_short(text):
    named = [m.entry.name for m in condition_finder().find(text)]
    assert named == ["tumor or mass in the pancreas"]
