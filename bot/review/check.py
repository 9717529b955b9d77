"""What approved examples would change: ``python -m bot.review.check``.

The classifier is cross-validated twice on the same folds of our own examples: trained without the
approved ones, and with them. Of the approved ones, too, each fold trains on the others only, so
that the figure says how such messages will be understood, not how well they are learnt by heart.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy.engine import Engine

from bot.knowledge import read_yaml
from bot.nlu.encoder import shared_encoder
from bot.nlu.linear import LinearModel
from bot.nlu.text import for_classifier
from bot.paths import DATA, cache_dir
from bot.review.work import Progress, run
from bot.store import corrections

FOLDS = 5
SEED = 11
NOTABLE = 2
"""Messages by which an intent must differ to be named."""
NAMED = 12


@dataclass(frozen=True)
class Examples:
    """Texts, their embeddings (n, 384) and their intents."""

    texts: list[str]
    embeddings: np.ndarray
    intents: list[str]

    def chosen(self, rows: np.ndarray) -> Examples:
        """Return some of them, by a mask."""
        places = np.flatnonzero(rows)
        return Examples(
            [self.texts[i] for i in places],
            self.embeddings[places],
            [self.intents[i] for i in places],
        )

    def with_(self, others: Examples) -> Examples:
        """Return these and others."""
        embeddings = np.concatenate([self.embeddings, others.embeddings])
        return Examples(self.texts + others.texts, embeddings, self.intents + others.intents)


def our_examples() -> list[tuple[str, str]]:
    """Return (text, intent) of every example in data/nlu."""
    found = []
    for path in sorted((DATA / "nlu").glob("*.yml")):
        for entry in read_yaml(path)["nlu"]:
            for line in str(entry.get("examples") or "").splitlines():
                text = line.strip().removeprefix("-").strip()
                if text and entry.get("intent"):
                    found.append((text, str(entry["intent"])))
    return found


def _embedded(pairs: Sequence[tuple[str, str]]) -> Examples:
    texts = [for_classifier(text) for text, _ in pairs]
    embeddings = shared_encoder(cache_dir()).embed_all(texts)
    return Examples(texts, embeddings, [intent for _, intent in pairs])


def _right(train: Examples, test: Examples) -> list[bool]:
    if not test.texts:
        return []
    model = LinearModel.train(train.texts, train.embeddings, train.intents)
    probabilities, _ = model.probabilities(test.texts, test.embeddings)
    guesses = probabilities.argmax(axis=1)
    return [model.labels[g] == intent for g, intent in zip(guesses, test.intents, strict=True)]


def compared(ours: Examples, new: Examples, progress: Progress) -> dict[str, Any]:
    """Return the figures of both.

    Args:
        ours: the examples we have.
        new: the approved ones.
        progress: is told how much is done.
    """
    random = np.random.default_rng(SEED)
    fold_of_ours = random.permutation(len(ours.texts)) % FOLDS
    fold_of_new = random.permutation(len(new.texts)) % FOLDS
    seen: Counter[str] = Counter()
    right: dict[str, Counter[str]] = {"before": Counter(), "after": Counter()}
    own = {"before": 0, "after": 0}
    for fold in range(FOLDS):
        train, test = ours.chosen(fold_of_ours != fold), ours.chosen(fold_of_ours == fold)
        asked = test.with_(new.chosen(fold_of_new == fold))
        more = new.chosen(fold_of_new != fold)
        seen.update(test.intents)
        for place, (name, examples) in enumerate((("before", train), ("after", train.with_(more)))):
            found = _right(examples, asked)
            for intent, well in zip(test.intents, found, strict=False):
                right[name][intent] += well
            own[name] += sum(found[len(test.texts) :])
            progress((2 * fold + place + 1) / (2 * FOLDS))
    return {
        "examples": len(ours.texts),
        "approved": len(new.texts),
        **{name: sum(right[name].values()) / len(ours.texts) for name in right},
        **{f"own_{name}": own[name] / max(1, len(new.texts)) for name in own},
        **_notable(seen, right),
    }


def _notable(seen: Counter[str], right: Mapping[str, Counter[str]]) -> dict[str, Any]:
    """Return the intents that get better or worse by more than chance moves one message."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for intent, number in seen.items():
        change = right["after"][intent] - right["before"][intent]
        if abs(change) >= NOTABLE:
            row = {
                "intent": intent,
                "examples": number,
                "before": right["before"][intent] / number,
                "after": right["after"][intent] / number,
                "change": abs(change),
            }
            found["better" if change > 0 else "worse"].append(row)
    return {
        name: sorted(found[name], key=lambda row: -int(row["change"]))[:NAMED]
        for name in ("better", "worse")
    }


def work(engine: Engine, progress: Progress) -> Mapping[str, Any]:
    """Compare what we have with what was approved."""
    with engine.connect() as connection:
        approved = corrections.inbox(connection, corrections.APPROVED)
    new = _embedded([(row["text"], row["intent"]) for row in approved])
    known = set(new.texts)
    pairs = [pair for pair in our_examples() if for_classifier(pair[0]) not in known]
    progress(0.0)
    return compared(_embedded(pairs), new, progress)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:], work))
