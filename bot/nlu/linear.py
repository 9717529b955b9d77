"""A linear classifier over sentence embedding and n-grams, stored as arrays and JSON.

Features: the embedding (length one) beside tf-idf of words (1-2) and of characters within words
(2-4), weighted half as much again. Multinomial logistic regression, C=30, mixed with the vote of
the nearest training examples; confidences are tempered on a quarter of the training data, kept
aside, so that 0.8 is right about eight times in ten. What was tried stands in models/README.md.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import minimize_scalar

NGRAM_WEIGHT = 1.5
REGULARISATION_C = 30.0
HELD_OUT = 0.25
"""Share of the examples kept aside to choose the temperature."""
NEIGHBOURS = 10
SHARPNESS = 15.0
"""How much more a nearer example counts: its vote is exp(sharpness x cosine)."""
MANY = 16
"""Texts from which one product of matrices is faster than one product a text: three take 1.4 ms
one by one, and 3.9 ms together."""
VOTE = 0.3
"""The neighbours' share in the mixture."""


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

    def __init__(self, vectorizers: tuple[Any, Any]) -> None:
        self._vectorizers = vectorizers

    @classmethod
    def learn(cls, texts: list[str]) -> NgramFeatures:
        """Learn the vocabularies from lower-case texts."""
        vectorizers = _vectorizers()
        for vectorizer in vectorizers:
            vectorizer.fit(texts)
        return cls(vectorizers)

    def transform(self, texts: list[str]) -> sparse.csr_matrix:
        """Return the features: sparse, one row a text, rows scaled to length ``NGRAM_WEIGHT``."""
        parts = [vectorizer.transform(texts) for vectorizer in self._vectorizers]
        # In the weights' own precision: else each product would copy all of them.
        return (sparse.hstack(parts) * (NGRAM_WEIGHT / np.sqrt(2))).tocsr().astype(np.float32)

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
    def restore(cls, state: list[dict[str, Any]]) -> NgramFeatures:
        """Rebuild from ``state``."""
        vectorizers = _vectorizers()
        for vectorizer, saved in zip(vectorizers, state, strict=True):
            vectorizer.vocabulary = saved["vocabulary"]
            vectorizer.idf_ = np.array(saved["idf"])
        return cls(vectorizers)


def _softmax(scores: np.ndarray) -> np.ndarray:
    raised = np.exp(scores - scores.max(-1, keepdims=True))
    return np.asarray(raised / raised.sum(-1, keepdims=True))


def _fit(features: sparse.csr_matrix, labels: np.ndarray) -> Any:
    from sklearn.linear_model import LogisticRegression

    # SAGA stopped early is as accurate here as L-BFGS run to the end, in a fifth of the time.
    model = LogisticRegression(
        C=REGULARISATION_C,
        class_weight="balanced",  # the safety intents have five times the examples of others
        solver="saga",
        max_iter=40,
        tol=1e-2,
        random_state=7,
    )
    return model.fit(features, labels)


def _votes(
    embeddings: np.ndarray, examples: np.ndarray, labels: np.ndarray, kinds: int
) -> np.ndarray:
    """Return how the nearest examples vote: shape (texts, kinds), rows sum to one."""
    if len(embeddings) < MANY:
        cosines = np.stack([examples @ embedding for embedding in embeddings])
    else:
        cosines = embeddings @ examples.T
    near = np.argpartition(-cosines, min(NEIGHBOURS, cosines.shape[1] - 1), axis=1)[:, :NEIGHBOURS]
    weights = _softmax(SHARPNESS * np.take_along_axis(cosines, near, axis=1))
    votes = np.zeros((len(embeddings), kinds))
    np.add.at(votes, (np.arange(len(embeddings))[:, None], labels[near]), weights)
    return votes


def _mixed(scores: np.ndarray, votes: np.ndarray) -> np.ndarray:
    """Return the logarithm of the mixture of both classifiers."""
    return np.asarray(np.log((1 - VOTE) * _softmax(scores) + VOTE * votes + 1e-9))


