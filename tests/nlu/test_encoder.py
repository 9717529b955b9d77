"""The encoder on onnxruntime equals the plain forward pass, and damage is noticed."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from bot.errors import SetupProblem, WeightsProblem
from bot.nlu.bert_numpy import embed
from bot.nlu.encoder import MAX_TOKENS, shared_encoder
from bot.nlu.graph import cached_graph, float_graph
from bot.nlu.weights import PACKAGE, model_dir, tensors, verified_weights
from bot.paths import cache_dir

SENTENCES = [
    "yes",
    "Which records do I need?",
    "my mom was told she has copd and I dont know what to ask the dr",
    "chest pain",
    "",
    "\U0001f44d",
    "a second opinion " * 60,
]


@pytest.fixture(scope="module")
def encoder():
    return shared_encoder(cache_dir())


@pytest.fixture(scope="module")
def published():
    return tensors(verified_weights())


@pytest.fixture(scope="module")
def full_precision(published):
    built = float_graph(published).SerializeToString()
    return onnxruntime.InferenceSession(built, providers=["CPUExecutionProvider"])


@pytest.mark.parametrize("text", SENTENCES)
def test_the_graph_equals_the_plain_forward_pass(encoder, published, full_precision, text):
    ids = np.array(encoder.token_ids(text), dtype=np.int64)
    expected = embed(list(ids), published)
    found = full_precision.run(["embedding"], {"ids": ids})[0]
    assert np.abs(found - expected).max() < 1e-5


@pytest.mark.parametrize("text", SENTENCES)
def test_eight_bits_lose_next_to_nothing(encoder, published, text):
    expected = embed(encoder.token_ids(text), published)
    assert encoder.embed(text) @ expected > 0.97


@pytest.mark.parametrize("text", SENTENCES)
def test_an_embedding_has_length_one(encoder, text):
    embedding = encoder.embed(text)
    assert embedding.shape == (384,)
    assert embedding.dtype == np.float32
    assert np.linalg.norm(embedding) == pytest.approx(1, abs=1e-5)


def test_what_means_the_same_is_near_and_what_does_not_is_far(encoder):
    one, same, other = encoder.embed_all(
        ["does insurance pay for it", "will my health plan cover this", "what a lovely day"]
    )
    assert one @ same > one @ other + 0.2


def test_a_part_is_read_within_its_whole(encoder):
    whole = encoder.encode("they want to operate and what does it cost?")
    part = encoder.embed_part(whole, "what does it cost?")
    assert np.linalg.norm(part) == pytest.approx(1, abs=1e-5)
    ids = encoder.token_ids("what does it cost")[1:-1]
    at = whole.ids.index(ids[0])
    assert whole.ids[at : at + len(ids)] == ids, "the part stands there"
    mean = whole.states[at : at + len(ids)].mean(axis=0)
    assert part @ mean == pytest.approx(np.linalg.norm(mean), rel=1e-5)
    assert part @ encoder.embed("how much is it") > part @ encoder.embed("they want to operate")


@pytest.mark.parametrize("part", ["", "?", "no word of it stands there"])
def test_what_is_no_part_is_read_alone(encoder, part):
    whole = encoder.encode("they want to operate and what does it cost?")
    assert np.array_equal(encoder.embed_part(whole, part), encoder.embed(part))
    assert np.array_equal(encoder.embed_part(None, part), encoder.embed(part))


def test_many_texts_are_embedded_as_each_alone(encoder):
    together = encoder.embed_all(SENTENCES[:3])
    assert together.shape == (3, 384)
    assert np.array_equal(together[1], encoder.embed(SENTENCES[1]))


def test_no_text_gives_no_embedding(encoder):
    assert encoder.embed_all([]).shape == (0, 384)


def test_a_long_text_is_cut(encoder):
    assert len(encoder.token_ids("second opinion " * 500)) == MAX_TOKENS


def test_its_vocabulary_is_whole_words(encoder):
    assert {"doctor", "cancer", "insurance"} <= encoder.vocabulary
    assert not any(word.startswith("##") for word in encoder.vocabulary)


def test_one_encoder_serves_the_whole_process(encoder):
    assert shared_encoder(cache_dir()) is encoder


def test_the_graph_is_built_once_and_found_again(encoder):
    path = cached_graph(cache_dir())
    built = path.stat().st_mtime_ns
    assert cached_graph(cache_dir()) == path
    assert path.stat().st_mtime_ns == built


def test_a_graph_that_cannot_be_built_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.nlu.graph.verified_weights", lambda: damaged(tmp_path))
    with pytest.raises(WeightsProblem):
        cached_graph(tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def damaged(folder: Path) -> bytes:
    raw = bytearray(verified_weights())
    raw[-1] ^= 1
    path = folder / "model.safetensors"
    path.write_bytes(raw)
    return verified_weights(path)


def test_one_wrong_bit_in_the_weights_is_noticed(tmp_path):
    with pytest.raises(WeightsProblem, match=r"damaged \(wrong sha256\).*make repair-weights"):
        damaged(tmp_path)


def test_weights_that_are_cut_short_are_noticed(tmp_path):
    path = tmp_path / "model.safetensors"
    path.write_bytes(verified_weights()[:1000])
    with pytest.raises(WeightsProblem, match="make repair-weights"):
        verified_weights(path)


def test_a_missing_file_is_named_with_the_mend(tmp_path):
    with pytest.raises(WeightsProblem, match="make repair-weights") as problem:
        verified_weights(tmp_path / "model.safetensors")
    assert "model.safetensors" in str(problem.value)


def test_a_missing_package_is_named_with_the_mend(monkeypatch):
    def gone(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "files", gone)
    with pytest.raises(WeightsProblem, match=rf"{PACKAGE} is not installed.*make repair-weights"):
        model_dir()


def test_a_package_that_lost_its_file_is_named_with_the_mend(monkeypatch):
    monkeypatch.setattr(importlib.metadata, "files", lambda name: [])
    with pytest.raises(WeightsProblem, match=r"has lost its weights file.*make repair-weights"):
        model_dir()


@pytest.mark.parametrize(
    "raw", [b"", b"12345678", b"\x10\x00\x00\x00\x00\x00\x00\x00not json at all!"]
)
def test_a_file_of_another_format_is_refused(raw):
    with pytest.raises(WeightsProblem, match="not a safetensors file"):
        tensors(raw)


def test_missing_weights_stop_the_set_up_like_any_other_set_up_problem():
    assert issubclass(WeightsProblem, SetupProblem)
