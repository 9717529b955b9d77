"""Mends misspelled words on the copy that is classified.

A word of four letters or more that neither the training data nor the encoder knows is replaced
by the nearest known one, one edit away. Medical words are protected: "repairing" a disease into
another one would be worse than any typo.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST = 4
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")


class SpellingRepair:
    """Repairs words against the vocabulary of the training data."""

    def __init__(self, counts: Mapping[str, int], known: Collection[str]) -> None:
        """Prepare the repair.

        Args:
            counts: how often each word stands in the training data; the targets of a repair.
            known: further words to leave alone: the encoder's and the medical ones.
        """
        self._counts = dict(counts)
        self._known = frozenset(known)
        self._by_length: dict[int, list[str]] = {}
        for word in sorted(counts):
            if len(word) >= SHORTEST and counts[word] > 1:
                self._by_length.setdefault(len(word), []).append(word)

    def word(self, word: str) -> str:
        """Return the repaired word, or the same one if it is known or nothing is near."""
        if len(word) < SHORTEST or word in self._counts or word in self._known:
            return word
        near = [w for n in (-1, 0, 1) for w in self._by_length.get(len(word) + n, ())]
        found = process.extract(word, near, scorer=OSA.distance, score_cutoff=1, limit=8)
        if not found:
            return word
        # The first letter is rarely the wrong one; after that the more frequent word wins.
        return max((w for w, _, _ in found), key=lambda w: (w[0] == word[0], self._counts[w], w))

    def text(self, text: str) -> str:
        """Return the lower-case text with every unknown word repaired."""
        return _WORD.sub(lambda match: self.word(match.group()), text)


def word_counts(texts: Collection[str]) -> dict[str, int]:
    """Count the words of lower-case texts."""
    counts: dict[str, int] = {}
    for text in texts:
        for word in _WORD.findall(text):
            counts[word] = counts.get(word, 0) + 1
    return counts
