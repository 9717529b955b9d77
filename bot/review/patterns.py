"""Groups messages that were not understood by their meaning: ``python -m bot.review.patterns``.

Each message joins the pattern whose middle is nearest, if it is near enough, else it begins one
(leader clustering): one pass, no number of clusters to guess, and a message that comes later does
not move those before it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy.engine import Engine

from bot.channels.masking import masked
from bot.nlu.encoder import shared_encoder
from bot.nlu.text import for_classifier
from bot.paths import cache_dir
from bot.review.work import Progress, run
from bot.store import corrections

NEAR = 0.55
"""Cosine from which two messages are alike. Of the 728 development messages (50 intents), pairs of
one intent pass it 14 times as often as pairs of two, and 82 % of a pattern mean the same; at 0.45
it is 61 %, and at 0.65 hardly any messages come together."""
MOST = 5_000
AT_ONCE = 200


def patterns(embeddings: np.ndarray, near: float = NEAR) -> list[int]:
    """Return for each row the index of the row that began its pattern.

    Args:
        embeddings: shape (messages, width), rows of length one.
        near: the least cosine between a message and the middle of its pattern.
    """
    sums: list[np.ndarray] = []
    first: list[int] = []
    chosen: list[int] = []
    for place, row in enumerate(embeddings):
        best, cosine = _nearest(sums, row)
        if cosine >= near:
            sums[best] = sums[best] + row
        else:
            best = len(sums)
            sums.append(row)
            first.append(place)
        chosen.append(first[best])
    return chosen


def _nearest(sums: Sequence[np.ndarray], row: np.ndarray) -> tuple[int, float]:
    if not sums:
        return 0, -1.0
    middles = np.stack(sums)
    cosines = middles @ row / np.linalg.norm(middles, axis=1)
    best = int(cosines.argmax())
    return best, float(cosines[best])


def work(engine: Engine, progress: Progress) -> Mapping[str, Any]:
    """Sort every message that nobody has dealt with."""
    with engine.connect() as connection:
        rows = list(corrections.missed(connection, MOST))[::-1]  # the oldest name the patterns
    texts = [for_classifier(masked(row["text"])) for row in rows]
    encoder = shared_encoder(cache_dir())
    parts = []
    for start in range(0, len(texts), AT_ONCE):
        parts.append(encoder.embed_all(texts[start : start + AT_ONCE]))
        progress(start / max(1, len(texts)))
    chosen = patterns(np.concatenate(parts)) if parts else []
    groups = {row["id"]: rows[first]["id"] for row, first in zip(rows, chosen, strict=True)}
    with engine.begin() as connection:
        corrections.group(connection, groups)
    return {"messages": len(rows), "patterns": len(set(groups.values()))}


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:], work))
