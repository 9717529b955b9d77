"""Logistic regression on dense and sparse features, beside scikit-learn's on one matrix."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from bot.nlu.softmax import Features, fit

C = 3.0


@pytest.fixture(scope="module")
def problem() -> tuple[Features, np.ndarray]:
    rng = np.random.default_rng(3)
    labels = np.r_[np.zeros(120, int), np.ones(40, int), np.full(20, 2)]
    dense = rng.normal(size=(180, 8)) + np.eye(3, 8)[labels]
    rare = sparse.random(180, 60, density=0.1, random_state=4, format="csr")
    return Features(dense.astype(np.float32), rare.astype(np.float32)), labels


def test_it_finds_what_scikit_learn_finds(problem):
    features, labels = problem
    ours = features.scores(fit(features, labels, C, 500))
    both = sparse.hstack([sparse.csr_matrix(features.dense), features.sparse]).tocsr()
    oracle = LogisticRegression(C=C, class_weight="balanced", max_iter=2000, tol=1e-8)
    theirs = oracle.fit(both, labels).decision_function(both)
    apart = [scores - scores.mean(axis=1, keepdims=True) for scores in (ours, theirs)]
    assert np.abs(apart[0] - apart[1]).max() < 0.02


def test_a_good_beginning_needs_fewer_steps(problem):
    features, labels = problem
    far = fit(features, labels, C, 500)
    begun = fit(features, labels, C, 3, start=far)
    assert np.abs(features.scores(begun) - features.scores(far)).max() < 0.02
    assert np.abs(features.scores(fit(features, labels, C, 3)) - features.scores(far)).max() > 0.1
