"""How sure it is that a message holds a certain wish besides the one it is about.

A logistic regression over what the classifier made of the message, its clauses and their pieces.
Learnt from the development sets (``tools/fit_wishes.py``), because no single confidence tells: in a
story a side remark may be clear, and a real wish of four words vague.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.nlu.clauses import asks

POSSIBLE = 0.08
"""Confidence in some part from which an intent is considered at all."""
BIAS = -2.239
WEIGHTS = {
    "whole": 0.371,
    "blended": 0.765,
    "clause": 0.198,
    "piece": 0.512,
    "main in clause": -0.230,
    "main blended": 0.595,
    "main elsewhere": 0.115,
    "words in piece": 1.114,
    "clauses": -1.466,
    "last clause": 1.052,
    "asks": 0.639,
    "tells": 1.932,
    "tells diagnosis": -2.936,
    "names diagnosis": 1.690,
    "own question": -8.124,
    "told in a question": -3.742,
}
"""Chosen by dropping, one by one, what did not help out of fold; see models/README.md."""


@dataclass(frozen=True)
class Heard:
    """A message as the classifier read it.

    Attributes:
        main: the intent the message is about.
        whole: the confidences of the message as a whole.
        blended: those of the whole and its clauses together.
        clauses: the readings of its clauses; of the message, if it has only one.
        names_condition: whether a condition is named that we know doctors for.
    """

    main: str
    whole: Mapping[str, float]
    blended: Mapping[str, float]
    clauses: Sequence[Any]
    names_condition: bool = False

    @property
    def pieces(self) -> list[Any]:
        """The readings of the smallest parts: the pieces of clauses, or the clauses themselves."""
        return [piece for clause in self.clauses for piece in (clause.pieces or [clause])]


def further_wishes(heard: Heard) -> list[tuple[str, float]]:
    """Return the intents that may be wished too, with their probabilities, likeliest first."""
    parts = [heard.whole, *(r.scores for r in (*heard.clauses, *heard.pieces))]
    possible = {name for scores in parts for name, p in scores.items() if p > POSSIBLE}
    found = [(name, probability(features(name, heard))) for name in possible - {heard.main}]
    return sorted(found, key=lambda wish: (-wish[1], wish[0]))


def probability(values: Mapping[str, float]) -> float:
    """Return the probability that the intent with these features is wished."""
    return 1 / (1 + math.exp(-BIAS - sum(WEIGHTS[name] * value for name, value in values.items())))


def features(name: str, heard: Heard) -> dict[str, float]:
    """Return what speaks for an intent, and for the main one in its place."""
    clause = _best(heard.clauses, name)
    pieces = heard.pieces
    piece = _best(pieces, name)
    rest = [_log_odds(r, heard.main) for i, r in enumerate(pieces) if i != piece]
    asked, told = asks(heard.clauses[clause].text), name.startswith("tell_")
    return {
        "whole": _logit(heard.whole.get(name, 0.0)),
        "blended": _logit(heard.blended.get(name, 0.0)),
        "clause": _log_odds(heard.clauses[clause], name),
        "piece": _log_odds(pieces[piece], name),
        "main in clause": _log_odds(heard.clauses[clause], heard.main),
        "main blended": _logit(heard.blended.get(heard.main, 0.0)),
        "main elsewhere": max(rest, default=_logit(0.0)),
        "words in piece": math.log(max(len(pieces[piece].text.split()), 1)),
        "clauses": math.log(len(heard.clauses)),
        "last clause": float(clause == len(heard.clauses) - 1),
        "asks": float(asked),
        "tells": float(told),
        "tells diagnosis": float(name == "tell_condition"),
        "names diagnosis": float(name == "tell_condition" and heard.names_condition),
        # "Put on my list: can I drink wine?" asks the doctor, not us.
        "own question": float(name == "ask_medical_advice" and heard.main == "add_own_question"),
        # "Which is better for me, radiation or surgery?" asks for advice and tells nothing besides.
        "told in a question": float(asked and told),
    }


def _best(readings: Sequence[Any], name: str) -> int:
    return max(range(len(readings)), key=lambda i: readings[i].scores.get(name, 0.0))


def _log_odds(reading: Any, name: str) -> float:
    return _logit(reading.scores.get(name, 0.0))


def _logit(p: float) -> float:
    return math.log((p + 1e-4) / (1 - p + 1e-4))
