"""A linear classifier over sentence embedding and n-grams, stored as arrays and JSON.

Features: the embedding (length one) beside tf-idf of words (1-2) and of characters within words
(2-4). Multinomial logistic regression, C=30, mixed with the vote of the nearest training examples;
confidences are tempered on a quarter of the training data, kept aside, so that 0.8 is right about
eight times in ten. What was tried stands in models/README.md.
"""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import minimize_scalar

REGULARISATION_C = 30.0
HELD_OUT = 0.25
"""Share of the examples kept aside to choose the temperature."""
NEIGHBOURS = 10
SHARPNESS = 15.0
"""How much more a nearer example counts: its vote is exp(sharpness x cosine)."""
CANDIDATES = 12
"""Labels whose examples are compared with a text, the likeliest by the features alone. All 13,000
examples take 2 ms, these 0.4."""


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
        # Each look at the property adds up a matrix as large as the vocabulary.
        self._idf = [np.asarray(vectorizer.idf_) for vectorizer in vectorizers]

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


def _votes(cosines: np.ndarray, labels: np.ndarray, kinds: int) -> np.ndarray:
    """Return how the nearest examples vote: shape (texts, kinds), rows sum to one."""
    near = np.argpartition(-cosines, min(NEIGHBOURS, cosines.shape[1] - 1), axis=1)[:, :NEIGHBOURS]
    weights = _softmax(SHARPNESS * np.take_along_axis(cosines, near, axis=1))
    votes = np.zeros((len(cosines), kinds))
    np.add.at(votes, (np.arange(len(cosines))[:, None], labels[near]), weights)
    return votes


def _mixed(scores: np.ndarray, votes: np.ndarray, share: float) -> np.ndarray:
    """Return the logarithm of the mixture of both classifiers; the votes have this share."""
    return np.asarray(np.log((1 - share) * _softmax(scores) + share * votes + 1e-9))


def _fit_and_temperature(
    features: sparse.csr_matrix, embeddings: np.ndarray, labels: np.ndarray, vote: float
) -> tuple[Any, float]:
    """Return the model, and the temperature of honest held-out confidences (Guo et al. 2017)."""
    from sklearn.model_selection import train_test_split

    every = np.arange(len(labels))
    rest, held_out = train_test_split(every, test_size=HELD_OUT, stratify=labels, random_state=7)
    with ThreadPoolExecutor(2) as pool:  # SAGA works outside the interpreter's lock
        model, part = pool.map(lambda rows: _fit(features[rows], labels[rows]), (every, rest))
    votes = _votes(embeddings[held_out] @ embeddings[rest].T, labels[rest], int(labels.max()) + 1)
    mixed = _mixed(part.decision_function(features[held_out]), votes, vote)

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
        mixture: how much each part counts.
        ngrams: the n-gram features.
        examples: float32, shape (examples, 384): embeddings of the training texts.
        example_labels: int, shape (examples,): each one's index in ``labels``.
    """

    labels: list[str]
    weights: np.ndarray
    bias: np.ndarray
    temperature: float
    mixture: Mixture
    ngrams: NgramFeatures
    examples: np.ndarray
    example_labels: np.ndarray

    def __post_init__(self) -> None:
        """Lay the weights out as they are multiplied: else each message copies all of them.

        The examples stand in the order of their labels, so that each label's are one stretch.
        """
        order = np.argsort(self.example_labels, kind="stable")
        self.examples = np.ascontiguousarray(self.examples[order])
        self.example_labels = self.example_labels[order]
        self._begins = np.searchsorted(self.example_labels, np.arange(len(self.labels) + 1))
        width = self.examples.shape[1]
        self._of_embedding = np.ascontiguousarray(self.weights[:, :width].T)
        self._of_ngrams = np.ascontiguousarray(self.weights[:, width:].T)

    @classmethod
    def train(cls, texts: list[str], embeddings: np.ndarray, intents: list[str]) -> LinearModel:
        """Train on lower-case texts, their embeddings (n, 384) and their intents."""
        labels = sorted(set(intents))
        targets = np.array([labels.index(intent) for intent in intents])
        mixture = FEW if len(texts) <= FEW_EXAMPLES * len(labels) else USUAL
        ngrams = NgramFeatures.learn(texts, mixture.ngrams)
        features = sparse.hstack([sparse.csr_matrix(embeddings), ngrams.transform(texts)]).tocsr()
        model, temperature = _fit_and_temperature(features, embeddings, targets, mixture.vote)
        return cls(
            labels,
            model.coef_.astype(np.float32),
            model.intercept_.astype(np.float32),
            temperature,
            mixture,
            ngrams,
            embeddings.astype(np.float32),
            targets,
        )

    def probabilities(
        self, texts: list[str], embeddings: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return what the texts mean, and how near the examples are.

        Returns:
            Calibrated probabilities, shape (texts, labels), rows sum to one; and the cosine to the
            nearest example of each label, of the same shape (-1 where it was not looked at).
        """
        dense = embeddings @ self._of_embedding
        scores = dense + self.bias + [self.ngrams.scores(text, self._of_ngrams) for text in texts]
        cosines = np.stack([self._cosines(e, s) for e, s in zip(embeddings, scores, strict=True)])
        votes = _votes(cosines, self.example_labels, len(self.labels))
        mixed = _mixed(scores, votes, self.mixture.vote)
        near = np.maximum.reduceat(cosines, self._begins[:-1], axis=1)
        return _softmax(mixed / self.temperature), near

    def _cosines(self, embedding: np.ndarray, scores: np.ndarray) -> np.ndarray:
        """Return the cosine to each example; -1 to those of labels that are out of the question."""
        found = np.full(len(self.examples), -1.0, dtype=np.float32)
        for label in np.argsort(-scores)[:CANDIDATES]:
            part = slice(self._begins[label], self._begins[label + 1])
            found[part] = self.examples[part] @ embedding
        return found

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
            "mixture": asdict(self.mixture),
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
                Mixture(**state["mixture"]),
                NgramFeatures.restore(state["ngrams"], state["mixture"]["ngrams"]),
                arrays["examples"].astype(np.float32),
                arrays["example_labels"],
            )
