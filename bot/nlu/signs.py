"""The small language in which a sign is written (see data/knowledge/red_flags.yml)."""

from __future__ import annotations

import re

from bot.errors import KnowledgeProblem

GAP = r"(?:[^\w']+[\w']+){0,5}?[^\w']+"
"""Up to five other words, inside one sentence."""


def _alternative(phrase: str) -> str:
    words = []
    for word in phrase.split():
        pattern = re.escape(word).replace(r"\*", r"[\w']*").replace(r"\?", r"\w")
        words.append(pattern)
    return r"[^\w']+".join(words)


def _group(text: str) -> str:
    alternatives = [a.strip() for a in text.split("|")]
    if not all(alternatives):
        raise KnowledgeProblem(f"The sign part {text!r} has an empty alternative.")
    longest_first = sorted(alternatives, key=len, reverse=True)
    return "(?:" + "|".join(_alternative(a) for a in longest_first) + ")"


def _part(text: str) -> re.Pattern[str]:
    pieces = []
    for stretch in text.split(" .. "):
        pieces.append(r"[^\w']+".join(_group(group) for group in stretch.split(" + ")))
    return re.compile(rf"(?<![\w']){GAP.join(pieces)}(?![\w'])")


class Sign:
    """One sign: all its parts must stand in the same sentence."""

    def __init__(self, source: str) -> None:
        """Compile a sign.

        Raises:
            KnowledgeProblem: the notation is wrong.
        """
        self.source = source
        self._parts = [_part(part.strip()) for part in source.lower().split(" & ")]

    def find(self, sentence: str) -> tuple[int, int] | None:
        """Return the stretch of a lower-case sentence that the sign covers, or None."""
        spans = []
        for part in self._parts:
            match = part.search(sentence)
            if not match:
                return None
            spans.append(match.span())
        return min(s for s, _ in spans), max(e for _, e in spans)
