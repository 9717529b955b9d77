"""What these tests say is not what the understanding was trained on."""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz import fuzz, process

from bot.nlu.text import same_words
from tests.conversations import lists, part_a, perils, ways
from tests.conversations.helpers import training_examples

NEARLY_THE_SAME = 95


def _said() -> Iterator[str]:
    for lines in part_a.LINES.values():
        yield from (line.asked for line in lines.values())
    yield from part_a.ASKED_BY_TOPIC.values()
    yield part_a.ASKED_TOGETHER
    for concern in ways.CONCERNS.values():
        yield from concern.ways
    for peril in (*perils.EMERGENCIES, *perils.CRISES):
        yield peril.said
    yield from perils.ADVICE
    yield from lists.OWN_WORDS


def test_no_utterance_is_a_training_example() -> None:
    examples = set().union(*training_examples().values())
    assert len(examples) > 2_000
    assert [text for text in _said() if same_words(text) in examples] == []


def test_no_utterance_is_nearly_a_training_example() -> None:
    examples = sorted(set().union(*training_examples().values()))
    near = []
    for text in _said():
        best = process.extractOne(same_words(text), examples, scorer=fuzz.ratio)
        if best and best[1] >= NEARLY_THE_SAME:
            near.append((text, best[0]))
    assert near == []
