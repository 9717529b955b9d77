"""Descriptions that name no condition: which doctors they lead to, and that none is guessed."""

from __future__ import annotations

import numpy as np
import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.encoder import shared_encoder
from bot.nlu.lexicon import Entry, lexicon
from bot.nlu.likeness import (
    MOST_SPECIALISTS,
    NEIGHBOURS,
    NamesByMeaning,
    likeness,
    names_by_meaning,
    names_to_compare,
    shared_names,
)
from bot.nlu.likeness_component import LONGEST, NAME, DescriptionReader
from bot.nlu.nearest import Nearest, graph_of
from bot.paths import cache_dir


@pytest.fixture(scope="module")
def names():
    return shared_names(cache_dir())


def like(text, names):
    return likeness(text, names, shared_encoder(cache_dir()))


@pytest.mark.parametrize(
    ("text", "specialist"),
    [
        ("the doc says my ticker is too big and floppy", "cardiology"),
        ("my shinbone cracked and will not mend", "orthopedic_surgery"),
        ("clouds in both of grandpa's eyes", "ophthalmology"),
        ("they say my waterworks are blocked by a fat prostate", "urology"),
        ("itchy red scales on my scalp and knees", "dermatology"),
        ("his hands tremble when they lie in his lap", "neurology"),
    ],
)
def test_a_description_leads_to_a_doctor_who_looks_at_such_things(names, text, specialist):
    assert specialist in like(text, names).specialists


def test_there_are_three_kinds_of_doctors_at_most(names):
    found = like("something is wrong inside me", names)
    assert 1 <= len(found.specialists) <= MOST_SPECIALISTS
    assert -1 <= found.cosine <= 1.001


@pytest.mark.parametrize("text", ["", "  ", "???", "\U0001f614", "12345"])
def test_what_has_no_words_is_like_nothing(names, text):
    assert likeness(text, names, shared_encoder(cache_dir())) is None


def test_the_nearest_names_decide():
    rng = np.random.default_rng(5)
    embeddings = rng.normal(size=(2 * NEIGHBOURS, 384))
    embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
    entries = [
        ("near" if i == 3 else f"other {i}", Entry(f"e{i}", "", (f"s{i}",), (f"f{i}",)))
        for i in range(2 * NEIGHBOURS)
    ]
    found = NamesByMeaning(entries, Nearest(graph_of(embeddings))).like(
        embeddings[3].astype(np.float32)
    )
    assert found.specialists[0] == "s3"
    assert found.families == ("f3",)
    assert found.cosine == pytest.approx(1, abs=4e-3)


def test_numbered_subtypes_are_left_out_and_our_own_phrases_kept():
    found = names_to_compare(lexicon())
    assert not any("type 2b" in name for name, _ in found)
    assert all(entry.specialists for _, entry in found)
    assert any(entry.own for _, entry in found)


def test_the_embeddings_are_computed_once_and_found_again(names, monkeypatch):
    monkeypatch.setattr("bot.nlu.encoder.SentenceEncoder.embed_all", None)
    again = names_by_meaning(cache_dir())
    assert again.like(np.eye(1, 384, dtype=np.float32)[0]) == names.like(
        np.eye(1, 384, dtype=np.float32)[0]
    )


def named(name, start, end, kind="disease"):
    return {
        "entity": "condition", "extractor": "EntityFinder", "id": "x", "name": name, "kind": kind,
        "start": start, "end": end, "specialists": ["cardiology"],
    }  # fmt: skip


def read(text, intent="tell_condition", reason="classified", entities=()):
    message = Message({"text": text})
    message.set("intent", {"name": intent, "confidence": 0.9, "reason": reason})
    message.set("entities", list(entities))
    DescriptionReader(shared_names(cache_dir())).process([message])
    return [e for e in message.get("entities") if e["extractor"] == "DescriptionReader"]


def test_a_description_becomes_a_condition_without_a_name():
    (entity,) = read("the doc says my ticker is too big and floppy")
    assert entity["value"] == entity["name"] == NAME
    assert entity["said"] == "the doc says my ticker is too big and floppy"
    assert "cardiology" in entity["specialists"]


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("my ticker is too big and floppy", {"intent": "concern_cost"}),
        ("my ticker is too big and floppy", {"reason": "exact example"}),
        ("xylophones are my cup of tea", {}),
        ("which kind of doctor should look at it", {"intent": "find_specialist"}),
        ("Who do I see for this?", {"intent": "find_specialist"}),
        ("my ticker is too big and floppy " + "and so on " * LONGEST, {}),
        (
            "my ticker is too big",
            {"entities": [named("heart failure", 0, 20)]},
        ),
    ],
)
def test_nothing_is_described_where_another_thing_is_said(text, change):
    assert read(text, **change) == []


def widened(text, entity):
    message = Message({"text": text})
    message.set("intent", {"name": "tell_condition", "confidence": 0.9, "reason": "classified"})
    message.set("entities", [entity])
    DescriptionReader(shared_names(cache_dir())).process([message])
    (found,) = message.get("entities")
    return found["specialists"]


def test_a_symptom_gets_the_doctor_of_the_whole_description_too():
    text = "my hands tremble when they lie in my lap"
    assert "neurology" in widened(text, named("trembling", 3, 16, kind="symptom"))


def test_a_disease_that_is_named_keeps_its_doctors():
    text = "it's parkinson's"
    assert widened(text, named("Parkinson's disease", 5, 16)) == ["cardiology"]
