"""Mends misspelled words on the copy that is classified.

A word that the encoder doesn't know is replaced by the nearest frequent word of the training data,
one edit away (two for long words). The training texts keep their typos: the n-grams learn them.
Medical words are protected: "repairing" a disease into another one would be worse than
any typo.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.knowledge import knowledge

SHORTEST = 3
FREQUENT = 3
"""How often a word must stand in the training data to be the target of a repair."""
MORE_FREQUENT = 5
"""A word of the training data is a typo only of one that stands there five times as often."""
LONG = 8
"""Letters from which two edits are allowed."""
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_TOKEN = re.compile(r"[a-z0-9']+")


@lru_cache(maxsize=1)
def _shorthand() -> dict[str, str]:
    return {str(k): str(v) for k, v in knowledge("shorthand")["shorthand"].items()}


class SpellingRepair:
    """Repairs words the encoder doesn't know, to words that patients use."""

    def __init__(self, counts: Mapping[str, int], known: Collection[str]) -> None:
        """Prepare the repair.

        Args:
            counts: how often each word stands in the training data, its typos included.
            known: words to leave alone: the encoder's and the medical ones.
        """
        self._known = frozenset(known)
        self._seen = dict(counts)
        self._counts = {
            w: n for w, n in counts.items() if n >= FREQUENT and (w in self._known or "'" in w)
        }
        self._by_length: dict[int, list[str]] = {}
        for word in sorted(self._counts):
            self._by_length.setdefault(len(word), []).append(word)
        self._mended: dict[str, str] = {}

    def word(self, word: str) -> str:
        """Return the repaired word, or the same one if it is known or nothing is near."""
        if len(word) < SHORTEST or word in self._counts or word in self._known:
            return word
        if word not in self._mended:
            if len(self._mended) > 20_000:  # bounded, whatever is typed
                self._mended.clear()
            self._mended[word] = self._nearest(word)
        return self._mended[word]

    def _nearest(self, word: str) -> str:
        for limit in (1, 2) if len(word) >= LONG else (1,):
            span = range(-limit, limit + 1)
            near = [w for n in span for w in self._by_length.get(len(word) + n, ())]
            matches = process.extract(
                word, near, scorer=OSA.distance, score_cutoff=limit, limit=None
            )
            enough = MORE_FREQUENT * self._seen.get(word, 0)
            found = [w for w, _, _ in matches if self._counts[w] >= enough]
            if found:
                # The first letter is rarely the wrong one; then the same letters in another order
                # ("waht"), then the more frequent word.
                return max(
                    found,
                    key=lambda w: (w[0] == word[0], sorted(w) == sorted(word), self._counts[w], w),
                )
        return word

    def text(self, text: str) -> str:
        """Return the lower-case text, its shorthand spelled out and unknown words repaired."""
        plain = _TOKEN.sub(lambda match: _shorthand().get(match.group(), match.group()), text)
        return _WORD.sub(lambda match: self.word(match.group()), plain)


def word_counts(texts: Collection[str]) -> dict[str, int]:
    """Count the words of lower-case texts."""
    counts: dict[str, int] = {}
    for text in texts:
        for word in _WORD.findall(text):
            counts[word] = counts.get(word, 0) + 1
    return counts
