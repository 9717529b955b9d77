"""A linear classifier over sentence embedding and n-grams, stored as arrays and JSON.

Features: the embedding (length one) beside tf-idf of words (1-2) and of characters within words
(2-4). Multinomial logistic regression, C=30, mixed with the vote of the nearest training examples;
confidences are tempered on a quarter of the training data, kept aside, so that 0.8 is right about
eight times in ten. What was tried stands in models/README.md.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import InitVar, asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import minimize_scalar

from bot.nlu.bert_numpy import WIDTH
from bot.nlu.nearest import Nearest, graph_of
from bot.nlu.softmax import Features, fit

REGULARISATION_C = 30.0
STEPS, STEPS_MORE = 60, 20
"""Of learning from three quarters of the examples, and from all of them after that."""
HELD_OUT = 0.25
"""Share of the examples kept aside to choose the temperature."""
NEIGHBOURS = 10
SHARPNESS = 15.0
"""How much more a nearer example counts: its vote is exp(sharpness x cosine)."""
EXAMPLES = "examples.onnx"


@dataclass(frozen=True)
class Mixture:
    """How much each part counts.

    Attributes:
        ngrams: the length of a text's n-gram features; its embedding's is one.
        vote: the neighbours' share in the mixture.
    """

    ngrams: float
    vote: float


FEW, USUAL = Mixture(0.5, 0.1), Mixture(1.5, 0.3)
FEW_EXAMPLES = 30
"""Examples an intent, on average, up to which words and neighbours tell less than the meaning."""


def _vectorizers() -> tuple[Any, Any]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(
        ngram_range=(1, 2), sublinear_tf=True, min_df=2, token_pattern=r"[^\W_]+(?:'[^\W_]+)?"
    )
    characters = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, min_df=3
    )
    return words, characters


class NgramFeatures:
    """tf-idf of words and characters, as learnt from the training texts."""

    def __init__(self, vectorizers: tuple[Any, Any], weight: float) -> None:
        self._vectorizers = vectorizers
        self._weight = weight
        self._analyzers = [vectorizer.build_analyzer() for vectorizer in vectorizers]
        # scikit-learn works these out anew each time it is asked for them: 0.2 ms.
        self._idf = [vectorizer.idf_ for vectorizer in vectorizers]

    @classmethod
    def learn(cls, texts: list[str], weight: float) -> NgramFeatures:
        """Learn the vocabularies from lower-case texts; rows will have the length ``weight``."""
        vectorizers = _vectorizers()
        for vectorizer in vectorizers:
            vectorizer.fit(texts)
        return cls(vectorizers, weight)

    def transform(self, texts: list[str]) -> sparse.csr_matrix:
        """Return the features: sparse, one row a text, rows scaled to the weight."""
        parts = [vectorizer.transform(texts) for vectorizer in self._vectorizers]
        # In the weights' own precision: else each product would copy all of them.
        return (sparse.hstack(parts) * (self._weight / np.sqrt(2))).tocsr().astype(np.float32)

    def scores(self, text: str, weights: np.ndarray) -> np.ndarray:
        """Return one text's features times the weights, as ``transform`` would give them.

        Args:
            text: lower-case.
            weights: shape (features, labels).

        Returns:
            Shape (labels,).
        """
        total = np.zeros(weights.shape[1], dtype=np.float32)
        first = 0
        parts = zip(self._vectorizers, self._analyzers, self._idf, strict=True)
        for vectorizer, analyze, idf in parts:
            known = vectorizer.vocabulary_
            counts = Counter(known[term] for term in analyze(text) if term in known)
            if counts:
                places = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
                times = np.fromiter(counts.values(), dtype=np.float64, count=len(counts))
                values = (1 + np.log(times)) * idf[places]
                values *= self._weight / np.sqrt(2) / np.linalg.norm(values)
                total += values.astype(np.float32) @ weights[first + places]
            first += len(known)
        return total

    def state(self) -> list[dict[str, Any]]:
        """Return what ``restore`` needs, as plain values."""
        return [
            {
                "vocabulary": {term: int(i) for term, i in v.vocabulary_.items()},
                "idf": [float(x) for x in v.idf_],
            }
            for v in self._vectorizers
        ]

    @classmethod
    def restore(cls, state: list[dict[str, Any]], weight: float) -> NgramFeatures:
        """Rebuild from ``state``."""
        vectorizers = _vectorizers()
        for vectorizer, saved in zip(vectorizers, state, strict=True):
            vectorizer.vocabulary = saved["vocabulary"]
            vectorizer.vocabulary_ = saved["vocabulary"]
            vectorizer.idf_ = np.array(saved["idf"])
        return cls(vectorizers, weight)


def _softmax(scores: np.ndarray) -> np.ndarray:
    raised = np.exp(scores - scores.max(-1, keepdims=True))
    return np.asarray(raised / raised.sum(-1, keepdims=True))


def _votes(cosines: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how the nearest examples vote, and how near each label's nearest is.

    Args:
        cosines: to each example: shape (texts, examples).
        labels: each example's label, from 0, in order, none left out: shape (examples,).

    Returns:
        Two of shape (texts, labels): votes, rows sum to one; cosines.
    """
    begins = np.flatnonzero(np.diff(labels, prepend=-1))
    nearest = np.maximum.reduceat(cosines, begins, axis=1)
    votes = np.zeros(nearest.shape)
    for text, row in enumerate(cosines):
        near = np.arange(len(row))
        if len(begins) >= NEIGHBOURS:
            # So many labels have one that is as near as this: nothing farther has a vote.
            near = np.flatnonzero(row >= np.sort(nearest[text])[-NEIGHBOURS])
        near = near[np.argsort(-row[near], kind="stable")[:NEIGHBOURS]]
        np.add.at(votes[text], labels[near], _softmax(SHARPNESS * row[near]))
    return votes, np.asarray(nearest)