def _fit_and_temperature(
    features: sparse.csr_matrix, embeddings: np.ndarray, labels: np.ndarray
) -> tuple[Any, float]:
    """Return the model, and the temperature of honest held-out confidences (Guo et al. 2017)."""
    from sklearn.model_selection import train_test_split

    every = np.arange(len(labels))
    rest, held_out = train_test_split(every, test_size=HELD_OUT, stratify=labels, random_state=7)
    with ThreadPoolExecutor(2) as pool:  # SAGA works outside the interpreter's lock
        model, part = pool.map(lambda rows: _fit(features[rows], labels[rows]), (every, rest))
    votes = _votes(embeddings[held_out], embeddings[rest], labels[rest], int(labels.max()) + 1)
    mixed = _mixed(part.decision_function(features[held_out]), votes)

    def loss(log_temperature: float) -> float:
        probabilities = _softmax(mixed / np.exp(log_temperature))
        right = probabilities[np.arange(len(held_out)), labels[held_out]]
        return float(-np.log(right + 1e-12).mean())

    chosen = minimize_scalar(loss, bounds=(-2.5, 1.5), method="bounded").x
    return model, float(np.exp(chosen))


@dataclass
class LinearModel:
    """The trained classifier.

    Attributes:
        labels: the intents, in the order of the rows of ``weights``.
        weights: float32, shape (labels, 384 + n-grams).
        bias: float32, shape (labels,).
        temperature: what the scores are divided by.
        ngrams: the n-gram features.
        examples: float32, shape (examples, 384): embeddings of the training texts.
        example_labels: int, shape (examples,): each one's index in ``labels``.
    """

    labels: list[str]
    weights: np.ndarray
    bias: np.ndarray
    temperature: float
    ngrams: NgramFeatures
    examples: np.ndarray
    example_labels: np.ndarray

    def __post_init__(self) -> None:
        """Lay the weights out as they are multiplied: else each message copies all of them."""
        width = self.examples.shape[1]
        self._of_embedding = np.ascontiguousarray(self.weights[:, :width].T)
        self._of_ngrams = np.ascontiguousarray(self.weights[:, width:].T)

    @classmethod
    def train(cls, texts: list[str], embeddings: np.ndarray, intents: list[str]) -> LinearModel:
        """Train on lower-case texts, their embeddings (n, 384) and their intents."""
        labels = sorted(set(intents))
        targets = np.array([labels.index(intent) for intent in intents])
        ngrams = NgramFeatures.learn(texts)
        features = sparse.hstack([sparse.csr_matrix(embeddings), ngrams.transform(texts)]).tocsr()
        model, temperature = _fit_and_temperature(features, embeddings, targets)
        return cls(
            labels,
            model.coef_.astype(np.float32),
            model.intercept_.astype(np.float32),
            temperature,
            ngrams,
            embeddings.astype(np.float32),
            targets,
        )

    def probabilities(self, texts: list[str], embeddings: np.ndarray) -> np.ndarray:
        """Return calibrated probabilities: shape (texts, labels), rows sum to one."""
        dense = embeddings @ self._of_embedding
        scores = dense + self.ngrams.transform(texts) @ self._of_ngrams + self.bias
        votes = _votes(embeddings, self.examples, self.example_labels, len(self.labels))
        return _softmax(_mixed(np.asarray(scores), votes) / self.temperature)

    def nearness(self, embedding: np.ndarray, label: int) -> float:
        """Return the cosine to the nearest training example of one intent."""
        return float((self.examples[self.example_labels == label] @ embedding).max())

    def save(self, folder: Path) -> None:
        """Write the model to a folder: arrays as .npz, the rest as JSON, nothing pickled."""
        np.savez(
            folder / "linear.npz",
            weights=self.weights,
            bias=self.bias,
            examples=self.examples.astype(np.float16),
            example_labels=self.example_labels.astype(np.int32),
        )
        state = {
            "labels": self.labels,
            "temperature": self.temperature,
            "ngrams": self.ngrams.state(),
        }
        (folder / "linear.json").write_text(json.dumps(state), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> LinearModel:
        """Read a model that ``save`` wrote."""
        state = json.loads((folder / "linear.json").read_text(encoding="utf-8"))
        with np.load(folder / "linear.npz", allow_pickle=False) as arrays:
            return cls(
                state["labels"],
                arrays["weights"],
                arrays["bias"],
                state["temperature"],
                NgramFeatures.restore(state["ngrams"]),
                arrays["examples"].astype(np.float32),
                arrays["example_labels"],
            )
