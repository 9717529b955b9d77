"""Which kinds of doctor fit a description that names no condition we know, by likeness of meaning.

"My own body is attacking itself" is in no list of diseases. The names and the descriptions of
data/knowledge/descriptions.tsv nearest to it in meaning say which doctors look at such things.
What it might be is not said: that would be a diagnosis.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from bot.guide.situation import DESCRIBED
from bot.nlu.encoder import SentenceEncoder, shared_encoder
from bot.nlu.graph import VERSION
from bot.nlu.lexicon import Entry, Lexicon, descriptions, lexicon
from bot.nlu.nearest import FORM, Nearest, graph_of
from bot.nlu.text import for_classifier

NEIGHBOURS = 20
SHARPNESS = 15.0
"""How much more a nearer name counts: its vote is exp(sharpness x cosine)."""
SECOND_CHOICE = 0.8
"""What a specialist counts for less, a place further down a condition's list."""
MOST_SPECIALISTS = 3
_TELLS_OF_DOCTORS = frozenset("doctor doctors dr specialist specialists surgeon".split())
"""Words of names such as "heart doctor": every question about doctors would be like them."""
_NUMBERED = re.compile(r"\d|,| type ")
"""Names of subtypes, which no patient types: leaving them out loses nothing and saves a quarter."""


@dataclass(frozen=True)
class Likeness:
    """What a description is like.

    Attributes:
        cosine: to the nearest name or description, -1 to 1.
        specialists: ids of specialist types, the likeliest first.
        families: ids of families of the nearest name.
    """

    cosine: float
    specialists: tuple[str, ...]
    families: tuple[str, ...]


class NamesByMeaning:
    """The names of the lexicon, each with its embedding."""

    def __init__(self, names: list[tuple[str, Entry]], nearest: Nearest) -> None:
        """Keep the names.

        Args:
            names: each with what it resolves to.
            nearest: their embeddings, in the same order.
        """
        self._entries = [entry for _, entry in names]
        self._described = np.array([entry.kind == DESCRIBED for entry in self._entries])
        self._nearest = nearest

    def like(self, embedding: np.ndarray) -> Likeness:
        """Return what a description's embedding, shape (384,), is like."""
        cosines = self._nearest.cosines(embedding[None])[0]
        near = np.argpartition(-cosines, NEIGHBOURS)[:NEIGHBOURS]
        best = int(near[cosines[near].argmax()])
        named = int(np.where(self._described, -1.0, cosines).argmax())
        votes: dict[str, float] = defaultdict(float)
        for i in near:
            weight = float(np.exp(SHARPNESS * (cosines[i] - cosines[best])))
            for place, specialist in enumerate(self._entries[i].specialists):
                votes[specialist] += weight * SECOND_CHOICE**place
        chosen = sorted(votes, key=lambda s: -votes[s])[:MOST_SPECIALISTS]
        return Likeness(float(cosines[best]), tuple(chosen), self._entries[named].families)


def names_to_compare(words: Lexicon) -> list[tuple[str, Entry]]:
    """Return the lower-case names that lead to a specialist and that a patient might write."""
    found = [(name.lower(), words.entry(name, strict)) for name, strict in words.phrases()]
    return [
        (name, entry)
        for name, entry in found
        if entry
        and entry.specialists
        and _TELLS_OF_DOCTORS.isdisjoint(name.split())
        and (entry.own or not _NUMBERED.search(name))
    ]


def _descriptions() -> list[tuple[str, Entry]]:
    """Return the descriptions that lead to doctors without a name."""
    return [
        (for_classifier(words), Entry("described", "", doctors, (), kind=DESCRIBED))
        for words, doctors in descriptions()
    ]


def names_by_meaning(cache: Path) -> NamesByMeaning:
    """Return the names with their embeddings, computing them if they are not in the cache yet.

    Args:
        cache: folder to keep them in. The file's name carries a hash of the names, so one made from
            other names is never taken for these. Computing takes some twenty seconds.

    Raises:
        WeightsProblem: the encoder's weights are missing or damaged.
        OSError: the folder cannot be written.
    """
    names = [*names_to_compare(lexicon()), *_descriptions()]
    key = hashlib.sha256(
        "\n".join([str(VERSION), str(FORM), *(name for name, _ in names)]).encode()
    )
    path = cache / f"names-{key.hexdigest()[:12]}.onnx"
    if not path.is_file():
        embeddings = shared_encoder(cache).embed_all([name for name, _ in names])
        handle, part = tempfile.mkstemp(dir=cache, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(graph_of(embeddings))
        os.replace(part, path)  # whole or not at all, also when two processes compute at once
    return NamesByMeaning(names, Nearest(path.read_bytes()))


@lru_cache(maxsize=1)
def shared_names(cache: Path) -> NamesByMeaning:
    """Return one ``NamesByMeaning`` per process: it takes 12 MB."""
    return names_by_meaning(cache)


def likeness(text: str, names: NamesByMeaning, encoder: SentenceEncoder) -> Likeness | None:
    """Return what a description is like, or None if it has no words."""
    copy = for_classifier(text)
    return names.like(encoder.embed(copy)) if copy else None
