"""The measuring itself: what it counts, and that the benchmarks are whole."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from rapidfuzz.distance import OSA

from tools.bench import BASELINE, table
from tools.bench_nlu import OWN, TYPO_RATE, cases, percentile, with_typos
from tools.bench_nlu import _rows as rows
from tools.bench_pictures import VOICES, by_voice, confusion_matrix, confusions, voices

TESTS = [{"intent": "greet", "voice": voice, "text": "hello"} for voice in VOICES for _ in range(2)]
GUESSES = ["greet", "goodbye"] * len(VOICES)


def test_typos_are_single_edits_in_about_a_fifth_of_the_longer_words():
    words = ("pathology report specialist insurance opinion " * 200).split()
    changed = with_typos(" ".join(words), random.Random(1)).split()
    distances = Counter(OSA.distance(a, b) for a, b in zip(words, changed, strict=True))
    assert set(distances) <= {0, 1}
    # Swapping two letters that are the same changes nothing, so a little less than the rate.
    assert 0.7 * TYPO_RATE < distances[1] / len(words) < 1.2 * TYPO_RATE
    assert with_typos("is it far", random.Random(1)) == "is it far"


def test_percentiles_are_by_nearest_rank():
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([3.0, 1.0, 2.0], 0.99) == 3.0


def test_the_table_shows_ratios_to_the_baseline():
    figures = {BASELINE: {"accuracy": 0.8, "none": 0.0}, "ours": {"accuracy": 0.9, "none": 1.0}}
    lines = table(figures).splitlines()
    assert "x1.12" in lines[1]
    assert lines[2].count("-") == 2


def test_voices_and_confusions_are_counted_right():
    assert by_voice(TESTS, GUESSES) == [0.5] * len(VOICES)
    names, shares = confusions(TESTS, GUESSES)
    assert names == ["goodbye", "greet"]
    assert shares.tolist() == [[0.0, 0.0], [0.5, 0.5]]


def test_the_pictures_are_drawn(tmp_path):
    voices(TESTS, {"a": GUESSES, "b": GUESSES}, tmp_path / "voices.png")
    confusion_matrix(TESTS, GUESSES, tmp_path / "confusion.png")
    for name in ("voices", "confusion"):
        assert (tmp_path / f"{name}.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("name", "intents", "tests"), [("banking77", 77, 3080), ("clinc150", 150, 4500)]
)
def test_the_public_benchmarks_are_whole_and_hold_ten_examples_an_intent(name, intents, tests):
    shots = Counter(intent for intent, _ in rows(f"{name}_train"))
    assert len(shots) == intents
    assert set(shots.values()) == {10}
    found = cases(name)
    assert len(found) == tests
    assert {case["intent"] for case in found} == set(shots)


def test_our_own_test_set_has_at_least_a_dozen_of_every_intent_in_every_voice():
    counts = Counter(case["intent"] for case in cases(OWN))
    assert min(counts.values()) >= 12
    assert {case["voice"] for case in cases(OWN)} == set(VOICES)
