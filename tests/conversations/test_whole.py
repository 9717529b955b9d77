"""Whole conversations in many situations, line by line (``whole.py``)."""

from __future__ import annotations

import pytest

from tests.conftest import Patient, Stack
from tests.conversations.helpers import DISCLOSURE, missing, plain
from tests.conversations.whole import WHOLE

LONGEST_BUBBLE = 75
"""Words of a bubble: what fits on a phone's screen."""
ALERTS = ("Call 911", "call 911", "988")


@pytest.mark.parametrize("situation", WHOLE)
def test_a_whole_conversation(stack: Stack, situation: str) -> None:
    patient = Patient(stack)
    told = ""
    for line in WHOLE[situation]:
        answer = patient.says(line.said)
        told += answer
        said = f"{line.said!r} -> {answer}"
        assert answer, said
        assert not missing(answer, line.heard), said
        for words in line.never:
            assert plain(words) not in plain(answer), said
        bubbles = [r["text"] for r in patient.replies if r.get("text")]
        assert len(set(bubbles)) == len(bubbles), f"the same twice: {said}"
        for bubble in bubbles:
            assert len(bubble.split()) <= LONGEST_BUBBLE or any(a in bubble for a in ALERTS), said
        if line is WHOLE[situation][0]:
            assert not missing(answer, DISCLOSURE), said
