"""The classifier on a handful of examples: what it promises whatever it was trained on."""

from __future__ import annotations

import numpy as np
import pytest

from bot.nlu.classify import FALLBACK, Reader, Reading, _exact, without_command
from bot.nlu.encoder import shared_encoder
from bot.nlu.linear import LinearModel
from bot.nlu.spelling import word_counts
from bot.nlu.text import for_classifier
from bot.paths import cache_dir

EXAMPLES = {
    "concern_cost": [
        "how much does it cost", "what is the price of a second opinion", "i can't afford it",
        "is it expensive", "who pays the bill", "what will i have to pay", "it costs too much",
        "the price worries me",
    ],
    "get_records_checklist": [
        "which records do i need", "what papers should i bring", "list of records to gather",
        "do they need my scans", "which documents do i take along", "records checklist",
        "what medical files are needed", "what should i collect before the visit",
    ],
    "concern_fear": [
        "i am scared", "i'm so afraid of the answer", "this frightens me", "i can't sleep for fear",
        "i am terrified", "i feel anxious about it", "it's overwhelming", "i panic all the time",
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def reader() -> Reader:
    encoder = shared_encoder(cache_dir())
    pairs = [(for_classifier(t), intent) for intent, texts in EXAMPLES.items() for t in texts]
    texts, intents = [t for t, _ in pairs], [i for _, i in pairs]
    model = LinearModel.train(texts, encoder.embed_all(texts), intents)
    return Reader(encoder, model, word_counts(texts), _exact(texts, intents))


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("what would that cost me", "concern_cost"),
        ("which medical records should I gather", "get_records_checklist"),
        ("I'm really frightened", "concern_fear"),
        ("how much deos it cst me", "concern_cost"),
    ],
)
def test_new_words_are_understood_by_their_meaning(reader, text, intent):
    reading = reader.read(text)
    assert reading.intent == intent
    assert not reading.exact


@pytest.mark.parametrize("intent", EXAMPLES)
def test_every_example_is_known_by_heart(reader, intent):
    for text in EXAMPLES[intent]:
        for written in (text, text.upper(), f"  {text}!! "):
            reading = reader.read(written)
            assert (reading.intent, reading.confidence, reading.exact) == (intent, 1.0, True)


def test_confidences_of_all_intents_add_up_to_one(reader):
    ranking = reader.read("what about the money").ranking
    assert {name for name, _ in ranking} == set(EXAMPLES)
    assert sum(score for _, score in ranking) == pytest.approx(1, abs=1e-5)
    assert [s for _, s in ranking] == sorted((s for _, s in ranking), reverse=True)


def test_what_is_unlike_any_example_is_far_from_all_of_them(reader):
    near = reader.read("how much would it cost").nearness
    far = reader.read("the bicycle is parked behind the green barn").nearness
    assert far < 0.35 < near


@pytest.mark.parametrize("text", ["", "  ", "???", "\U0001f44d", "\x00", "12345"])
def test_a_text_without_words_gets_no_ranking(reader, text):
    reading = reader.read(text)
    assert reading.ranking == []
    assert (reading.intent, reading.confidence) == (FALLBACK, 0.0)


def test_a_message_with_two_wishes_is_read_clause_by_clause(reader):
    _, parts = reader.read_message("Which records do I need? And how much does it cost?")
    assert [part.intent for part in parts] == ["get_records_checklist", "concern_cost"]


def test_a_message_of_one_clause_has_no_parts(reader):
    assert reader.read_message("what would that cost me")[1] == []


def test_a_wish_at_the_end_of_a_long_story_is_found(reader):
    story = "We drove to the lake on Sunday. My nephew was there with his dog. It rained. " * 3
    whole, _ = reader.read_message(f"{story} So how much would all of that cost me?")
    assert whole.intent == "concern_cost"


def test_an_example_that_means_two_things_is_not_known_by_heart():
    assert _exact(["not sure", "not sure", "yes"], ["deny", "affirm", "affirm"]) == {
        "yes": "affirm"
    }


def test_a_model_read_back_from_its_files_is_the_same(reader, tmp_path):
    model = reader._model
    model.save(tmp_path)
    again = LinearModel.load(tmp_path)
    texts = ["what about the money", "my papers"]
    embeddings = shared_encoder(cache_dir()).embed_all(texts)
    assert again.labels == model.labels
    found, before = (m.probabilities(texts, embeddings) for m in (again, model))
    assert np.allclose(found[0], before[0], atol=1e-6)
    assert np.allclose(found[1], before[1], atol=1e-2)  # examples are stored in half precision


def test_one_text_is_scored_as_the_matrix_of_all_features_scores_it(reader):
    ngrams, weights = reader._model.ngrams, reader._model._of_ngrams
    texts = ["what about the money", "papers papers papers", "zzz", ""]
    one_by_one = np.array([ngrams.scores(text, weights) for text in texts])
    assert np.allclose(one_by_one, ngrams.transform(texts) @ weights, atol=1e-4)


def test_a_stored_model_holds_no_program(reader, tmp_path):
    reader._model.save(tmp_path)
    assert {path.suffix for path in tmp_path.iterdir()} == {".npz", ".json", ".onnx"}
    with np.load(tmp_path / "linear.npz", allow_pickle=False) as arrays:
        assert all(arrays[name].dtype != object for name in arrays)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("/restart", "restart"),
        ("  //greet", "greet"),
        ("/ ", ""),
        ("and/or", "and/or"),
        (" hello ", " hello "),
        ("\\n", "\\n"),
    ],
)
def test_no_patient_gives_rasa_a_command(text, safe):
    assert without_command(text) == safe


def test_a_reading_of_nothing_is_the_fallback():
    assert Reading([]).intent == FALLBACK
