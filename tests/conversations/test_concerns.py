"""A worry is understood however people put it, and gets its own answer."""

from __future__ import annotations

import pytest

from tests.conftest import Stack
from tests.conversations.helpers import ask, missing
from tests.conversations.ways import CONCERNS, Concern

WAYS = [
    pytest.param(concern, way, id=f"{name} {number}")
    for name, concern in CONCERNS.items()
    for number, way in enumerate(concern.ways, 1)
]


@pytest.mark.parametrize(("concern", "way"), WAYS)
def test_the_worry_gets_its_answer(stack: Stack, concern: Concern, way: str) -> None:
    patient = ask(stack, way)
    assert not missing(patient.heard, concern.answer), patient.heard


@pytest.mark.parametrize("name", CONCERNS)
def test_asked_once_more_it_is_answered_in_other_words(stack: Stack, name: str) -> None:
    concern = CONCERNS[name]
    patient = ask(stack, concern.ways[0])
    first = patient.heard
    patient.says(concern.ways[1])
    assert missing(patient.heard, concern.answer) == list(concern.answer)
    assert patient.heard and patient.heard != first


def test_every_worry_is_put_in_five_ways() -> None:
    assert {len(concern.ways) for concern in CONCERNS.values()} == {5}
    assert len(CONCERNS) == 9
