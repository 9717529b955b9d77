"""Nobody can hold up the others with one long message.

No times are promised here: the work for four times the text may grow to at most twelve times
(linear growth is four; the square would be sixteen, and stood at sixty seconds once).
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from bot.nlu.clauses import clauses, pieces
from bot.nlu.conditions import condition_finder
from bot.nlu.entities import entities_in
from bot.nlu.language import other_language
from bot.nlu.safety import safety_judge
from bot.nlu.text import for_classifier, readable

PIECES = {
    "words": "the quick brown fox and my doctor says ",
    "signs": "numb left side face arm chest pain ",
    "conditions": "pain in the chest, diabetes and copd ",
    "negations": "not ",
    "relations": "my mom ",
    "codes": "C34.90 ",
    "typos": "diabetis recods opinon florbitis ",
    "no spaces": "a",
    "digits": "1",
    "punctuation": ".,!?",
    "dots": ".",
    "dots with spaces": "." * 59 + " ",
    "angle brackets": "<",
    "open tags": "<a",
    "slashes": "/",
    "emoji": "\U0001f600",
    "zero width": "\u200b",
    "control characters": "\x00",
    "other script": "\u043f\u0440\u0438\u0432\u0435\u0442 ",
    "ligatures": "\ufdfa",
    "line breaks": "chest\npain ",
    "quotes": "don't ",
}
READERS: dict[str, Callable[[str], object]] = {
    "safety": lambda text: safety_judge().assess(text),
    "readable": readable,
    "for_classifier": for_classifier,
    "clauses": clauses,
    "pieces": pieces,
    "language": other_language,
    "conditions": lambda text: condition_finder().find(text),
    "entities": entities_in,
}
MOST_GROWTH = 12
NEGLIGIBLE = 0.25
"""Seconds of processor time below which growth is only noise."""


def cost(read: Callable[[str], object], text: str) -> float:
    def once() -> float:
        start = time.process_time()
        read(text)
        return time.process_time() - start

    return min(once() for _ in range(2))


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("piece", PIECES)
def test_twenty_thousand_characters_of_anything_are_read_in_bounded_work(reader, piece):
    read = READERS[reader]
    long = (PIECES[piece] * 20_000)[:20_000]
    whole = cost(read, long)
    if whole > NEGLIGIBLE:
        assert whole <= MOST_GROWTH * max(cost(read, long[:5_000]), NEGLIGIBLE / 4)
