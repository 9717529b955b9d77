"""A message that does nothing but name a condition tells a diagnosis, whatever its name is."""

from __future__ import annotations

import pytest

from bot.nlu.entities import entities_in
from bot.nlu.statements import only_names_a_condition


def names(text: str) -> bool:
    return only_names_a_condition(text, entities_in(text))


@pytest.mark.parametrize(
    "text",
    [
        "gout",
        "I have gout",
        "asthma",
        "they say it is osteogenesis imperfecta",
        "My mother has just been diagnosed with lupus.",
        "the biopsy came back as melanoma",
        "they told me it's stage 3 colon cancer",
        "it's MS",
        "hi, my husband has ALS",
    ],
)
def test_naming_it_is_telling_it(text: str) -> None:
    assert names(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "is it cancer",
        "gout?",
        "specialist for copd",
        "lupus doctor",
        "copd test",
        "which records do I need for gout",
        "I have gout and my insurance won't pay",
        "I don't have gout",
        "gout treatment",
        "afraid of cancer",
    ],
)
def test_whatever_else_is_said_is_another_wish(text: str) -> None:
    assert not names(text)