def _mixed(scores: np.ndarray, votes: np.ndarray, share: float) -> np.ndarray:
    """Return the logarithm of the mixture of both classifiers; the votes have this share."""
    return np.asarray(np.log((1 - share) * _softmax(scores) + share * votes + 1e-9))


def _fit_and_temperature(
    features: Features, labels: np.ndarray, vote: float
) -> tuple[np.ndarray, float]:
    """Return the weights, and the temperature of honest held-out confidences (Guo et al. 2017).

    What was learnt from a part of the examples is where learning from all of them begins.
    """
    from sklearn.model_selection import train_test_split

    every = np.arange(len(labels))
    rest, held_out = train_test_split(every, test_size=HELD_OUT, stratify=labels, random_state=7)
    part = fit(features[rest], labels[rest], REGULARISATION_C, STEPS)
    weights = fit(features, labels, REGULARISATION_C, STEPS_MORE, start=part)
    rest = rest[np.argsort(labels[rest], kind="stable")]
    votes, _ = _votes(features.dense[held_out] @ features.dense[rest].T, labels[rest])
    mixed = _mixed(features[held_out].scores(part), votes, vote)

    def loss(log_temperature: float) -> float:
        probabilities = _softmax(mixed / np.exp(log_temperature))
        right = probabilities[np.arange(len(held_out)), labels[held_out]]
        return float(-np.log(right + 1e-12).mean())

    chosen = minimize_scalar(loss, bounds=(-2.5, 1.5), method="bounded").x
    return weights, float(np.exp(chosen))


@dataclass
class LinearModel:
    """The trained classifier.

    Attributes:
        labels: the intents, in the order of the rows of ``weights``.
        weights: float32, shape (384 + n-grams, labels).
        bias: float32, shape (labels,).
        temperature: what the scores are divided by.
        mixture: how much each part counts.
        ngrams: the n-gram features.
        examples: a graph (bot/nlu/nearest.py) of the embeddings of the training texts, in the
            order of their labels, so that each label's are one stretch.
        example_labels: int, shape (examples,): each one's index in ``labels``.
    """

    labels: list[str]
    weights: InitVar[np.ndarray]
    bias: np.ndarray
    temperature: float
    mixture: Mixture
    ngrams: NgramFeatures
    examples: bytes
    example_labels: np.ndarray

    def __post_init__(self, weights: np.ndarray) -> None:
        """Lay the weights out as they are multiplied: else each message copies all of them."""
        self._nearest = Nearest(self.examples)
        self._of_embedding = np.ascontiguousarray(weights[:WIDTH])
        self._of_ngrams = np.ascontiguousarray(weights[WIDTH:])

    @classmethod
    def train(cls, texts: list[str], embeddings: np.ndarray, intents: list[str]) -> LinearModel:
        """Train on lower-case texts, their embeddings (n, 384) and their intents."""
        labels = sorted(set(intents))
        targets = np.array([labels.index(intent) for intent in intents])
        mixture = FEW if len(texts) <= FEW_EXAMPLES * len(labels) else USUAL
        ngrams = NgramFeatures.learn(texts, mixture.ngrams)
        features = Features(embeddings.astype(np.float32), ngrams.transform(texts))
        order = np.argsort(targets, kind="stable")
        weights, temperature = _fit_and_temperature(features, targets, mixture.vote)
        return cls(
            labels,
            weights[:-1],
            weights[-1],
            temperature,
            mixture,
            ngrams,
            graph_of(embeddings[order]),
            targets[order],
        )

    def probabilities(
        self, texts: list[str], embeddings: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return what the texts mean, and how near the examples are.

        Returns:
            Calibrated probabilities, shape (texts, labels), rows sum to one; and the cosine to the
            nearest example of each label, of the same shape.
        """
        dense = embeddings @ self._of_embedding
        scores = dense + self.bias + [self.ngrams.scores(text, self._of_ngrams) for text in texts]
        votes, near = _votes(self._nearest.cosines(embeddings), self.example_labels)
        mixed = _mixed(scores, votes, self.mixture.vote)
        return _softmax(mixed / self.temperature), near

    def save(self, folder: Path) -> None:
        """Write the model to a folder: arrays as .npz, the rest as JSON, nothing pickled."""
        np.savez(
            folder / "linear.npz",
            weights=np.concatenate([self._of_embedding, self._of_ngrams]),
            bias=self.bias,
            example_labels=self.example_labels.astype(np.int32),
        )
        (folder / EXAMPLES).write_bytes(self.examples)
        state = {
            "labels": self.labels,
            "temperature": self.temperature,
            "mixture": asdict(self.mixture),
            "ngrams": self.ngrams.state(),
        }
        (folder / "linear.json").write_text(json.dumps(state), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> LinearModel:
        """Read a model that ``save`` wrote."""
        state = json.loads((folder / "linear.json").read_text(encoding="utf-8"))
        with np.load(folder / "linear.npz", allow_pickle=False) as arrays:
            model = cls(
                state["labels"],
                arrays["weights"],
                arrays["bias"],
                state["temperature"],
                Mixture(**state["mixture"]),
                NgramFeatures.restore(state["ngrams"], state["mixture"]["ngrams"]),
                (folder / EXAMPLES).read_bytes(),
                arrays["example_labels"],
            )
        model.examples = b""  # opened, and only needed again by who saves
        return model
