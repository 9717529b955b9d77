"""Splits a message into clauses, each of which may hold a wish of its own. spaCy, no model."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from bot.nlu.text import without_endless_words

CONNECTORS = frozenset({"and", "but", "also", "plus", "then", "so", "because", "however"})
STARTERS = frozenset(
    (
        "i how what which who where when why can could should will would do does is are am my "
        "help give show tell please need want whats hows wheres i'm im i've ive we he she they "
        "send add delete put email text mail print stop let make get erase remove explain list "
        "start call may might shall is are has have it its they that there any anything another "
        "maybe could"
    ).split()
)
SHORTEST = 2
"""Words in a clause; what is shorter belongs to its neighbour."""
MOST = 12
"""Clauses read in one message; a longer story keeps its first and its last ones."""


@lru_cache(maxsize=1)
def english() -> Any:
    """Return spaCy's blank English pipeline with rule-based sentences."""
    import spacy

    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    return nlp


def clauses(text: str) -> list[str]:
    """Return the clauses of a text in order; the whole text if it cannot be split.

    A clause ends at a sentence's end, at a comma or dash, or before a connector ("and how ...")
    when what follows can begin a sentence.
    """
    found: list[str] = []
    for sentence in english()(without_endless_words(text)).sents:
        found += _split(sentence)
    found = _joined(found)
    if len(found) > MOST:
        half = MOST // 2
        found = found[:half] + found[-half:]
    return found or [text]


def _split(sentence: Any) -> list[str]:
    parts, start = [], 0
    tokens = list(sentence)
    for i, token in enumerate(tokens[:-1]):
        after = tokens[i + 1].lower_
        comma = token.text in {",", "-", "--", ":", "("}
        joint = token.lower_ in CONNECTORS and after in STARTERS
        if (comma and (after in STARTERS or after in CONNECTORS)) or joint:
            parts.append(_text(tokens[start : i + (0 if joint else 1)]))
            start = i + 1
    parts.append(_text(tokens[start:]))
    return [p for p in parts if p]


def _text(tokens: list[Any]) -> str:
    return "".join(t.text_with_ws for t in tokens).strip(" ,;:-()")


def _joined(parts: list[str]) -> list[str]:
    joined: list[str] = []
    for part in parts:
        if joined and len(part.split()) < SHORTEST:
            joined[-1] = f"{joined[-1]} {part}"
        else:
            joined.append(part)
    return joined
