"""The small language of red_flags.yml, as its first lines explain it to editors."""

from __future__ import annotations

import pytest

from bot.errors import KnowledgeProblem
from bot.knowledge import knowledge
from bot.nlu.safety import EMERGENCY, SafetyJudge
from bot.nlu.signs import GAP, Sign

LISTS = {"cant": ["can't", "unable to"], "body": ["arm", "leg"], "any": ["<body>", "head"]}


def judge_of(sign: str) -> SafetyJudge:
    family = {"level": EMERGENCY, "alert": "test", "source": "test", "signs": [sign]}
    return SafetyJudge({"families": {"test": family}, "contexts": LISTS})


def fits(sign: str, text: str) -> bool:
    return judge_of(sign).assess(text).level == EMERGENCY


@pytest.mark.parametrize(
    ("sign", "text"),
    [
        ("coughing up blood", "she is coughing up blood now"),
        ("pain|pressure", "some pressure"),
        ("pain|tight feeling", "a tight feeling here"),
        ("left|right + side", "my right side"),
        ("squeez*", "a squeezing"),
        ("squeez*", "it squeezes"),
        ("10#", "a fever of 103"),
        ("10#", "a fever of 103.5"),
        ("numb .. side", "numb all along the left side"),
        ("numb .. side", "numb side"),
        ("chest & pain & arm", "pain in my arm and in the chest"),
        ("<cant> .. breathe", "i cannot really breathe"),
        ("<cant> .. breathe", "unable to breathe"),
        ("<any> + hurts", "my head hurts"),
        ("<any> + hurts", "my leg hurts"),
        ("fever && chemo", "i have a fever. i had chemo."),
    ],
)
def test_a_sign_fits(sign, text):
    assert fits(sign, text)


@pytest.mark.parametrize(
    ("sign", "text"),
    [
        ("coughing up blood", "coughing up some blood"),
        ("coughing up blood", "blood coughing up"),
        ("pain", "painting"),
        ("left|right + side", "my side is right"),
        ("10#", "a fever of 1030"),
        ("10#", "a fever of 98"),
        ("numb .. side", "side numb"),
        ("numb .. side", "numb. the side"),
        ("chest & pain", "chest. pain"),
        ("chest & pain", "only the chest"),
        ("fever && chemo", "i have a fever. it is monday. i had chemo."),
    ],
)
def test_a_sign_does_not_fit(sign, text):
    assert not fits(sign, text)


def test_a_gap_is_as_wide_as_it_says():
    assert fits("numb .. side", f"numb {'x ' * GAP}side")
    assert not fits("numb .. side", f"numb {'x ' * (GAP + 1)}side")


@pytest.mark.parametrize("spelling", ["can't", "cant", "cannot", "can not"])
def test_one_spelling_in_the_sign_finds_them_all(spelling):
    assert fits("can't .. breathe", f"i {spelling} breathe")


@pytest.mark.parametrize("spelling", ["i am", "i'm", "im"])
def test_short_forms_are_read_in_full(spelling):
    assert fits("i am numb", f"{spelling} numb")


@pytest.mark.parametrize(
    "sign", ["pain|", "|pain", "a || b", "a .. |b", "<nosuch> & pain", "- & pain"]
)
def test_a_slip_in_the_notation_is_named(sign):
    with pytest.raises(KnowledgeProblem):
        judge_of(sign)


def all_signs():
    for name, family in knowledge("red_flags")["families"].items():
        for sign in family["signs"]:
            yield pytest.param(str(sign), id=f"{name}: {str(sign)[:50]}")


@pytest.mark.parametrize("sign", all_signs())
def test_every_shipped_sign_is_in_the_notation(sign):
    Sign(sign, {k: list(map(str, v)) for k, v in knowledge("red_flags")["contexts"].items()})
