"""The encoder's forward pass in plain numpy: slow, readable, and the oracle of the tests.

The architecture is BERT (Devlin et al. 2019) with six layers of width 384 and twelve heads, as
published for all-MiniLM-L6-v2; the sentence embedding is the mean over the tokens, scaled to
length one.
"""

from __future__ import annotations

import math

import numpy as np

LAYERS = 6
HEADS = 12
WIDTH = 384
EPSILON = 1e-12


def _norm(x: np.ndarray, weights: dict[str, np.ndarray], name: str) -> np.ndarray:
    mean = x.mean(-1, keepdims=True)
    variance = ((x - mean) ** 2).mean(-1, keepdims=True)
    scaled = (x - mean) / np.sqrt(variance + EPSILON)
    return np.asarray(scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"])


def _dense(x: np.ndarray, weights: dict[str, np.ndarray], name: str) -> np.ndarray:
    return np.asarray(x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"])


_erf = np.vectorize(math.erf, otypes=[np.float32])


def _attention(x: np.ndarray, weights: dict[str, np.ndarray], name: str) -> np.ndarray:
    tokens, size = len(x), WIDTH // HEADS
    split = [
        _dense(x, weights, f"{name}.self.{part}").reshape(tokens, HEADS, size).transpose(1, 0, 2)
        for part in ("query", "key", "value")
    ]
    query, key, value = split
    scores = query @ key.transpose(0, 2, 1) / math.sqrt(size)
    scores = np.exp(scores - scores.max(-1, keepdims=True))
    mixed = (scores / scores.sum(-1, keepdims=True)) @ value
    return _dense(mixed.transpose(1, 0, 2).reshape(tokens, WIDTH), weights, f"{name}.output.dense")


def embed(ids: list[int], weights: dict[str, np.ndarray]) -> np.ndarray:
    """Return the sentence embedding of one token sequence.

    Args:
        ids: word-piece ids with the special ones, at most 512.
        weights: the tensors of the published model by name.

    Returns:
        float32 array of shape (384,), length one.
    """
    x = (
        weights["embeddings.word_embeddings.weight"][ids]
        + weights["embeddings.position_embeddings.weight"][: len(ids)]
        + weights["embeddings.token_type_embeddings.weight"][0]
    )
    x = _norm(x, weights, "embeddings.LayerNorm")
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        attended = _attention(x, weights, f"{name}.attention")
        x = _norm(x + attended, weights, f"{name}.attention.output.LayerNorm")
        inner = _dense(x, weights, f"{name}.intermediate.dense")
        inner = inner * 0.5 * (1 + _erf(inner / math.sqrt(2)))
        x = _norm(
            x + _dense(inner, weights, f"{name}.output.dense"), weights, f"{name}.output.LayerNorm"
        )
    mean = x.mean(0)
    return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)
